/* Tokens to a checked tree, by recursive descent: one function a line of the grammar (who/question.h).
 * The first failure sticks in the reading; what follows runs on without effect and is thrown away,
 * so that no step needs to look at the one before it. Here: and, or, not, the choice of a condition,
 * and what all conditions need; conditions over events are in parse_event.c, the others in
 * parse_state.c. */
#include "who/internal.h"

#include <math.h>

#include "base/day.h"

/* Words of stage rules, for "did you mean"; questions have those of the conditions too. */
static const char *const keywords[] = {"and", "or", "not", "did", "is", "in", "days", "any"};
#define KEYWORDS (sizeof(keywords) / sizeof(keywords[0]))

bool question_is_keyword(struct str word)
{
    for (size_t i = 0; i < KEYWORDS; i++) {
        if (str_eq(word, str_of(keywords[i]))) {
            return true;
        }
    }
    return false;
}

/* ---- what all conditions need ---- */

void reading_offer(struct reading *r, struct str word)
{
    if (r->offers && !r->rc && r->token.kind == TOKEN_END) {
        vec_push(r->offers, word);
    }
}

bool reading_is(const struct reading *r, const char *word)
{
    return r->token.kind == TOKEN_WORD && str_eq(r->token.text, str_of(word));
}

bool reading_at(struct reading *r, const char *word)
{
    reading_offer(r, str_of(word));
    return reading_is(r, word);
}

bool reading_take(struct reading *r, const char *word)
{
    bool here = reading_at(r, word);
    if (here) {
        reading_next(r);
    }
    return here;
}

bool reading_at_kind(struct reading *r, enum token_kind kind)
{
    static const char *const cmps[] = {">=", ">", "=", "!=", "<", "<="};
    for (size_t i = 0; kind == TOKEN_CMP && i < 6; i++) {
        reading_offer(r, str_of(cmps[i]));
    }
    if (kind == TOKEN_OPEN || kind == TOKEN_CLOSE) {
        reading_offer(r, kind == TOKEN_OPEN ? STR("(") : STR(")"));
    } else if (kind == TOKEN_COMMA) {
        reading_offer(r, STR(","));
    }
    return r->token.kind == kind;
}

bool reading_at_cmp(struct reading *r, bool unordered)
{
    if (unordered) {
        reading_offer(r, STR("="));
        reading_offer(r, STR("!="));
        return r->token.kind == TOKEN_CMP;
    }
    return reading_at_kind(r, TOKEN_CMP);
}

struct str reading_shown(const struct reading *r)
{
    if (r->token.kind == TOKEN_END) {
        return str_of(question_text(r->names, "the end"));
    }
    struct str s = str_slice(r->text, r->token.at, r->at);
    const char *quote = r->token.kind == TOKEN_STRING ? "" : "\"";
    size_t len = s.len > 40 ? 40 : s.len;
    while (len < s.len && ((unsigned char)s.ptr[len] & 0xc0) == 0x80) {
        len--;
    }
    return arena_strf(r->arena, "%s%.*s%s%s", quote, (int)len, s.ptr, quote,
                      len < s.len ? "..." : "");
}

void reading_expect_open(struct reading *r, const char *what)
{
    if (!reading_at_kind(r, TOKEN_OPEN)) {
        reading_fail(r, r->token.at, "\"(\" is expected behind %s, not %.*s",
                     question_text(r->names, what), STR_FMT(reading_shown(r)));
    } else {
        reading_next(r);
    }
}

void reading_expect_close(struct reading *r, const char *what)
{
    if (!reading_at_kind(r, TOKEN_CLOSE)) {
        reading_fail(r, r->token.at, "\")\" is expected behind %s, not %.*s",
                     question_text(r->names, what), STR_FMT(reading_shown(r)));
    } else {
        reading_next(r);
    }
}

struct question *question_new(struct reading *r, enum question_form form, size_t at)
{
    struct question *q = arena_new_of(r->arena, struct question);
    q->form = form;
    q->at = (uint32_t)at;
    q->end = (uint32_t)r->at;
    q->day = DAY_NONE;
    return q;
}

