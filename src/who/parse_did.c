/* Conditions over events: did with its counts and sequences, is, measures, totals, first and last, and the
 * short forms that are read as one of them. */
#include "who/internal.h"

/* ---- did ---- */

static bool has_purchase(const struct event_filter *f)
{
    bool purchase = f->names_len == 0;
    for (uint32_t i = 0; i < f->names_len; i++) {
        purchase = purchase || f->names[i] == EVENT_PURCHASE;
    }
    return purchase;
}

bool question_is_any(const struct question *q)
{
    return q->form == Q_DID && q->count_of != COUNT_OF_ITEMS &&
           ((q->cmp == CMP_GE && q->number >= 1 && q->number <= 1) ||
            ((q->cmp == CMP_GT || q->cmp == CMP_NE) && q->number <= 0));
}

/* Orders are no events: a count over both has no meaning. Days and items have one. */
static void check_did(struct reading *r, const struct question *q, size_t at)
{
    bool none = (q->cmp == CMP_EQ || q->cmp == CMP_LE) && q->number <= 0;
    bool below = q->cmp == CMP_LT && q->number <= 1;
    bool counted = q->count_of == COUNT_OF_EVENTS || r->names->rules_only;
    if (!counted || !has_purchase(&q->filter) || q->filter.names_len == 1 ||
        question_is_any(q) || none || below) {
        return;
    }
    reading_fail(r, at,
                 q->filter.names_len
                     ? "purchase counts orders and cannot be counted together with other events"
                     : "any holds orders and other events, which cannot be counted together");
    reading_hint(r, q->filter.names_len
                        ? "count them one by one: did purchase ... or did ..."
                        : "name the events, or count days: did any ... >= 2 days");
}

static void fail_late_span(struct reading *r)
{
    if (reading_is_when(r)) {
        reading_fail(r, r->token.at, "the span stands before the count");
        reading_hint(r, "like did purchase in 365d >= 2");
    }
}

/* What is counted, behind the number. */
static void parse_counted(struct reading *r, struct question *q)
{
    if (reading_take(r, "days")) {
        q->count_of = COUNT_OF_DAYS;
    } else if (reading_at(r, "items") && !reading_refuse(r, r->token.at, "items")) {
        q->count_of = COUNT_OF_ITEMS;
        reading_next(r);
    } else if (reading_is(r, "day") || reading_is(r, "times") || reading_is(r, "d") ||
               reading_is(r, "item") || reading_is(r, "orders")) {
        bool bare = reading_is(r, "times") || reading_is(r, "orders");
        reading_fail(r, r->token.at, "%.*s is not understood behind a count",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, bare                    ? "leave it out: a bare count counts events"
                        : reading_is(r, "item") ? "write items"
                                                : "write days");
    }
}

static void did_count(struct reading *r, struct question *q)
{
    q->cmp = r->token.cmp;
    reading_next(r);
    q->number = parse_count(r);
    parse_counted(r, q);
    fail_late_span(r);
}

static struct question *wrap_not(struct reading *r, struct question *q, size_t at)
{
    struct question *n = question_new(r, Q_NOT, at);
    n->first = n->last = q;
    n->end = q->end;
    return n;
}

/* ---- sequences ---- */

static void parse_within(struct reading *r, struct sequence_step *s)
{
    static const char *const usual[] = {"30m", "1h", "24h", "3d", "7d"};
    int64_t n = 0, unit = r->token.unit == 'd'   ? DAY_MS
                          : r->token.unit == 'h' ? 3600000
                                                 : 60000;
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
        reading_offer(r, str_of(usual[i]));
    }
    if (r->token.kind != TOKEN_DAYS && r->token.kind != TOKEN_SPAN) {
        reading_fail(r, r->token.at, "a span of time is expected behind within, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like 24h, 90m or 3d (72 hours)");
        return;
    }
    if (!str_i64(r->token.text, &n) || n < 1 || n > (int64_t)WINDOW_MAX * DAY_MS / unit) {
        reading_fail(r, r->token.at, "a span of time is 1m to %ud, not %.*s", WINDOW_MAX,
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like 24h, 90m or 3d");
        return;
    }
    s->within_ms = n * unit;
    s->written = arena_strf(r->arena, "%lld%c", (long long)n, r->token.unit);
    reading_next(r);
}

