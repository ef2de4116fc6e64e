/* The JSON form of a question: one object, whose only key is the form.
 *
 *     {"and":[Q, ...]}  {"or":[Q, ...]}  {"not":Q}  {"all":true}
 *     {"did":{"events":["purchase"], "tests":[T, ...], "when":W, "count":{"cmp":">=","n":2,"of":"days"}}}
 *     {"sequence":{"steps":[{"events":..,"tests":..}, {"not":true,"events":..,"within":"24h"}], "when":W}}
 *     {"sequence":{"steps":[{"events":..}, {"events":..}, {"events":..}], "within":"7d", "when":W}}      of first
 *     {"is":"follow"}
 *     {"measure":{"of":"sum","events":..,"field":"amount","tests":..,"when":W,"cmp":">=","value":500}}
 *     {"total":{"of":"gmv","when":W,"cmp":">=","value":500}}
 *     {"moment":{"which":"first","events":..,"tests":..,"was":[T, ...],"when":W}}
 *     {"stage":{"on":"2017-12-01","cmp":"=","stage":"interest"}}      {"stage":{"ago":30,"in":["interest"]}}
 *     {"stage":{"was":"interest","when":W}}                          was, entered, left
 *     {"field":{"name":"rfm.r","cmp":">=","value":4}}                 "value":[..] for in; "known":true
 *     {"has":{"kind":"phone","cmp":">=","n":1}}  {"identity":"phone:138.."}  {"tag":{"name":"a","value":"b"}}
 *     {"crowd":"VIP"}  {"reach":"wecom"}  {"consent":"marketing"}  {"sample":{"percent":10,"seed":7}}
 *
 *     events  "any", or a list of names, written as in texts: own ones in backquotes
 *     T       {"field":"amount","cmp":">=","value":200}   {"prop":"color","cmp":"in","value":["red","blue"]}
 *     W       {"in":30,"ending":30}  {"before":30}  {"on":DAY}  {"from":DAY,"to":DAY}; left out: ever
 *
 * Here it is written; json_read.c reads it. */
#include "who/internal.h"

static void write_number(double v, int scale, struct json *j)
{
    struct buf text = {0};
    question_print_number(v, scale, &text);
    json_raw(j, buf_str(&text));
    buf_release(&text);
}

static void write_day(struct json *j, const char *key, int32_t day)
{
    char text[16];
    json_put_cstr(j, key, day_format(day, text));
}

static void write_cmp(enum evidence_cmp cmp, struct json *j)
{
    json_put_cstr(j, "cmp", question_cmp_text(cmp));
}

static void write_texts(const struct str *texts, uint32_t len, bool list, struct json *j)
{
    if (!list) {
        json_str(j, texts[0]);
        return;
    }
    json_begin_array(j);
    for (uint32_t i = 0; i < len; i++) {
        json_str(j, texts[i]);
    }
    json_end_array(j);
}

static void write_test(const struct evidence_test *t, struct json *j)
{
    const struct test_field *f = &test_fields[t->field];
    json_begin_object(j);
    if (t->field == FIELD_PROP) {
        json_put_str(j, "prop", t->key);
    } else {
        json_put_cstr(j, "field", f->name);
    }
    write_cmp(t->cmp, j);
    json_key(j, "value");
    if (f->text && t->texts_len) {
        write_texts(t->texts, t->texts_len, t->cmp == CMP_IN, j);
    } else {
        write_number(t->number, f->scale, j);
    }
    json_end_object(j);
}

static void write_tests(const char *key, const struct event_filter *f, struct json *j)
{
    if (f->tests_len == 0) {
        return;
    }
    json_key(j, key);
    json_begin_array(j);
    for (uint32_t i = 0; i < f->tests_len; i++) {
        write_test(&f->tests[i], j);
    }
    json_end_array(j);
}

static void write_filter(const struct event_filter *f, const struct who_names *n,
                         struct json *j)
{
    json_key(j, "events");
    if (f->names_len == 0) {
        json_cstr(j, "any");
    } else {
        json_begin_array(j);
        for (uint32_t i = 0; i < f->names_len; i++) {
            struct buf name = {0};
            question_print_event(n, f->names[i], &name);
            json_str(j, buf_str(&name));
            buf_release(&name);
        }
        json_end_array(j);
    }
    write_tests("tests", f, j);
}