struct question *question_done(struct reading *r, struct question *q)
{
    q->end = (uint32_t)r->last_end;
    r->leaves++;
    if (r->leaves > QUESTION_LEAVES_MAX && !r->names->rules_only) {
        reading_fail_large(r, q->at, "more than %u conditions in one question",
                           QUESTION_LEAVES_MAX);
        reading_hint(r, "put texts into one list, in (...), or make a crowd of a part of it");
    }
    return q;
}

void *reading_more(struct reading *r, const void *items, uint32_t len, size_t size)
{
    if (len && (len < 4 || (len & (len - 1)))) {
        return (void *)(uintptr_t)items;
    }
    void *fresh = arena_zalloc(r->arena, size * (len ? 2 * (size_t)len : 4));
    if (len) {
        memcpy(fresh, items, size * len);
    }
    return fresh;
}

bool reading_refuse(struct reading *r, size_t at, const char *what)
{
    if (!r->names->rules_only) {
        return false;
    }
    reading_fail(r, at, "stage rules have no %s", what);
    reading_hint(r, "a stage rule is made of did EVENT in DAYS, is STATUS, and, or, not");
    return true;
}

bool parse_cmp(struct reading *r, const char *what, enum evidence_cmp *cmp)
{
    if (!reading_at_kind(r, TOKEN_CMP)) {
        reading_fail(r, r->token.at, "a comparison is expected behind %s, not %.*s", what,
                     STR_FMT(reading_shown(r)));
        if (r->token.kind == TOKEN_NUMBER) {
            reading_hint(r, "write >= %.*s", STR_FMT(r->token.text));
        }
        reading_hint(r, ">=, >, =, !=, <, <=");
        return false;
    }
    *cmp = r->token.cmp;
    reading_next(r);
    return true;
}

