/* Members of a JSON question written as pieces of its text: for json_read.c only. */
#ifndef POND_WHO_JSON_TEXT_H
#define POND_WHO_JSON_TEXT_H

#include "who/internal.h"

struct mark {
    size_t at; /* byte of the text from which on it comes from path */
    struct str path;
};
struct rewriting {
    struct buf text;
    VEC(struct mark) marks;
    const struct who_names *names;
    struct err *e;
    enum rc rc; /* the first failure; then every step does nothing that matters */
};

void rewriting_fail(struct rewriting *w, struct str path, const char *msg, const char *hint);
/* The values in an object or array: the first, the next; NULL behind the last. */
const struct json_value *value_first(const struct json_value *v);
const struct json_value *value_next(const struct json_value *outer, const struct json_value *v);
/* A member by its key; NULL. */
const struct json_value *value_member(const struct json_value *v, const char *key);
/* A member that must be there; NULL after a failure. */
const struct json_value *rewriting_needed(struct rewriting *w, const struct json_value *v,
                                          const char *key);
/* An object whose members are among the keys, each once; keys end with NULL. */
bool rewriting_members(struct rewriting *w, const struct json_value *v,
                       const char *const *keys);
/* A value of the type; v may be NULL after a failure. */
bool rewriting_type(struct rewriting *w, const struct json_value *v, enum json_type type,
                    const char *what);

void rewriting_add(struct rewriting *w, const char *text);
/* What follows in the text comes from v. */
void rewriting_mark(struct rewriting *w, const struct json_value *v);
void rewriting_text(struct rewriting *w, const struct json_value *v); /* in quotes */
void rewriting_word(struct rewriting *w, const struct json_value *v, const char *const *words);
void rewriting_number(struct rewriting *w, const struct json_value *v);
void rewriting_days(struct rewriting *w, const struct json_value *v);
/* A text, a number, or a list of texts. */
void rewriting_literal(struct rewriting *w, const struct json_value *v);
void rewriting_cmp(struct rewriting *w, const struct json_value *v);
/* A name for the parser to find: as it is when it reads back as one word, else in backquotes. */
void rewriting_name(struct rewriting *w, const struct json_value *v);

#endif
