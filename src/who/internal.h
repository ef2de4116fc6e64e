/* Shared by the files of who/ that read and write questions: the reading of a text, and the words
 * that reading and printing have in common. */
#ifndef POND_WHO_INTERNAL_H
#define POND_WHO_INTERNAL_H

#include "base/buf.h"
#include "base/day.h"
#include "base/vec.h"
#include "who/field.h"
#include "who/question.h"

#define QUESTION_TEXT_MAX ((size_t)64 << 10)
#define QUESTION_DEPTH_MAX 64
#define QUESTION_LEAVES_MAX 256u
#define QUESTION_TESTS_MAX 16u
#define QUESTION_STEPS_MAX 16u
#define WINDOW_MAX 36600u
#define COUNT_MAX 1000000u

/* ---- words ---- */

/* Names of the fields that tests may name, indexed by enum event_field; prop has none of its own. */
struct test_field {
    const char *name;
    bool text;
    int scale; /* of whole-number fields: decimals kept; -1 = a real number */
};
extern const struct test_field test_fields[FIELD_COUNT];

/* Words that are no event's name unless in backquotes. */
bool question_is_keyword(struct str word);
const char *question_cmp_text(enum evidence_cmp cmp);
const char *question_measure_text(enum measure_of m);
/* The key of a form in JSON. */
const char *question_form_text(enum question_form form);

/* A format of messages in the language of n: English ones are the keys. */
const char *question_text(const struct who_names *n, const char *text)
    __attribute__((format_arg(2)));

/* ---- the tree ---- */

/* True for a did that means "at least one". */
bool question_is_any(const struct question *q);
bool question_tests_equal(const struct event_filter *a, const struct event_filter *b);
/* Appends the tests in parentheses; nothing when there are none. */
void question_print_tests(const struct evidence_test *tests, uint32_t len, struct buf *out);
/* A number with `scale` decimals kept (-1: real), as texts and JSON write it. */
void question_print_number(double v, int scale, struct buf *out);
/* "text", quoted. */
void question_print_text(struct str text, struct buf *out);
/* A name: bare when it reads back as one word, else in backquotes. */
void question_print_name(struct str name, struct buf *out);
/* An event's name: own ones in backquotes too, but for stage rules. */
void question_print_event(const struct who_names *n, uint16_t code, struct buf *out);

/* ---- reading ---- */

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_NAME,   /* in backquotes */
    TOKEN_STRING, /* in quotes */
    TOKEN_NUMBER,
    TOKEN_DAYS, /* 30d: the text is 30 */
    TOKEN_SPAN, /* 24h, 90m: the text is 24, the unit h or m */
    TOKEN_DATE,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_DOT,
    TOKEN_PERCENT,
    TOKEN_CMP
};
struct token {
    enum token_kind kind;
    size_t at;       /* byte offset of its beginning */
    struct str text; /* as written; of names and strings the value */
    enum evidence_cmp cmp;
    char unit;
};
typedef VEC(struct str) offer_list;
struct reading {
    struct str text;
    size_t at;          /* behind the current token */
    size_t last_end;    /* behind the token before it */
    struct token token; /* the current one */
    const struct who_names *names;
    struct catalogue *catalogue; /* of names */
    struct arena *arena;
    struct question_error *where;
    size_t failed_at; /* byte offset of the first failure */
    bool bare;        /* messages without "column N: " */
    struct err *e;
    enum rc rc; /* the first failure; then every step does nothing */
    uint32_t depth, leaves;
    offer_list *offers; /* completion: what was looked for at the end of the text; else NULL */
};

/* Reads the whole text of r; text, names, arena and e are set. */
enum rc reading_run(struct reading *r, struct question **out);

/* Moves to the next token; on a bad one fails and makes it TOKEN_END. */
void reading_next(struct reading *r);
/* The first failure: its place (byte offset) and message. Later ones are ignored. */
void reading_fail(struct reading *r, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, RC_TOO_LARGE. */
void reading_fail_large(struct reading *r, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The hint of the failure just made (only the first sticks). */
void reading_hint(struct reading *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Cuts the word token behind its first `len` bytes; the rest is read again. */
void reading_split(struct reading *r, size_t len);

/* What stands here, for messages. */
struct str reading_shown(const struct reading *r);
/* Completion: `word` may stand at the end, where the reading is. */
void reading_offer(struct reading *r, struct str word);
/* True when the word / a token of the kind stands here; at the end of the text it is offered. */
bool reading_at(struct reading *r, const char *word);
/* Without offering it: words that are mistakes here. */
bool reading_is(const struct reading *r, const char *word);
bool reading_at_kind(struct reading *r, enum token_kind kind);
/* A comparison; of what has no order only = and != are offered. */
bool reading_at_cmp(struct reading *r, bool unordered);
/* The same, and moves on. */
bool reading_take(struct reading *r, const char *word);
/* Moves over ")" or "(", or fails: "( is expected behind WHAT". */
void reading_expect_open(struct reading *r, const char *what);
void reading_expect_close(struct reading *r, const char *what);

struct question *question_new(struct reading *r, enum question_form form, size_t at);
/* Sets the end of a node to the last token read and counts it as a condition. */
struct question *question_done(struct reading *r, struct question *q);
/* An array in the arena that doubles: room for one more behind its len items. */
void *reading_more(struct reading *r, const void *items, uint32_t len, size_t size);
/* Fails in stage rules: they have no WHAT. True when it did. */
bool reading_refuse(struct reading *r, size_t at, const char *what);

/* Parts that several forms share. */
void parse_filter(struct reading *r, struct event_filter *f);
void parse_test(struct reading *r, struct evidence_test *t);
/* "(" test { "," test } ")": added to those of f; the current token is the "(". */
void parse_tests(struct reading *r, struct event_filter *f);
uint16_t parse_event_name(struct reading *r);
void parse_events(struct reading *r, struct event_filter *f);
/* The field of a measure, a number; FIELD_AMOUNT after a failure. */
enum event_field parse_number_field(struct reading *r);
bool is_number_field(struct str name);
/* { "," test } ")" behind what `word` is taken of. */
void parse_more_tests(struct reading *r, struct event_filter *f, const char *word);
void parse_when(struct reading *r, struct when *w);
bool reading_at_when(struct reading *r);
bool reading_is_when(const struct reading *r); /* without offering */
/* DAYS here: 1..WINDOW_MAX; `behind` for messages. */
uint32_t parse_days(struct reading *r, const char *behind);
int32_t parse_day(struct reading *r, const char *behind);
double parse_number(struct reading *r, const char *name, int scale);
/* A whole number 0..COUNT_MAX. */
double parse_count(struct reading *r);
/* cmp here, behind `what`; fails when there is none. */
bool parse_cmp(struct reading *r, const char *what, enum evidence_cmp *cmp);

/* Conditions; the current token is their first word. */
struct question *parse_did(struct reading *r);
struct question *parse_is(struct reading *r);
struct question *parse_count_of(struct reading *r);
struct question *parse_orders(struct reading *r);
struct question *parse_measure(struct reading *r);
struct question *parse_total(struct reading *r);
struct question *parse_moment(struct reading *r);
struct question *parse_moment_word(struct reading *r);
struct question *parse_touched(struct reading *r);
struct question *parse_stage(struct reading *r);
struct question *parse_field(struct reading *r);
struct question *parse_has(struct reading *r);
struct question *parse_identity(struct reading *r);
struct question *parse_tag(struct reading *r);
struct question *parse_crowd(struct reading *r);
struct question *parse_reach(struct reading *r);
struct question *parse_consent(struct reading *r);
struct question *parse_sample(struct reading *r);

#endif