double parse_number(struct reading *r, const char *name, int scale)
{
    double v = 0;
    int64_t whole = 0;
    if (r->token.kind != TOKEN_NUMBER) {
        reading_fail(r, r->token.at, "%s is compared with a number, not with %.*s", name,
                     STR_FMT(reading_shown(r)));
        reading_hint(r,
                     r->token.kind == TOKEN_STRING ? "leave the quotes out"
                     : r->token.kind == TOKEN_DAYS ? "leave the d out"
                                                   : "like %s >= 4",
                     name);
        return 0;
    }
    if (!str_f64(r->token.text, &v) || !isfinite(v) || fabs(v) > 1e12) {
        reading_fail(r, r->token.at, "%.*s is no number that can be compared with",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like 4 or 99.50; at most 1,000,000,000,000");
    } else if (scale >= 0) {
        if (!str_decimal(r->token.text, scale, &whole) ||
            fabs((double)whole - v * pow(10, scale)) > 1e-3) {
            reading_fail(r, r->token.at, "%s has at most %d decimals", name, scale);
            reading_hint(r, "round it: %.*f", scale, v);
        }
        v = (double)whole;
    }
    reading_next(r);
    return v;
}

double parse_count(struct reading *r)
{
    int64_t count = 0;
    if (r->token.kind == TOKEN_DAYS) {
        reading_fail(r, r->token.at, "a count is expected, not a span of days");
        reading_hint(r, "for distinct days write: %.*s days", STR_FMT(r->token.text));
        return 0;
    }
    if (r->token.kind != TOKEN_NUMBER || !str_i64(r->token.text, &count) || count < 0 ||
        count > COUNT_MAX) {
        reading_fail(r, r->token.at, "a count is a whole number from 0 to %u, not %.*s",
                     COUNT_MAX, STR_FMT(reading_shown(r)));
        reading_hint(r, "like >= 2, or >= 2 days for distinct days");
        return 0;
    }
    reading_next(r);
    return (double)count;
}

/* ---- the choice of a condition ---- */

static struct question *parse_all(struct reading *r)
{
    struct question *q = question_new(r, Q_ALL, r->token.at);
    reading_next(r);
    return question_done(r, q);
}

static const struct form_word {
    const char *word;
    struct question *(*parse)(struct reading *r);
    bool in_rules;
} form_words[] = {
    {"did", parse_did, true},
    {"is", parse_is, true},
    {"count", parse_count_of, true},
    {"days", parse_count_of, true},
    {"orders", parse_orders, true},
    {"all", parse_all, false},
    {"items", parse_count_of, false},
    {"sum", parse_measure, false},
    {"avg", parse_measure, false},
    {"min", parse_measure, false},
    {"max", parse_measure, false},
    {"gmv", parse_total, false},
    {"aov", parse_total, false},
    {"first", parse_moment, false},
    {"last", parse_moment, false},
    {"first_seen", parse_moment_word, false},
    {"last_seen", parse_moment_word, false},
    {"first_purchase", parse_moment_word, false},
    {"last_purchase", parse_moment_word, false},
    {"stage", parse_stage, false},
    {"has", parse_has, false},
    {"identity", parse_identity, false},
    {"tag", parse_tag, false},
    {"crowd", parse_crowd, false},
    {"reachable", parse_reach, false},
    {"consent", parse_consent, false},
    {"sample", parse_sample, false},
    {"channel", parse_touched, false},
    {"touchpoint", parse_touched, false},
    {"campaign", parse_touched, false},
};
#define FORM_WORDS (sizeof(form_words) / sizeof(form_words[0]))

/* What other languages, and people, call it. */
/* clang-format off */
static const char *const other_words[][2] = {
    {"has_tag", "tag"}, {"tagged", "tag"}, {"label", "tag"}, {"segment", "crowd"}, {"group", "crowd"},
    {"spent", "gmv"}, {"total", "gmv"}, {"revenue", "gmv"}, {"where", "did"}, {"does", "did"}, {"done", "did"},
    {"with", "did"}, {"have", "has"}, {"everyone", "all"}, {"everybody", "all"}, {"random", "sample 10%"},
    {"average", "avg"}, {"mean", "avg"}, {"no", "not"}, {"never", "not did"}, {"reach", "reachable by"},
    {"first_order", "first_purchase"}, {"first_buy", "first_purchase"}, {"last_order", "last_purchase"},
    {"last_buy", "last_purchase"}, {"last_active", "last_seen"}, {"status", "is"}, {"aipl", "stage"},
};
/* clang-format on */

/* A keyword that is mistyped or in capitals here; else NULL. */
static const char *near_in(struct str text, const char *const *words, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        struct str k = str_of(words[i]);
        if (str_eq_nocase(text, k) ||
            (k.len > 2 && text.len > 1 && str_distance(text, k) <= 1) ||
            (str_eq(k, STR("and")) && str_eq_nocase(text, STR("adn")))) {
            return words[i];
        }
    }
    return NULL;
}

static const char *near_keyword(const struct reading *r)
{
    if (r->token.kind != TOKEN_WORD || question_is_keyword(r->token.text)) {
        return NULL;
    }
    return near_in(r->token.text, keywords, KEYWORDS);
}

static const struct test_field *test_field_of(struct str word)
{
    for (int i = 0; i < FIELD_PROP; i++) {
        if (str_eq(word, str_of(test_fields[i].name))) {
            return &test_fields[i];
        }
    }
    return NULL;
}

/* The first word of a condition that is meant here; NULL. */
static const char *near_form(const struct reading *r)
{
    if (r->names->rules_only || r->token.kind != TOKEN_WORD ||
        question_is_keyword(r->token.text) || test_field_of(r->token.text)) {
        return NULL;
    }
    const char *words[FORM_WORDS];
    for (size_t i = 0; i < FORM_WORDS; i++) {
        words[i] = form_words[i].word;
    }
    for (size_t i = 0; i < sizeof(other_words) / sizeof(other_words[0]); i++) {
        if (str_eq_nocase(r->token.text, str_of(other_words[i][0]))) {
            return other_words[i][1];
        }
    }
    return near_in(r->token.text, words, FORM_WORDS);
}

static bool is_stage(const struct reading *r, struct str word)
{
    bool found = false;
    for (uint32_t i = 0; i < r->names->stages_len && !r->names->rules_only; i++) {
        found = found || str_eq(word, r->names->stages[i]);
    }
    return found;
}

