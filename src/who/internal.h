/* Shared by the files of who/ only: the syntax tree and the reading of a text. */
#ifndef POND_WHO_INTERNAL_H
#define POND_WHO_INTERNAL_H

#include "base/buf.h"
#include "who/rule.h"

#define RULE_TEXT_MAX ((size_t)64 << 10)
#define RULE_DEPTH_MAX 64
#define WINDOW_MAX 36600u
#define COUNT_MAX 1000000u

/* ---- tree ---- */

enum rule_form { RULE_AND, RULE_OR, RULE_NOT, RULE_DID, RULE_IS };

struct who_rule {
    enum rule_form form;
    struct who_rule *first, *last, *next; /* operands of and, or, not; next sibling */
    /* did, is */
    const uint16_t *names; /* event codes as written, without doubles; `is` has one */
    uint32_t names_len;
    const struct evidence_test *tests;
    uint32_t tests_len;
    uint32_t window;
    enum evidence_cmp cmp; /* of the count with n */
    uint32_t n;
    bool days; /* count distinct days */
};

/* Names of the fields that tests may name, indexed by enum event_field. */
struct rule_field {
    const char *name;
    bool text;
    int scale; /* of whole-number fields: decimals kept; -1 = a real number */
};
extern const struct rule_field rule_fields[FIELD_COUNT];

bool rule_is_keyword(struct str word);
bool rule_tests_equal(const struct who_rule *a, const struct who_rule *b);
const char *rule_cmp_text(enum evidence_cmp cmp);
/* True for a count that means "at least one". */
bool rule_is_any(const struct who_rule *r);
/* Appends the tests in parentheses; nothing when there are none. */
void rule_print_tests(const struct evidence_test *tests, uint32_t len, struct buf *out);

/* ---- reading ---- */

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_NAME,
    TOKEN_STRING,
    TOKEN_NUMBER,
    TOKEN_DAYS,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_CMP
};
struct token {
    enum token_kind kind;
    size_t at;       /* byte offset of its beginning */
    struct str text; /* as written; of names and strings the value */
    enum evidence_cmp cmp;
};
struct reading {
    struct str text;
    size_t at;          /* behind the current token */
    struct token token; /* the current one */
    struct catalogue *catalogue;
    struct arena *arena;
    struct who_error *where;
    struct err *e;
    enum rc rc; /* the first failure; then every step does nothing */
    uint32_t depth;
};

/* Moves to the next token; on a bad one fails and makes it TOKEN_END. */
void reading_next(struct reading *r);
/* The first failure: its place (byte offset) and message. Later ones are ignored. */
void reading_fail(struct reading *r, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The hint of the failure just made (only the first sticks). */
void reading_hint(struct reading *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
