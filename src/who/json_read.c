/* The JSON form read: written as a text, which the one parser reads and checks; a mark beside every piece tells which
 * member of the JSON it comes from, so that a failure names that. Shapes (members, types) are checked here. */
#include "who/json_text.h"

#include <stdio.h>

#define JSON_VALUES_MAX 20000
#define JSON_BYTES_MAX (512u << 10)
#define JSON_DEPTH_MAX 320

/* ---- events, tests, spans ---- */

static void put_events(struct rewriting *w, const struct json_value *outer)
{
    const struct json_value *v = rewriting_needed(w, outer, "events");
    if (v && v->type == JSON_STRING && str_eq(v->value, STR("any"))) {
        rewriting_mark(w, v);
        rewriting_add(w, "any");
        return;
    }
    if (!rewriting_type(w, v, JSON_ARRAY, "\"any\" or a list of names")) {
        return;
    }
    if (!value_first(v)) {
        rewriting_fail(w, v->path, "no event in the list", "write \"any\" for every event");
    }
    bool list = value_first(v) && value_next(v, value_first(v));
    rewriting_mark(w, v);
    rewriting_add(w, list ? "(" : "");
    for (const struct json_value *m = value_first(v); m; m = value_next(v, m)) {
        rewriting_add(w, m == value_first(v) ? "" : " or ");
        rewriting_name(w, m);
    }
    rewriting_add(w, list ? ")" : "");
}

/* A field's name; the parser says which there are. */
static void put_field(struct rewriting *w, const struct json_value *v)
{
    if (!rewriting_type(w, v, JSON_STRING, "a field's name")) {
        return;
    }
    bool word = v->value.len > 0;
    for (size_t i = 0; i < v->value.len; i++) {
        char c = v->value.ptr[i];
        word = word && ((c >= 'a' && c <= 'z') || c == '_' || (c == '.' && i));
    }
    if (!word || question_is_keyword(v->value) || str_eq(v->value, STR("prop"))) {
        rewriting_fail(
            w, v->path, "no field of events",
            "fields: amount, quantity, score, unit_price, channel, touchpoint, campaign, item, "
            "category, order");
    }
    rewriting_mark(w, v);
    buf_add(&w->text, v->value);
}

static void put_test(struct rewriting *w, const struct json_value *v)
{
    static const char *const keys[] = {"field", "prop", "cmp", "value", NULL};
    if (!rewriting_members(w, v, keys)) {
        return;
    }
    const struct json_value *prop = value_member(v, "prop");
    if (prop && value_member(v, "field")) {
        rewriting_fail(w, v->path, "a test has a field or a prop", "leave one of them out");
    }
    rewriting_mark(w, v);
    if (prop) {
        rewriting_add(w, "prop ");
        rewriting_text(w, prop);
    } else {
        put_field(w, rewriting_needed(w, v, "field"));
    }
    rewriting_cmp(w, rewriting_needed(w, v, "cmp"));
    rewriting_literal(w, rewriting_needed(w, v, "value"));
}

static void put_tests(struct rewriting *w, const struct json_value *outer, const char *key,
                      const char *before, const char *after)
{
    const struct json_value *v = value_member(outer, key);
    if (!v || !rewriting_type(w, v, JSON_ARRAY, "a list of tests") || !value_first(v)) {
        return;
    }
    for (const struct json_value *m = value_first(v); m && !w->rc; m = value_next(v, m)) {
        rewriting_add(w, m == value_first(v) ? before : ", ");
        put_test(w, m);
    }
    rewriting_add(w, after);
}

static void put_filter(struct rewriting *w, const struct json_value *v)
{
    put_events(w, v);
    put_tests(w, v, "tests", "(", ")");
}

static void put_day(struct rewriting *w, const struct json_value *v, const char *key)
{
    const struct json_value *m = value_member(v, key);
    if (m) {
        rewriting_add(w, " ");
        rewriting_mark(w, m);
        rewriting_add(w, key);
        rewriting_add(w, " ");
        rewriting_text(w, m);
    }
}