/* A bare word that begins no condition: an event, a status, a stage, a tag without its first word. */
static void hint_word(struct reading *r)
{
    struct str word = r->token.text;
    struct str near = catalogue_suggest(r->catalogue, word);
    bool known = catalogue_find(r->catalogue, word) != EVENT_UNKNOWN;
    const struct who_field *field = who_field_near(word);
    if (is_stage(r, word)) {
        reading_hint(r,
                     known ? "write did %.*s for the event, stage = %.*s for the stage"
                           : "write stage = %.*s",
                     STR_FMT(word), STR_FMT(word));
    }
    if (!r->names->rules_only && test_field_of(word)) {
        reading_hint(r, "a test stands behind its event: did purchase(%.*s ...)",
                     STR_FMT(word));
    } else if (!r->names->rules_only && field && !known) {
        reading_hint(r, "did you mean %s?", field->name);
    } else if (reading_is(r, "then") || reading_is(r, "within")) {
        reading_hint(r, "a sequence is one condition: did add_cart then purchase within 24h");
    } else if (!r->names->rules_only && !known && !near.len) {
        reading_hint(r, "events are asked with did EVENT, tags with tag \"...\", crowds with "
                        "crowd \"...\"");
    }
    reading_hint(r, "write did %.*s", STR_FMT(known || !near.len ? word : near));
}

static void fail_condition(struct reading *r)
{
    struct token t = r->token;
    const char *keyword = near_keyword(r), *form = near_form(r);
    if (t.kind == TOKEN_END && r->text.len == 0) {
        reading_fail(r, t.at,
                     r->names->rules_only ? "the rule is empty" : "the question is empty");
        reading_hint(r, "like did purchase in 365d");
        return;
    }
    reading_fail(r, t.at, "a condition is expected, not %.*s", STR_FMT(reading_shown(r)));
    if (keyword || form) {
        reading_hint(r, "did you mean %s?", keyword ? keyword : form);
    } else if ((t.kind == TOKEN_WORD || t.kind == TOKEN_NAME) && !question_is_keyword(t.text)) {
        hint_word(r);
    } else if (t.kind == TOKEN_STRING) {
        reading_hint(r, "for a tag write tag %.*s", STR_FMT(reading_shown(r)));
    } else if (reading_is(r, "and") || reading_is(r, "or")) {
        reading_hint(r, "%.*s stands between two conditions", STR_FMT(t.text));
    } else if (reading_is(r, "in") && !r->names->rules_only) {
        reading_hint(r,
                     "days stand behind an event, did purchase in 30d; for crowds write crowd "
                     "\"...\"");
    }
    if (r->names->rules_only) {
        reading_hint(r, "a condition is did EVENT, is STATUS, not ..., or (...)");
    }
    reading_hint(r, "a condition is did EVENT, stage = ..., is STATUS, tag \"...\", crowd "
                    "\"...\", gmv >= ..., not ..., or (...)");
}

/* The condition that begins with the word here; NULL when none does. */
static struct question *parse_form(struct reading *r)
{
    size_t at = r->token.at;
    for (size_t i = 0; i < FORM_WORDS; i++) {
        const struct form_word *f = &form_words[i];
        if (r->names->rules_only && !f->in_rules) {
            if (r->token.kind == TOKEN_WORD && str_eq(r->token.text, str_of(f->word))) {
                (void)reading_refuse(r, at, f->word);
                return question_new(r, Q_OR, at);
            }
        } else if (reading_at(r, f->word)) {
            return f->parse(r);
        }
    }
    if (!r->names->rules_only) {
        for (const struct who_field *f = who_fields; f->name; f++) {
            reading_offer(r, str_of(f->name));
        }
        if (r->token.kind == TOKEN_WORD && who_field_find(r->token.text)) {
            return parse_field(r);
        }
    }
    return NULL;
}

/* ---- and, or, not ---- */

/* Adds an operand; one of the same form gives its own operands instead: a or (b or c) = a or b or c. */
static void node_add(struct question *n, struct question *operand)
{
    struct question *first = operand, *last = operand;
    if (operand->form == n->form && n->form != Q_NOT) {
        first = operand->first;
        last = operand->last;
    }
    if (!first) {
        return;
    }
    if (n->last) {
        n->last->next = first;
    } else {
        n->first = first;
    }
    n->last = last;
}