static void write_days(struct when w, struct json *j)
{
    if (w.from == w.to) {
        write_day(j, "on", w.from);
        return;
    }
    if (w.from != DAY_NONE) {
        write_day(j, "from", w.from);
    }
    if (w.to != INT32_MAX) {
        write_day(j, "to", w.to);
    }
}

static void write_when(struct when w, struct json *j)
{
    if (w.form == WHEN_EVER) {
        return;
    }
    json_key(j, "when");
    json_begin_object(j);
    if (w.form == WHEN_IN) {
        json_put_i64(j, "in", w.days);
        if (w.ago) {
            json_put_i64(j, "ending", w.ago);
        }
    } else if (w.form == WHEN_BEFORE) {
        json_put_i64(j, "before", w.days);
    } else {
        write_days(w, j);
    }
    json_end_object(j);
}

static void write_did(const struct question *q, const struct who_names *n, struct json *j)
{
    static const char *const of[] = {
        [COUNT_OF_EVENTS] = NULL, [COUNT_OF_DAYS] = "days", [COUNT_OF_ITEMS] = "items"};
    write_filter(&q->filter, n, j);
    write_when(q->when, j);
    if (q->cmp == CMP_GE && q->number >= 1 && q->number <= 1 &&
        q->count_of == COUNT_OF_EVENTS) {
        return;
    }
    json_key(j, "count");
    json_begin_object(j);
    write_cmp(q->cmp, j);
    json_put_i64(j, "n", (int64_t)q->number);
    if (of[q->count_of]) {
        json_put_cstr(j, "of", of[q->count_of]);
    }
    json_end_object(j);
}

static void write_sequence(const struct question *q, const struct who_names *n, struct json *j)
{
    json_key(j, "steps");
    json_begin_array(j);
    for (uint32_t i = 0; i < q->steps_len; i++) {
        const struct sequence_step *s = &q->steps[i];
        json_begin_object(j);
        if (s->negated) {
            json_put_bool(j, "not", true);
        }
        write_filter(&s->filter, n, j);
        if (i && !q->of_first) {
            json_put_str(j, "within", s->written);
        }
        json_end_object(j);
    }
    json_end_array(j);
    if (q->of_first) {
        json_put_str(j, "within", q->steps[q->steps_len - 1].written);
    }
    write_when(q->when, j);
}

static void write_measure(const struct question *q, const struct who_names *n, struct json *j)
{
    json_put_cstr(j, "of", question_measure_text(q->measure));
    write_filter(&q->filter, n, j);
    json_put_cstr(j, "field", test_fields[q->of].name);
    write_when(q->when, j);
    write_cmp(q->cmp, j);
    json_key(j, "value");
    write_number(q->number, test_fields[q->of].scale, j);
}

static void write_stage_names(const struct question *q, const struct who_names *n, bool list,
                              struct json *j)
{
    if (list) {
        json_begin_array(j);
    }
    for (uint32_t i = 0; i < n->stages_len; i++) {
        if (q->stages_written >> i & 1u) {
            json_str(j, n->stages[i]);
        }
    }
    if (list) {
        json_end_array(j);
    }
}

static void write_stage(const struct question *q, const struct who_names *n, struct json *j)
{
    static const char *const asks[] = {[STAGE_ON] = "on",
                                       [STAGE_WAS] = "was",
                                       [STAGE_ENTERED] = "entered",
                                       [STAGE_LEFT] = "left"};
    if (q->stage_ask != STAGE_ON) {
        json_key(j, asks[q->stage_ask]);
        write_stage_names(q, n, false, j);
        write_when(q->when, j);
        return;
    }
    if (q->day != DAY_NONE) {
        write_day(j, "on", q->day);
    } else if (q->days_ago) {
        json_put_i64(j, "ago", q->days_ago);
    }
    if (q->cmp == CMP_IN) {
        json_key(j, "in");
    } else {
        write_cmp(q->cmp, j);
        json_key(j, "stage");
    }
    write_stage_names(q, n, q->cmp == CMP_IN, j);
}