static void put_span(struct rewriting *w, const struct json_value *v, const char *key)
{
    const struct json_value *m = value_member(v, key);
    if (m) {
        rewriting_add(w, " ");
        rewriting_mark(w, m);
        rewriting_add(w, key);
        rewriting_add(w, " ");
        rewriting_days(w, m);
        rewriting_add(w, str_eq(str_of(key), STR("ending")) ? " ago" : "");
    }
}

static void put_when(struct rewriting *w, const struct json_value *outer)
{
    static const char *const keys[] = {"in", "ending", "before", "on", "from", "to", NULL};
    const struct json_value *v = value_member(outer, "when");
    if (!v || !rewriting_members(w, v, keys)) {
        return;
    }
    int forms = (value_member(v, "in") ? 1 : 0) + (value_member(v, "before") ? 1 : 0) +
                (value_member(v, "on") ? 1 : 0) +
                (value_member(v, "from") || value_member(v, "to") ? 1 : 0);
    if (forms != 1 || (value_member(v, "ending") && !value_member(v, "in"))) {
        rewriting_fail(
            w, v->path, "no span of days",
            "{\"in\":30}, {\"in\":30,\"ending\":30}, {\"before\":30}, {\"on\":DAY} or "
            "{\"from\":DAY,\"to\":DAY}");
    }
    rewriting_mark(w, v);
    put_span(w, v, "in");
    put_span(w, v, "ending");
    put_span(w, v, "before");
    put_day(w, v, "on");
    put_day(w, v, "from");
    put_day(w, v, "to");
}

/* ---- forms ---- */

static void put_did(struct rewriting *w, const struct json_value *v)
{
    static const char *const keys[] = {"events", "tests", "when", "count", NULL};
    static const char *const count_keys[] = {"cmp", "n", "of", NULL};
    static const char *const counted[] = {"events", "days", "items", NULL};
    const struct json_value *count = value_member(v, "count");
    if (!rewriting_members(w, v, keys) || (count && !rewriting_members(w, count, count_keys))) {
        return;
    }
    rewriting_add(w, "did ");
    put_filter(w, v);
    put_when(w, v);
    if (!count) {
        return;
    }
    rewriting_cmp(w, rewriting_needed(w, count, "cmp"));
    rewriting_number(w, rewriting_needed(w, count, "n"));
    const struct json_value *of = value_member(count, "of");
    if (of && !str_eq(of->value, STR("events"))) {
        rewriting_add(w, " ");
        rewriting_word(w, of, counted);
    }
}

/* "24h": digits and a unit, for the parser to check. */
static void put_within(struct rewriting *w, const struct json_value *v)
{
    if (!rewriting_type(w, v, JSON_STRING, "a span of time")) {
        return;
    }
    bool span = v->value.len > 1;
    for (size_t i = 0; i < v->value.len; i++) {
        char c = v->value.ptr[i];
        span = span &&
               (i + 1 < v->value.len ? c >= '0' && c <= '9' : c == 'm' || c == 'h' || c == 'd');
    }
    if (!span) {
        rewriting_fail(w, v->path, "no span of time", "like \"24h\", \"90m\" or \"3d\"");
    }
    rewriting_add(w, " within ");
    rewriting_mark(w, v);
    buf_add(&w->text, v->value);
}