static struct question *parse_or(struct reading *r);

static bool enter(struct reading *r)
{
    if (++r->depth <= QUESTION_DEPTH_MAX) {
        return true;
    }
    reading_fail_large(r, r->token.at, "more than %d levels of ( and not", QUESTION_DEPTH_MAX);
    reading_hint(r, r->names->rules_only ? "write the rule flatter" : "write it flatter");
    return false;
}

static struct question *parse_prim(struct reading *r)
{
    struct question *n = parse_form(r);
    if (n) {
        return n;
    }
    size_t open = r->token.at;
    if (!reading_at_kind(r, TOKEN_OPEN)) {
        fail_condition(r);
        return question_new(r, Q_OR, open);
    }
    reading_next(r);
    n = parse_or(r);
    if (!reading_at_kind(r, TOKEN_CLOSE)) {
        reading_fail(r, r->token.at, "\")\" is expected, not %.*s", STR_FMT(reading_shown(r)));
        const char *keyword = near_keyword(r);
        if (keyword) {
            reading_hint(r, "did you mean %s?", keyword);
        }
        reading_hint(r, "the ( at byte %zu is not closed; conditions are joined by and, or",
                     open + 1);
    }
    reading_next(r);
    return n;
}

static struct question *parse_not(struct reading *r)
{
    size_t at = r->token.at;
    if (!enter(r)) {
        return question_new(r, Q_OR, at);
    }
    struct question *n;
    if (reading_at(r, "not")) {
        n = question_new(r, Q_NOT, at);
        reading_next(r);
        node_add(n, parse_not(r));
        n->end = (uint32_t)r->last_end;
    } else {
        n = parse_prim(r);
    }
    r->depth--;
    return n;
}

static struct question *parse_list(struct reading *r, enum question_form form, const char *word,
                                   struct question *(*operand)(struct reading *))
{
    size_t at = r->token.at;
    struct question *first = operand(r);
    if (!reading_at(r, word)) {
        return first;
    }
    struct question *n = question_new(r, form, at);
    node_add(n, first);
    while (!r->rc && reading_at(r, word)) {
        reading_next(r);
        node_add(n, operand(r));
    }
    n->end = (uint32_t)r->last_end;
    return n;
}

static struct question *parse_and(struct reading *r)
{
    return parse_list(r, Q_AND, "and", parse_not);
}
static struct question *parse_or(struct reading *r)
{
    return parse_list(r, Q_OR, "or", parse_and);
}

/* ---- the whole ---- */

/* Words of other languages behind a whole condition, with what is meant. */
/* clang-format off */
static const char *const end_words[][2] = {
    {"within", "calendar days are written in 15d"},
    {"in", "a span belongs to a did: did follow in 15d; a status has none"},
    {"then", "steps belong to a did: did add_cart then purchase within 24h"},
    {"followed", "write then: did add_cart then purchase within 24h"},
    {"times", "leave it out: a bare count counts events, and orders of purchase"},
    {"orders", "leave it out: a bare count counts events, and orders of purchase"},
    {"twice", "a count is written >= 2"}, {"once", "a count is written >= 1"}, {"at", "a count is written >= 2"},
    {"between", "days are written from 2017-11-01 to 2017-11-30"}, {"during", "days are written in 30d"},
    {"since", "days are written from 2017-11-01"}, {"after", "days are written from 2017-11-01"},
    {"until", "days are written to 2017-11-30"}, {"till", "days are written to 2017-11-30"},
    {"last", "days back from today are written in 30d"}, {"past", "days back from today are written in 30d"},
    {"ending", "like in 7d ending 30d ago"}, {"ago", "like in 7d ending 30d ago"},
    {"today", "today is written in 1d"}, {"yesterday", "yesterday is written in 1d ending 1d ago"},
    {"users", "leave it out: questions are about consumers"}, {"consumers", "leave it out: questions are about consumers"},
    {"but", "write and not"}, {"plus", "write and"}, {"with", "tests stand in ( ) behind the event"},
    {"where", "tests stand in ( ) behind the event"}, {"was", "was belongs to first and last: first purchase was (channel = \"tmall\")"},
    {"days", "distinct days are counted behind a did: >= 2 days"},
};
/* clang-format on */

