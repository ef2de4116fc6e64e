/* Members of a JSON question as pieces of text, each with a mark of where it comes from. */
#include "who/json_text.h"

#include <stdio.h>

/* ---- values ---- */

void rewriting_fail(struct rewriting *w, struct str path, const char *msg, const char *hint)
{
    if (!w->rc) {
        w->rc =
            rc_fail(w->e, RC_INVALID, "%.*s: %s",
                    STR_FMT(path.len ? path : str_of(question_text(w->names, "the question"))),
                    question_text(w->names, msg));
        err_hint(w->e, "%s", question_text(w->names, hint));
    }
}

const struct json_value *value_first(const struct json_value *v)
{
    return v->span ? v + 1 : NULL;
}
const struct json_value *value_next(const struct json_value *outer, const struct json_value *v)
{
    const struct json_value *next = v + 1 + v->span;
    return next < outer + 1 + outer->span ? next : NULL;
}

static const struct json_value *member_of(const struct json_value *v, struct str key)
{
    const struct json_value *m = v->type == JSON_OBJECT ? value_first(v) : NULL;
    while (m && !str_eq(m->key, key)) {
        m = value_next(v, m);
    }
    return m;
}
const struct json_value *value_member(const struct json_value *v, const char *key)
{
    return member_of(v, str_of(key));
}

/* The words of a list as a hint. */
static void fail_list(struct rewriting *w, struct str path, const char *msg, bool members,
                      const char *const *words)
{
    struct buf all = {0}, hint = {0};
    for (int i = 0; words[i]; i++) {
        buf_addf(&all, "%s%s", i ? ", " : "", words[i]);
    }
    buf_addf(&hint,
             members ? question_text(w->names, "members: %s")
                     : question_text(w->names, "one of %s"),
             buf_cstr(&all));
    rewriting_fail(w, path, msg, buf_cstr(&hint));
    buf_release(&all);
    buf_release(&hint);
}

static void fail_member(struct rewriting *w, const struct json_value *m,
                        const char *const *keys)
{
    const char *near = str_nearest_word(keys, m->key);
    if (!near) {
        fail_list(w, m->path, "no such member", true, keys);
        return;
    }
    struct buf hint = {0};
    buf_addf(&hint, question_text(w->names, "did you mean %s?"), near);
    rewriting_fail(w, m->path, "no such member", buf_cstr(&hint));
    buf_release(&hint);
}

/* An object whose members are among the keys, each once; keys end with NULL. */
bool rewriting_members(struct rewriting *w, const struct json_value *v, const char *const *keys)
{
    if (v->type != JSON_OBJECT) {
        rewriting_fail(w, v->path, "an object is expected", "the JSON form is in docs/who.md");
        return false;
    }
    for (const struct json_value *m = value_first(v); m && !w->rc; m = value_next(v, m)) {
        bool known = false;
        for (int i = 0; keys[i] && !known; i++) {
            known = str_eq(m->key, str_of(keys[i]));
        }
        if (!known) {
            fail_member(w, m, keys);
        } else if (member_of(v, m->key) != m) {
            rewriting_fail(w, m->path, "the member stands there twice", "write it once");
        }
    }
    return !w->rc;
}

/* A member that must be there; NULL after a failure. */
const struct json_value *rewriting_needed(struct rewriting *w, const struct json_value *v,
                                          const char *key)
{
    const struct json_value *m = value_member(v, key);
    if (!m) {
        char msg[80];
        (void)snprintf(msg, sizeof(msg),
                       question_text(w->names, "the member \"%s\" is missing"), key);
        rewriting_fail(w, v->path, msg, "the JSON form is in docs/who.md");
    }
    return w->rc ? NULL : m;
}

static bool is_one_of(struct str s, const char *const *words)
{
    for (int i = 0; words[i]; i++) {
        if (str_eq(s, str_of(words[i]))) {
            return true;
        }
    }
    return false;
}

/* ---- pieces of text ---- */

void rewriting_add(struct rewriting *w, const char *text) { buf_add(&w->text, str_of(text)); }

void rewriting_mark(struct rewriting *w, const struct json_value *v)
{
    vec_push(&w->marks, ((struct mark){w->text.len, v->path}));
}