static struct sequence_step *step_new(struct reading *r, struct question *q)
{
    struct sequence_step *steps = reading_more(r, q->steps, q->steps_len, sizeof(*steps));
    q->steps = steps;
    steps[q->steps_len] = (struct sequence_step){0};
    return &steps[q->steps_len++];
}

/* Where a step without a span of its own ended; and one that has one. SIZE_MAX: there is none. */
struct spans {
    size_t missing, own;
};

static void parse_span(struct reading *r, struct question *q, struct spans *seen)
{
    struct sequence_step *s = &q->steps[q->steps_len - 1];
    size_t at = r->token.at;
    reading_next(r);
    parse_within(r, s);
    size_t of_at = r->token.at;
    if (!r->rc && reading_at(r, "of")) {
        reading_next(r);
        if (!reading_at(r, "first")) {
            reading_fail(r, r->token.at, "first is expected behind of, not %.*s",
                         STR_FMT(reading_shown(r)));
            reading_hint(r,
                         "like did item_view then add_cart then purchase within 7d of first");
        } else if (s->negated) {
            reading_fail(r, of_at, "what is not to happen has a span of its own, not of first");
            reading_hint(r, "did A then B within 24h then not C within 3d");
        }
        reading_next(r);
        q->of_first = true;
    } else {
        seen->own = at;
    }
}

static void fail_span(struct reading *r, size_t at, struct str shown)
{
    reading_fail(r, at, "within is expected behind a step, not %.*s", STR_FMT(shown));
    reading_hint(r, reading_at(r, "in")
                        ? "elapsed time since the step before: within 24h; days of the first "
                          "step come at the end"
                        : "like then purchase within 24h");
}

/* One span for all steps is written once, behind the last of them. */
static void share_span(struct reading *r, struct question *q, const struct spans *seen)
{
    const struct sequence_step *last = &q->steps[q->steps_len - 1];
    if (!q->of_first && seen->missing != SIZE_MAX) {
        fail_span(r, seen->missing, STR("then"));
    } else if (q->of_first && (seen->own != SIZE_MAX || reading_is(r, "then"))) {
        reading_fail(r, seen->own != SIZE_MAX ? seen->own : r->token.at,
                     "of first is for all steps: no other within beside it");
        reading_hint(r, "like did item_view then add_cart then purchase within 7d of first");
    }
    for (uint32_t i = 1; q->of_first && i < q->steps_len; i++) {
        q->steps[i].within_ms = last->within_ms;
        q->steps[i].written = last->written;
    }
}

static void parse_step(struct reading *r, struct question *q, struct spans *seen)
{
    size_t at = r->token.at;
    if (q->steps_len && q->steps[q->steps_len - 1].negated) {
        reading_fail(r, at, "nothing can come after a step that is not to happen");
        reading_hint(r, "then not ... is the last step");
    }
    if (q->steps_len == QUESTION_STEPS_MAX) {
        reading_fail_large(r, at, "more than %u steps in one sequence", QUESTION_STEPS_MAX);
        reading_hint(r, "divide it: did A then B ... and did B then C ...");
    }
    reading_next(r);
    struct sequence_step *s = step_new(r, q);
    s->negated = reading_take(r, "not");
    if (reading_is(r, "did")) {
        reading_fail(r, r->token.at, "did stands only before the first step");
        reading_hint(r, "like did add_cart then purchase within 24h");
    }
    parse_filter(r, &s->filter);
    if (reading_at(r, "within")) {
        parse_span(r, q, seen);
    } else if (reading_at(r, "then")) {
        seen->missing = seen->missing == SIZE_MAX ? r->token.at : seen->missing;
    } else {
        fail_span(r, r->token.at, reading_shown(r));
    }
}