/* 1,000 is read as 1 and a comma. */
static bool in_number(const struct reading *r)
{
    size_t at = r->token.at;
    return at > 0 && at + 1 < r->text.len && r->text.ptr[at - 1] >= '0' &&
           r->text.ptr[at - 1] <= '9' && r->text.ptr[at + 1] >= '0' &&
           r->text.ptr[at + 1] <= '9';
}

static void hint_end(struct reading *r)
{
    struct token t = r->token;
    const char *keyword = near_keyword(r);
    if (keyword) {
        reading_hint(r, "did you mean %s?", keyword);
    } else if (t.kind == TOKEN_DAYS) {
        reading_hint(r, "write in %.*sd", STR_FMT(t.text));
    } else if (t.kind == TOKEN_DATE) {
        reading_hint(r, "write on %.*s", STR_FMT(t.text));
    } else if (t.kind == TOKEN_SPAN) {
        reading_hint(r,
                     "days are written in 15d; elapsed time belongs to a step: did A then B "
                     "within %.*s%c",
                     STR_FMT(t.text), t.unit);
    } else if (t.kind == TOKEN_NUMBER) {
        reading_hint(r, "a count is written >= %.*s", STR_FMT(t.text));
    } else if (t.kind == TOKEN_OPEN) {
        reading_hint(r, "tests stand at once behind the event: did review(score >= 4) in 365d");
    } else if (t.kind == TOKEN_COMMA && in_number(r)) {
        reading_hint(r, "numbers are written without commas: 1000");
    } else if (t.kind == TOKEN_COMMA) {
        reading_hint(r, "conditions are joined by and, or");
    } else if (t.kind == TOKEN_CMP) {
        reading_hint(r, "one count for each did; a status has none");
    }
    for (size_t i = 0; i < sizeof(end_words) / sizeof(end_words[0]); i++) {
        if (reading_is(r, end_words[i][0])) {
            reading_hint(r, "%s", question_text(r->names, end_words[i][1]));
        }
    }
    reading_hint(r, "join conditions by and, or");
}

static void check_end(struct reading *r)
{
    struct token t = r->token;
    if (r->rc || t.kind == TOKEN_END) {
        return;
    }
    if (t.kind == TOKEN_CLOSE) {
        reading_fail(r, t.at, "this ) closes nothing");
        reading_hint(r, "leave it out, or open a ( before");
        return;
    }
    reading_fail(r, t.at, "and, or, or the end is expected, not %.*s",
                 STR_FMT(reading_shown(r)));
    hint_end(r);
}

enum rc reading_run(struct reading *r, struct question **out)
{
    const char *what = r->names->rules_only ? "rule" : "question";
    r->catalogue = r->names->catalogue;
    r->e->hint[0] = '\0';
    if (r->where) {
        *r->where = (struct question_error){1, 1};
    }
    if (r->text.len > QUESTION_TEXT_MAX) {
        rc_fail(r->e, RC_TOO_LARGE, "the %s is longer than %zu KiB", what,
                QUESTION_TEXT_MAX >> 10);
        err_hint(r->e, "put events that always go together into one list");
        return RC_TOO_LARGE;
    }
    if (!str_is_utf8(r->text)) {
        rc_fail(r->e, RC_INVALID, "column 1: the %s is not UTF-8", what);
        err_hint(r->e, "save the file as UTF-8");
        return RC_INVALID;
    }
    reading_next(r);
    struct question *q = parse_or(r);
    check_end(r);
    if (!r->rc) {
        *out = q;
    }
    return r->rc;
}

enum rc question_parse(struct str text, const struct who_names *n, struct arena *a,
                       struct question **out, struct question_error *at, struct err *e)
{
    struct err scratch = {0};
    struct reading r = {
        .text = text, .names = n, .arena = a, .where = at, .e = e ? e : &scratch};
    return reading_run(&r, out);
}