/* all: the sequence has one span, of the first step. */
static void put_step(struct rewriting *w, const struct json_value *v, bool first, bool all)
{
    static const char *const keys[] = {"not", "events", "tests", "within", NULL};
    if (!rewriting_members(w, v, keys)) {
        return;
    }
    const struct json_value *negated = value_member(v, "not");
    if (first && (negated || value_member(v, "within"))) {
        rewriting_fail(w, v->path, "the first step has neither not nor within",
                       "elapsed time counts from the step before");
    }
    if (negated && negated->type != JSON_TRUE && negated->type != JSON_FALSE) {
        rewriting_fail(w, negated->path, "true or false is expected",
                       "leave it out for a step that happens");
    }
    rewriting_add(w, first ? "did " : " then ");
    rewriting_mark(w, v);
    rewriting_add(w, negated && negated->type == JSON_TRUE ? "not " : "");
    put_filter(w, v);
    if (!first && (!all || value_member(v, "within"))) {
        put_within(w, rewriting_needed(w, v, "within"));
    }
}

static void put_sequence(struct rewriting *w, const struct json_value *v)
{
    static const char *const keys[] = {"steps", "within", "when", NULL};
    if (!rewriting_members(w, v, keys)) {
        return;
    }
    const struct json_value *within = value_member(v, "within");
    const struct json_value *steps = rewriting_needed(w, v, "steps");
    if (!rewriting_type(w, steps, JSON_ARRAY, "a list of steps")) {
        return;
    }
    if (!value_first(steps) || !value_next(steps, value_first(steps))) {
        rewriting_fail(w, steps->path, "a sequence has two steps or more",
                       "for one event write did");
    }
    for (const struct json_value *m = value_first(steps); m && !w->rc;
         m = value_next(steps, m)) {
        put_step(w, m, m == value_first(steps), within != NULL);
    }
    if (within) {
        put_within(w, within);
        rewriting_add(w, " of first");
    }
    put_when(w, v);
}

static void put_comparison(struct rewriting *w, const struct json_value *v)
{
    rewriting_cmp(w, rewriting_needed(w, v, "cmp"));
    rewriting_literal(w, rewriting_needed(w, v, "value"));
}

static void put_measure(struct rewriting *w, const struct json_value *v)
{
    static const char *const keys[] = {"of",   "events", "field", "tests",
                                       "when", "cmp",    "value", NULL};
    static const char *const words[] = {"sum", "avg", "min", "max", NULL};
    if (!rewriting_members(w, v, keys)) {
        return;
    }
    rewriting_word(w, rewriting_needed(w, v, "of"), words);
    rewriting_add(w, "(");
    put_events(w, v);
    rewriting_add(w, ".");
    put_field(w, rewriting_needed(w, v, "field"));
    put_tests(w, v, "tests", ", ", "");
    rewriting_add(w, ")");
    put_when(w, v);
    put_comparison(w, v);
}

static void put_total(struct rewriting *w, const struct json_value *v)
{
    static const char *const keys[] = {"of", "when", "cmp", "value", NULL};
    static const char *const words[] = {"gmv", "aov", NULL};
    if (rewriting_members(w, v, keys)) {
        rewriting_word(w, rewriting_needed(w, v, "of"), words);
        put_when(w, v);
        put_comparison(w, v);
    }
}

static void put_moment(struct rewriting *w, const struct json_value *v)
{
    static const char *const keys[] = {"which", "events", "tests", "was", "when", NULL};
    static const char *const words[] = {"first", "last", NULL};
    const struct json_value *was = value_member(v, "was");
    bool said = was && (was->type != JSON_ARRAY || value_first(was));
    if (rewriting_members(w, v, keys) && (said || rewriting_needed(w, v, "when"))) {
        rewriting_word(w, rewriting_needed(w, v, "which"), words);
        rewriting_add(w, " ");
        put_filter(w, v);
        put_tests(w, v, "was", " was (", ")");
        put_when(w, v);
    }
}

static void put_stage_on(struct rewriting *w, const struct json_value *v)
{
    const struct json_value *ago = value_member(v, "ago"), *list = value_member(v, "in");
    put_day(w, v, "on");
    if (ago) {
        rewriting_add(w, " ");
        rewriting_days(w, ago);
        rewriting_add(w, " ago");
    }
    if (list && rewriting_type(w, list, JSON_ARRAY, "a list of stages")) {
        rewriting_add(w, " in ");
        rewriting_literal(w, list);
    } else if (!list) {
        rewriting_cmp(w, rewriting_needed(w, v, "cmp"));
        rewriting_text(w, rewriting_needed(w, v, "stage"));
    }
}