static struct question *parse_sequence(struct reading *r, struct question *q, bool negated)
{
    if (negated) {
        reading_fail(r, r->token.at, "did not and then: which of them is not to happen?");
        reading_hint(r, "did A then not B within 24h; or: not did A then B within 24h");
    }
    (void)reading_refuse(r, r->token.at, "then");
    q->form = Q_SEQUENCE;
    q->cmp = CMP_EQ;
    q->number = 0;
    step_new(r, q)->filter = q->filter;
    q->filter = (struct event_filter){0};
    struct spans seen = {SIZE_MAX, SIZE_MAX};
    while (!r->rc && !q->of_first && reading_at(r, "then")) {
        parse_step(r, q, &seen);
    }
    share_span(r, q, &seen);
    parse_when(r, &q->when);
    if (r->token.kind == TOKEN_CMP) {
        reading_fail(r, r->token.at, "a sequence is not counted");
        reading_hint(r, "it asks whether there is one; leave the count out");
    }
    return question_done(r, q);
}

struct question *parse_did(struct reading *r)
{
    size_t at = r->token.at;
    struct question *q = question_new(r, Q_DID, at);
    q->cmp = CMP_GE;
    q->number = 1;
    reading_next(r);
    bool negated = reading_take(r, "not");
    size_t names_at = r->token.at;
    parse_filter(r, &q->filter);
    if (reading_at(r, "then")) {
        return parse_sequence(r, q, negated);
    }
    parse_when(r, &q->when);
    if (q->when.form != WHEN_EVER && reading_is(r, "then")) {
        reading_fail(r, r->token.at, "the days of a sequence come at its end");
        reading_hint(r, "like did add_cart then purchase within 24h in 7d");
    }
    if (reading_at_kind(r, TOKEN_CMP)) {
        did_count(r, q);
    }
    check_did(r, q, names_at);
    q = question_done(r, q);
    return negated ? wrap_not(r, q, at) : q;
}

/* ---- is ---- */

struct question *parse_is(struct reading *r)
{
    struct question *q = question_new(r, Q_IS, r->token.at);
    reading_next(r);
    if (reading_is(r, "not") && !r->names->rules_only) {
        reading_fail(r, r->token.at, "not stands before is");
        reading_hint(r, "like not is follow");
    }
    size_t at = r->token.at;
    for (uint16_t code = 1; r->offers && code < EVENT_OWN_FIRST; code++) {
        const struct event_def *d = catalogue_def(r->catalogue, code);
        if (d && d->evidence == EVIDENCE_STATUS_ON) {
            reading_offer(r, str_of(d->name));
        }
    }
    uint16_t code = parse_event_name(r);
    uint16_t *names = arena_array(r->arena, uint16_t, 1);
    names[0] = code;
    q->filter = (struct event_filter){.names = names, .names_len = 1};
    const struct event_def *d = catalogue_def(r->catalogue, code);
    struct str name = catalogue_name(r->catalogue, code);
    if (!d || d->evidence != EVIDENCE_STATUS_ON) {
        reading_fail(r, at, "%.*s is no status", STR_FMT(name));
        if (d && d->undoes) {
            reading_hint(r, "it ends one: write not is %s", d->undoes);
        }
        reading_hint(r,
                     "statuses: follow, friend_add, group_join, member_join; for events write "
                     "did %.*s",
                     STR_FMT(name));
    }
    return question_done(r, q);
}

/* ---- counts by another name ---- */