static void write_field(const struct question *q, struct json *j)
{
    json_put_cstr(j, "name", q->field->name);
    if (q->known) {
        json_put_bool(j, "known", true);
        return;
    }
    write_cmp(q->cmp, j);
    json_key(j, "value");
    if (q->field->type == FIELD_TEXT) {
        write_texts(q->texts, q->texts_len, q->cmp == CMP_IN, j);
    } else {
        write_number(q->number, -1, j);
    }
}

/* The members of the forms whose value is an object. */
static void write_members(const struct question *q, const struct who_names *n, struct json *j)
{
    if (q->form == Q_DID) {
        write_did(q, n, j);
    } else if (q->form == Q_SEQUENCE) {
        write_sequence(q, n, j);
    } else if (q->form == Q_MEASURE) {
        write_measure(q, n, j);
    } else if (q->form == Q_STAGE) {
        write_stage(q, n, j);
    } else if (q->form == Q_FIELD) {
        write_field(q, j);
    } else if (q->form == Q_TOTAL) {
        json_put_cstr(j, "of", q->total == TOTAL_GMV ? "gmv" : "aov");
        write_when(q->when, j);
        write_cmp(q->cmp, j);
        json_key(j, "value");
        write_number(q->number, 2, j);
    } else if (q->form == Q_MOMENT) {
        json_put_cstr(j, "which", q->last_one ? "last" : "first");
        write_filter(&q->filter, n, j);
        write_tests("was", &q->was, j);
        write_when(q->when, j);
    } else if (q->form == Q_HAS) {
        json_put_str(j, "kind", kind_name(n->kinds, q->kind));
        write_cmp(q->cmp, j);
        json_put_i64(j, "n", (int64_t)q->number);
    } else if (q->form == Q_TAG) {
        json_put_str(j, "name", q->texts[0]);
        if (q->texts_len > 1) {
            json_put_str(j, "value", q->texts[1]);
        }
    } else if (q->form == Q_SAMPLE) {
        json_key(j, "percent");
        write_number(q->number, -1, j);
        json_key(j, "seed");
        json_u64(j, q->seed);
    }
}

static void write_value(const struct question *q, const struct who_names *n, struct json *j)
{
    switch (q->form) {
    case Q_ALL: json_bool(j, true); return;
    case Q_AND:
    case Q_OR:
        json_begin_array(j);
        for (const struct question *k = q->first; k; k = k->next) {
            question_json(k, n, j);
        }
        json_end_array(j);
        return;
    case Q_NOT: question_json(q->first, n, j); return;
    case Q_IS: json_str(j, catalogue_name(n->catalogue, q->filter.names[0])); return;
    case Q_IDENTITY:
    case Q_CROWD:
    case Q_REACH:
    case Q_CONSENT: json_str(j, q->texts[0]); return;
    case Q_DID:
    case Q_SEQUENCE:
    case Q_MEASURE:
    case Q_TOTAL:
    case Q_MOMENT:
    case Q_STAGE:
    case Q_FIELD:
    case Q_HAS:
    case Q_TAG:
    case Q_SAMPLE: break;
    }
    json_begin_object(j);
    write_members(q, n, j);
    json_end_object(j);
}

const char *question_form_text(enum question_form form)
{
    static const char *const texts[QUESTION_FORMS] = {
        [Q_ALL] = "all",       [Q_AND] = "and",           [Q_OR] = "or",
        [Q_NOT] = "not",       [Q_DID] = "did",           [Q_SEQUENCE] = "sequence",
        [Q_IS] = "is",         [Q_MEASURE] = "measure",   [Q_TOTAL] = "total",
        [Q_MOMENT] = "moment", [Q_STAGE] = "stage",       [Q_FIELD] = "field",
        [Q_HAS] = "has",       [Q_IDENTITY] = "identity", [Q_TAG] = "tag",
        [Q_CROWD] = "crowd",   [Q_REACH] = "reach",       [Q_CONSENT] = "consent",
        [Q_SAMPLE] = "sample"};
    return texts[form];
}

void question_json(const struct question *q, const struct who_names *n, struct json *j)
{
    json_begin_object(j);
    json_key(j, question_form_text(q->form));
    write_value(q, n, j);
    json_end_object(j);
}