static void put_stage(struct rewriting *w, const struct json_value *v)
{
    static const char *const keys[] = {"on",  "ago",     "cmp",  "stage", "in",
                                       "was", "entered", "left", "when",  NULL};
    static const char *const asks[] = {"was", "entered", "left"};
    if (!rewriting_members(w, v, keys)) {
        return;
    }
    bool at_once = value_member(v, "stage") || value_member(v, "in"), moved = false;
    rewriting_add(w, "stage");
    for (size_t i = 0; i < 3; i++) {
        const struct json_value *m = value_member(v, asks[i]);
        if (m && (at_once || moved || value_member(v, "on") || value_member(v, "ago") ||
                  value_member(v, "cmp"))) {
            rewriting_fail(
                w, v->path, "a stage is asked in one way",
                "{\"cmp\":\"=\",\"stage\":..}, {\"in\":[..]}, {\"was\":..}, {\"entered\":..} "
                "or "
                "{\"left\":..}");
        }
        if (m) {
            moved = true;
            rewriting_add(w, " ");
            rewriting_add(w, asks[i]);
            rewriting_add(w, " ");
            rewriting_text(w, m);
        }
    }
    if (!moved) {
        put_stage_on(w, v);
    }
    put_when(w, v);
}

static void put_asked_field(struct rewriting *w, const struct json_value *v)
{
    static const char *const keys[] = {"name", "cmp", "value", "known", NULL};
    if (!rewriting_members(w, v, keys)) {
        return;
    }
    const struct json_value *name = rewriting_needed(w, v, "name"),
                            *known = value_member(v, "known");
    if (!rewriting_type(w, name, JSON_STRING, "a field's name")) {
        return;
    }
    if (!who_field_find(name->value)) {
        const struct who_field *near = who_field_near(name->value);
        char hint[80];
        (void)snprintf(hint, sizeof(hint), question_text(w->names, "did you mean %s?"),
                       near ? near->name : "");
        rewriting_fail(w, name->path, "no such field",
                       near ? hint : "fields: rfm.r, rfm.type, clv ...");
    }
    rewriting_mark(w, name);
    buf_add(&w->text, name->value);
    if (known &&
        (known->type != JSON_TRUE || value_member(v, "cmp") || value_member(v, "value"))) {
        rewriting_fail(w, known->path, "known is true and stands alone", "write not around it");
    }
    if (known) {
        rewriting_add(w, " known");
    } else {
        put_comparison(w, v);
    }
}

static void put_has(struct rewriting *w, const struct json_value *v)
{
    static const char *const keys[] = {"kind", "cmp", "n", NULL};
    if (!rewriting_members(w, v, keys)) {
        return;
    }
    const struct json_value *kind = rewriting_needed(w, v, "kind");
    if (!rewriting_type(w, kind, JSON_STRING, "a kind of identity")) {
        return;
    }
    if (str_find_byte(kind->value, '`', 0) != SIZE_MAX || !kind->value.len) {
        rewriting_fail(w, kind->path, "no kind of identity", "like phone, openid");
    }
    rewriting_add(w, "has ");
    rewriting_mark(w, kind);
    buf_addf(&w->text, "`%.*s`", STR_FMT(kind->value));
    if (value_member(v, "cmp") || value_member(v, "n")) {
        rewriting_cmp(w, rewriting_needed(w, v, "cmp"));
        rewriting_number(w, rewriting_needed(w, v, "n"));
    }
}