/* count(E, tests), days(...), items(...) [ when ] cmp N: read as did. */
struct question *parse_count_of(struct reading *r)
{
    struct question *q = question_new(r, Q_DID, r->token.at);
    const char *word = reading_at(r, "days")    ? "days"
                       : reading_at(r, "items") ? "items"
                                                : "count";
    q->count_of = reading_at(r, "days")    ? COUNT_OF_DAYS
                  : reading_at(r, "items") ? COUNT_OF_ITEMS
                                           : COUNT_OF_EVENTS;
    reading_next(r);
    reading_expect_open(r, word);
    reading_hint(r, "like %s(purchase) in 365d >= 2", word);
    size_t names_at = r->token.at;
    parse_filter(r, &q->filter);
    parse_more_tests(r, &q->filter, word);
    parse_when(r, &q->when);
    if (parse_cmp(r, word, &q->cmp)) {
        q->number = parse_count(r);
        if (q->count_of == COUNT_OF_EVENTS) {
            parse_counted(r, q);
        } else if (reading_is(r, "days") || reading_is(r, "items")) {
            reading_fail(r, r->token.at, "%s(...) says already what is counted", word);
            reading_hint(r, "leave it out");
        }
        fail_late_span(r);
    }
    check_did(r, q, names_at);
    return question_done(r, q);
}

/* "(" DAYS ")" behind gmv, aov, orders. */
static void parse_span_or_when(struct reading *r, struct when *w)
{
    if (!reading_at_kind(r, TOKEN_OPEN)) {
        parse_when(r, w);
        return;
    }
    reading_next(r);
    *w = (struct when){.form = WHEN_IN, .days = parse_days(r, "(")};
    reading_expect_close(r, "the span");
    reading_hint(r, "like gmv(365d) >= 500");
    if (reading_is_when(r)) {
        reading_fail(r, r->token.at, "the days are given twice");
        reading_hint(r, "either gmv(365d) or gmv in 365d");
    }
}

struct question *parse_orders(struct reading *r)
{
    static const uint16_t purchase = EVENT_PURCHASE;
    struct question *q = question_new(r, Q_DID, r->token.at);
    q->filter = (struct event_filter){.names = &purchase, .names_len = 1};
    reading_next(r);
    parse_span_or_when(r, &q->when);
    if (parse_cmp(r, "orders", &q->cmp)) {
        q->number = parse_count(r);
        fail_late_span(r);
    }
    return question_done(r, q);
}

/* ---- measures and totals ---- */

/* The field of a measure: "." FIELD. */
static void parse_measured(struct reading *r, struct question *q)
{
    if (r->token.kind != TOKEN_DOT) {
        reading_fail(r, r->token.at, "the field that is measured is expected, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r,
                     "like sum(purchase.amount); tests stand behind it: sum(purchase.amount, "
                     "channel = \"tmall\")");
        return;
    }
    reading_next(r);
    q->of = parse_number_field(r);
}

struct question *parse_measure(struct reading *r)
{
    struct question *q = question_new(r, Q_MEASURE, r->token.at);
    const char *word = reading_at(r, "sum")   ? "sum"
                       : reading_at(r, "avg") ? "avg"
                       : reading_at(r, "min") ? "min"
                                              : "max";
    q->measure = word[0] == 's'   ? MEASURE_SUM
                 : word[0] == 'a' ? MEASURE_AVG
                 : word[1] == 'i' ? MEASURE_MIN
                                  : MEASURE_MAX;
    reading_next(r);
    reading_expect_open(r, word);
    reading_hint(r, "like %s(purchase.amount) in 365d >= 500", word);
    struct str name = r->token.text;
    size_t dot = str_find_byte(name, '.', 0);
    if (r->token.kind == TOKEN_WORD && dot != SIZE_MAX) {
        reading_split(r, dot);
    } else if (r->token.kind == TOKEN_WORD && is_number_field(name)) {
        reading_fail(r, r->token.at, "the event is missing before the field");
        reading_hint(r, "like %s(purchase.%.*s)", word, STR_FMT(name));
    }
    parse_events(r, &q->filter);
    parse_measured(r, q);
    parse_more_tests(r, &q->filter, word);
    parse_when(r, &q->when);
    if (parse_cmp(r, word, &q->cmp)) {
        q->number = parse_number(r, word, test_fields[q->of].scale);
        fail_late_span(r);
    }
    return question_done(r, q);
}