bool rewriting_type(struct rewriting *w, const struct json_value *v, enum json_type type,
                    const char *what)
{
    if (v && v->type != type) {
        char msg[80];
        (void)snprintf(msg, sizeof(msg), question_text(w->names, "%s is expected"),
                       question_text(w->names, what));
        rewriting_fail(w, v->path, msg, "the JSON form is in docs/who.md");
    }
    return v && !w->rc;
}

/* A text in quotes. */
void rewriting_text(struct rewriting *w, const struct json_value *v)
{
    if (rewriting_type(w, v, JSON_STRING, "a text")) {
        rewriting_mark(w, v);
        question_print_text(v->value, &w->text);
    }
}

/* One of the words. */
void rewriting_word(struct rewriting *w, const struct json_value *v, const char *const *words)
{
    if (!rewriting_type(w, v, JSON_STRING, "a text")) {
        return;
    }
    if (!is_one_of(v->value, words)) {
        fail_list(w, v->path, "an unknown word", false, words);
    }
    rewriting_mark(w, v);
    buf_add(&w->text, v->value);
}

void rewriting_number(struct rewriting *w, const struct json_value *v)
{
    double number = 0;
    if (!rewriting_type(w, v, JSON_NUMBER, "a number")) {
        return;
    }
    rewriting_mark(w, v);
    bool plain = true;
    for (size_t i = 0; i < v->value.len; i++) {
        plain = plain && v->value.ptr[i] != 'e' && v->value.ptr[i] != 'E';
    }
    if (plain) {
        buf_add(&w->text, v->value);
    } else if (str_f64(v->value, &number) && number < 1e13 && number > -1e13) {
        question_print_number(number, -1, &w->text);
    } else {
        rewriting_fail(w, v->path, "a number that cannot be compared with",
                       "at most 1,000,000,000,000");
    }
}

void rewriting_days(struct rewriting *w, const struct json_value *v)
{
    rewriting_number(w, v);
    rewriting_add(w, "d");
}

/* A text, a number, or a list of texts. */
void rewriting_literal(struct rewriting *w, const struct json_value *v)
{
    if (!v || v->type == JSON_STRING) {
        rewriting_text(w, v);
        return;
    }
    if (v->type != JSON_ARRAY) {
        rewriting_number(w, v);
        return;
    }
    rewriting_mark(w, v);
    rewriting_add(w, "(");
    for (const struct json_value *m = value_first(v); m; m = value_next(v, m)) {
        rewriting_add(w, m == value_first(v) ? "" : ", ");
        if (m->type == JSON_NUMBER) {
            rewriting_number(w, m);
        } else {
            rewriting_text(w, m);
        }
    }
    rewriting_add(w, ")");
}

void rewriting_cmp(struct rewriting *w, const struct json_value *v)
{
    static const char *const cmps[] = {">=", ">", "=", "!=", "<", "<=", "in", NULL};
    rewriting_add(w, " ");
    rewriting_word(w, v, cmps);
    rewriting_add(w, " ");
}

/* A name for the parser to find: as it is when it reads back as one word, else in backquotes. */
void rewriting_name(struct rewriting *w, const struct json_value *v)
{
    if (!rewriting_type(w, v, JSON_STRING, "a name")) {
        return;
    }
    struct str s = v->value;
    bool quoted = s.len > 2 && s.ptr[0] == '`' && s.ptr[s.len - 1] == '`';
    s = quoted ? str_slice(s, 1, s.len - 1) : s;
    bool keyword =
        question_is_keyword(s) && catalogue_find(w->names->catalogue, s) != EVENT_UNKNOWN;
    bool bare = !quoted && s.len && !keyword && !(s.ptr[0] >= '0' && s.ptr[0] <= '9');
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bare = bare && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                        (c >= '0' && c <= '9') || ((unsigned char)c & 0x80));
        if (c == '`' || (unsigned char)c < 0x20) {
            rewriting_fail(w, v->path, "a name with a backquote or a control character",
                           "choose another");
        }
    }
    rewriting_mark(w, v);
    buf_addf(&w->text, bare ? "%.*s" : "`%.*s`", STR_FMT(s));
}