static void put_tag(struct rewriting *w, const struct json_value *v)
{
    static const char *const keys[] = {"name", "value", NULL};
    if (v->type != JSON_STRING && !rewriting_members(w, v, keys)) {
        return;
    }
    rewriting_add(w, "tag ");
    rewriting_text(w, v->type == JSON_STRING ? v : rewriting_needed(w, v, "name"));
    if (v->type == JSON_OBJECT && value_member(v, "value")) {
        rewriting_add(w, " = ");
        rewriting_text(w, value_member(v, "value"));
    }
}

static void put_sample(struct rewriting *w, const struct json_value *v)
{
    static const char *const keys[] = {"percent", "seed", NULL};
    if (!rewriting_members(w, v, keys)) {
        return;
    }
    rewriting_add(w, "sample ");
    rewriting_number(w, rewriting_needed(w, v, "percent"));
    rewriting_add(w, "%");
    if (value_member(v, "seed")) {
        rewriting_add(w, " seed ");
        rewriting_number(w, value_member(v, "seed"));
    }
}

static void put_all(struct rewriting *w, const struct json_value *v)
{
    if (rewriting_type(w, v, JSON_TRUE, "true")) {
        rewriting_add(w, "all");
    }
}
static void put_is(struct rewriting *w, const struct json_value *v)
{
    rewriting_add(w, "is ");
    rewriting_name(w, v);
}
static void put_identity(struct rewriting *w, const struct json_value *v)
{
    rewriting_add(w, "identity ");
    rewriting_text(w, v);
}
static void put_crowd(struct rewriting *w, const struct json_value *v)
{
    rewriting_add(w, "crowd ");
    rewriting_text(w, v);
}
static void put_reach(struct rewriting *w, const struct json_value *v)
{
    rewriting_add(w, "reachable by ");
    rewriting_text(w, v);
}
static void put_consent(struct rewriting *w, const struct json_value *v)
{
    rewriting_add(w, "consent ");
    rewriting_text(w, v);
}

/* ---- the tree ---- */

/* clang-format off */
static const struct json_form {
    enum question_form form;
    void (*put)(struct rewriting *w, const struct json_value *v);
} json_forms[] = {
    {Q_ALL, put_all}, {Q_DID, put_did}, {Q_SEQUENCE, put_sequence}, {Q_IS, put_is}, {Q_MEASURE, put_measure},
    {Q_TOTAL, put_total}, {Q_MOMENT, put_moment}, {Q_STAGE, put_stage}, {Q_FIELD, put_asked_field}, {Q_HAS, put_has},
    {Q_IDENTITY, put_identity}, {Q_TAG, put_tag}, {Q_CROWD, put_crowd}, {Q_REACH, put_reach}, {Q_CONSENT, put_consent},
    {Q_SAMPLE, put_sample},
};
/* clang-format on */

static void put_question(struct rewriting *w, const struct json_value *v,
                         enum question_form outer);

/* Lists of one are what is in them. */
static void put_list(struct rewriting *w, const struct json_value *v, enum question_form form,
                     enum question_form outer)
{
    if (!rewriting_type(w, v, JSON_ARRAY, "a list of questions")) {
        return;
    }
    const struct json_value *first = value_first(v);
    if (!first) {
        rewriting_fail(w, v->path, "no question in the list",
                       "write {\"all\":true} for everyone");
        return;
    }
    if (!value_next(v, first)) {
        put_question(w, first, outer);
        return;
    }
    bool wrap = (form == Q_OR && outer != Q_OR) || (form == Q_AND && outer == Q_NOT);
    rewriting_add(w, wrap ? "(" : "");
    for (const struct json_value *m = first; m && !w->rc; m = value_next(v, m)) {
        rewriting_add(w, m == first ? "" : form == Q_AND ? " and " : " or ");
        put_question(w, m, form);
    }
    rewriting_add(w, wrap ? ")" : "");
}