struct question *parse_total(struct reading *r)
{
    struct question *q = question_new(r, Q_TOTAL, r->token.at);
    const char *word = reading_at(r, "gmv") ? "gmv" : "aov";
    q->total = word[0] == 'g' ? TOTAL_GMV : TOTAL_AOV;
    reading_next(r);
    parse_span_or_when(r, &q->when);
    if (parse_cmp(r, word, &q->cmp)) {
        q->number = parse_number(r, word, 2);
        fail_late_span(r);
    }
    return question_done(r, q);
}

/* ---- first and last ---- */

static void parse_was(struct reading *r, struct question *q)
{
    reading_next(r);
    if (!reading_at_kind(r, TOKEN_OPEN)) {
        reading_fail(r, r->token.at, "tests in ( ) are expected behind was, not %.*s",
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like first purchase was (channel = \"tmall\")");
        return;
    }
    parse_tests(r, &q->was);
    if (reading_is(r, "was")) {
        reading_fail(r, r->token.at, "was is said twice");
        reading_hint(r, "its tests stand in one list, divided by commas");
    }
}

/* [ was ] when: one of them at least. */
static struct question *moment_rest(struct reading *r, struct question *q, const char *word)
{
    if (reading_at(r, "was")) {
        parse_was(r, q);
    } else if (!reading_at_when(r)) {
        reading_fail(r, r->token.at, "the days are expected behind %s, not %.*s", word,
                     STR_FMT(reading_shown(r)));
        reading_hint(r, "like %s in 30d, before 90d, from 2017-01-01 to 2017-03-31", word);
    }
    parse_when(r, &q->when);
    if (reading_is(r, "was")) {
        reading_fail(r, r->token.at, "was stands before the days");
        reading_hint(r, "like last purchase was (amount >= 200) in 90d");
    }
    if (r->token.kind == TOKEN_CMP) {
        reading_fail(r, r->token.at, "%s is one event: it has no count", word);
        reading_hint(r, "for a count write did EVENT in 30d >= 2");
    }
    return question_done(r, q);
}

struct question *parse_moment(struct reading *r)
{
    struct question *q = question_new(r, Q_MOMENT, r->token.at);
    q->last_one = reading_at(r, "last");
    reading_next(r);
    parse_filter(r, &q->filter);
    return moment_rest(r, q,
                       question_text(r->names, q->last_one ? "last EVENT" : "first EVENT"));
}

/* first_seen, last_seen, first_purchase, last_purchase [ was tests ] [ when ]. */
struct question *parse_moment_word(struct reading *r)
{
    static const uint16_t purchase = EVENT_PURCHASE;
    struct question *q = question_new(r, Q_MOMENT, r->token.at);
    struct str word = arena_str(r->arena, r->token.text);
    q->last_one = str_starts(word, STR("last"));
    if (str_ends(word, STR("purchase"))) {
        q->filter = (struct event_filter){.names = &purchase, .names_len = 1};
    }
    reading_next(r);
    return moment_rest(r, q, word.ptr);
}

/* channel = "tmall" [ when ]: touched there at all. */
struct question *parse_touched(struct reading *r)
{
    struct question *q = question_new(r, Q_DID, r->token.at);
    struct evidence_test *t = arena_new_of(r->arena, struct evidence_test);
    size_t at = r->token.at;
    parse_test(r, t);
    if (t->cmp == CMP_NE) {
        reading_fail(r, at, "!= would ask for any other touch");
        reading_hint(r, "never there is written not %s = ...", test_fields[t->field].name);
    }
    q->filter = (struct event_filter){.tests = t, .tests_len = 1};
    q->cmp = CMP_GE;
    q->number = 1;
    parse_when(r, &q->when);
    if (r->token.kind == TOKEN_CMP) {
        reading_fail(r, r->token.at, "touches of all kinds are not counted together");
        reading_hint(r, "name the event: did item_view(%s = ...) in 30d >= 2",
                     test_fields[t->field].name);
    }
    return question_done(r, q);
}