static void fail_form(struct rewriting *w, const struct json_value *v)
{
    const char *near = NULL;
    char hint[80];
    for (int f = 0; f < QUESTION_FORMS; f++) {
        const char *text = question_form_text((enum question_form)f);
        near = str_near(v->key, str_of(text)) ? text : near;
    }
    (void)snprintf(hint, sizeof(hint), question_text(w->names, "did you mean %s?"),
                   near ? near : "");
    rewriting_fail(
        w, v->path, "no form of a question",
        near ? hint
             : "forms: and, or, not, all, did, sequence, is, measure, total, moment, stage, "
               "field, has, identity, tag, crowd, reach, consent, sample");
}

static void put_question(struct rewriting *w, const struct json_value *v,
                         enum question_form outer)
{
    if (w->rc) {
        return;
    }
    if (v->type != JSON_OBJECT || !value_first(v) || value_next(v, value_first(v))) {
        rewriting_fail(
            w, v->path, "a question is an object with one member",
            "like {\"did\":{\"events\":[\"purchase\"]}}; join two by {\"and\":[..]}");
        return;
    }
    v = value_first(v);
    rewriting_mark(w, v);
    if (str_eq(v->key, STR("and")) || str_eq(v->key, STR("or"))) {
        put_list(w, v, v->key.len == 3 ? Q_AND : Q_OR, outer);
        return;
    }
    if (str_eq(v->key, STR("not"))) {
        rewriting_add(w, "not ");
        put_question(w, v, Q_NOT);
        return;
    }
    for (size_t i = 0; i < sizeof(json_forms) / sizeof(json_forms[0]); i++) {
        if (str_eq(v->key, str_of(question_form_text(json_forms[i].form)))) {
            json_forms[i].put(w, v);
            return;
        }
    }
    fail_form(w, v);
}

/* ---- the whole ---- */

/* Reads the text again in its canonical form, so that places in the tree are places there. */
static enum rc read_canonical(const struct who_names *n, struct arena *a, struct question **q,
                              struct err *e)
{
    struct reading r = {.text = question_print(*q, n, a), .names = n, .arena = a, .e = e};
    return reading_run(&r, q);
}

static enum rc read_text(struct rewriting *w, const struct who_names *n, struct arena *a,
                         struct question **out)
{
    struct err why = {0};
    struct question *q = NULL;
    struct reading r = {.text = arena_str(a, buf_str(&w->text)),
                        .names = n,
                        .arena = a,
                        .bare = true,
                        .e = &why};
    enum rc rc = reading_run(&r, &q);
    rc = rc ? rc : read_canonical(n, a, &q, &why);
    if (!rc) {
        *out = q;
        return RC_OK;
    }
    struct str path = str_of(question_text(n, "the question"));
    for (size_t i = 0; i < w->marks.len && w->marks.ptr[i].at <= r.failed_at; i++) {
        path = w->marks.ptr[i].path.len ? w->marks.ptr[i].path : path;
    }
    (void)rc_fail(w->e, rc, "%.*s: %s", STR_FMT(path), why.msg);
    err_hint(w->e, "%s", why.hint);
    return rc;
}

enum rc question_from_json(struct str json, const struct who_names *n, struct arena *a,
                           struct question **out, struct err *e)
{
    const struct json_limits limits = {
        .depth = JSON_DEPTH_MAX, .values = JSON_VALUES_MAX, .bytes = JSON_BYTES_MAX};
    struct json_reader *reader = json_reader_new(&limits);
    struct err scratch = {0};
    struct rewriting w = {.names = n, .e = e ? e : &scratch};
    struct json_flat flat = {0};
    w.e->hint[0] = '\0';
    w.rc = json_flat(reader, json, &flat, w.e);
    if (w.rc && !w.e->hint[0]) {
        err_hint(w.e, "like {\"did\":{\"events\":[\"purchase\"],\"when\":{\"in\":30}}}");
    }
    if (!w.rc) {
        put_question(&w, flat.item, Q_OR);
    }
    if (!w.rc) {
        w.rc = read_text(&w, n, a, out);
    }
    vec_release(&w.marks);
    buf_release(&w.text);
    json_reader_free(reader);
    return w.rc;
}
