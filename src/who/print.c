/* The canonical text of a question: reading it gives the same tree. */
#include "who/internal.h"

#include <stdio.h>
#include <stdlib.h>

const char *question_cmp_text(enum evidence_cmp cmp)
{
    static const char *const texts[] = {
        [CMP_EQ] = "=", [CMP_NE] = "!=", [CMP_LT] = "<", [CMP_LE] = "<=",
        [CMP_GT] = ">", [CMP_GE] = ">=", [CMP_IN] = "in"};
    return texts[cmp];
}

const char *question_measure_text(enum measure_of m)
{
    static const char *const texts[] = {[MEASURE_SUM] = "sum",
                                        [MEASURE_AVG] = "avg",
                                        [MEASURE_MIN] = "min",
                                        [MEASURE_MAX] = "max"};
    return texts[m];
}

/* ---- names, texts, numbers ---- */

static bool is_plain(struct str name)
{
    bool bare = name.len > 0 && !question_is_keyword(name) &&
                !(name.ptr[0] >= '0' && name.ptr[0] <= '9');
    for (size_t i = 0; i < name.len && bare; i++) {
        char c = name.ptr[i];
        bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
               (c >= '0' && c <= '9');
    }
    return bare;
}

/* Bare when the lexer would read it as one word again. */
void question_print_name(struct str name, struct buf *out)
{
    const char *quote = is_plain(name) ? "" : "`";
    buf_addf(out, "%s%.*s%s", quote, STR_FMT(name), quote);
}

/* Own names go in backquotes, so that the text can be read where the name is not known. */
void question_print_event(const struct who_names *n, uint16_t code, struct buf *out)
{
    struct str name = catalogue_name(n->catalogue, code);
    if (n->rules_only || code < EVENT_OWN_FIRST) {
        question_print_name(name, out);
    } else {
        buf_addf(out, "`%.*s`", STR_FMT(name));
    }
}

void question_print_text(struct str text, struct buf *out)
{
    buf_add_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\') {
            buf_add_byte(out, '\\');
        }
        buf_add_byte(out, text.ptr[i]);
    }
    buf_add_byte(out, '"');
}

/* The shortest text that reads back as the same number. */
static void print_real(double v, struct buf *out)
{
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(text, sizeof(text), "%.*g", digits, v);
        if (strtod(text, NULL) == v && !strchr(text, 'e')) {
            buf_addf(out, "%s", text);
            return;
        }
    }
    buf_addf(out, "%.17f", v);
}

static void print_whole(int64_t v, int scale, struct buf *out)
{
    int64_t unit = scale == 2 ? 100 : 10000;
    uint64_t size = v < 0 ? (uint64_t)-v : (uint64_t)v;
    uint64_t rest = size % (uint64_t)unit;
    buf_addf(out, "%s%llu", v < 0 ? "-" : "", (unsigned long long)(size / (uint64_t)unit));
    if (rest) {
        char text[8];
        int len =
            snprintf(text, sizeof(text), "%0*llu", scale, (unsigned long long)rest % 100000);
        while (len > 1 && text[len - 1] == '0') {
            len--;
        }
        buf_addf(out, ".%.*s", len, text);
    }
}

void question_print_number(double v, int scale, struct buf *out)
{
    if (scale < 0) {
        print_real(v, out);
    } else {
        print_whole((int64_t)v, scale, out);
    }
}

static void print_day(int32_t day, struct buf *out)
{
    char text[16];
    buf_add(out, str_of(day_format(day, text)));
}

static void print_texts(const struct str *texts, uint32_t len, bool list, struct buf *out)
{
    buf_add(out, str_of(list ? "(" : ""));
    for (uint32_t i = 0; i < len; i++) {
        buf_add(out, str_of(i ? ", " : ""));
        question_print_text(texts[i], out);
    }
    buf_add(out, str_of(list ? ")" : ""));
}

/* ---- events ---- */

static void print_test(const struct evidence_test *t, struct buf *out)
{
    const struct test_field *f = &test_fields[t->field];
    buf_add(out, str_of(f->name));
    if (t->field == FIELD_PROP) {
        buf_add_byte(out, ' ');
        question_print_text(t->key, out);
    }
    buf_addf(out, " %s ", question_cmp_text(t->cmp));
    if (f->text && t->texts_len) {
        print_texts(t->texts, t->texts_len, t->cmp == CMP_IN, out);
    } else {
        question_print_number(t->number, f->scale, out);
    }
}

static void print_tests(const struct evidence_test *tests, uint32_t len, const char *before,
                        struct buf *out)
{
    for (uint32_t i = 0; i < len; i++) {
        buf_add(out, str_of(i ? ", " : before));
        print_test(&tests[i], out);
    }
}

void question_print_tests(const struct evidence_test *tests, uint32_t len, struct buf *out)
{
    print_tests(tests, len, "(", out);
    buf_add(out, str_of(len ? ")" : ""));
}

static void print_events(const struct event_filter *f, const struct who_names *n,
                         struct buf *out)
{
    buf_add(out, str_of(f->names_len == 0 ? "any" : f->names_len > 1 ? "(" : ""));
    for (uint32_t i = 0; i < f->names_len; i++) {
        buf_add(out, str_of(i ? " or " : ""));
        question_print_event(n, f->names[i], out);
    }
    buf_add(out, str_of(f->names_len > 1 ? ")" : ""));
}

static void print_filter(const struct event_filter *f, const struct who_names *n,
                         struct buf *out)
{
    print_events(f, n, out);
    question_print_tests(f->tests, f->tests_len, out);
}

static void print_days(struct when w, struct buf *out)
{
    if (w.from != DAY_NONE) {
        buf_add(out, str_of(w.from == w.to ? " on " : " from "));
        print_day(w.from, out);
    }
    if (w.to != INT32_MAX && w.from != w.to) {
        buf_add(out, STR(" to "));
        print_day(w.to, out);
    }
}

static void print_when(struct when w, struct buf *out)
{
    switch (w.form) {
    case WHEN_EVER: return;
    case WHEN_IN:
        buf_addf(out, " in %ud", w.days);
        if (w.ago) {
            buf_addf(out, " ending %ud ago", w.ago);
        }
        return;
    case WHEN_BEFORE: buf_addf(out, " before %ud", w.days); return;
    case WHEN_DAYS: print_days(w, out); return;
    }
}

static void print_did(const struct question *q, const struct who_names *n, struct buf *out)
{
    bool plain =
        q->cmp == CMP_GE && q->number >= 1 && q->number <= 1 && q->count_of == COUNT_OF_EVENTS;
    buf_add(out, STR("did "));
    print_filter(&q->filter, n, out);
    print_when(q->when, out);
    if (!plain) {
        buf_addf(out, " %s %u%s", question_cmp_text(q->cmp), (unsigned)q->number,
                 q->count_of == COUNT_OF_DAYS    ? " days"
                 : q->count_of == COUNT_OF_ITEMS ? " items"
                                                 : "");
    }
}

static void print_sequence(const struct question *q, const struct who_names *n, struct buf *out)
{
    for (uint32_t i = 0; i < q->steps_len; i++) {
        const struct sequence_step *s = &q->steps[i];
        buf_add(out, i ? STR(" then ") : STR("did "));
        buf_add(out, str_of(s->negated ? "not " : ""));
        print_filter(&s->filter, n, out);
        if (q->of_first ? i + 1 == q->steps_len : i > 0) {
            buf_addf(out, " within %.*s", STR_FMT(s->written));
        }
    }
    buf_add(out, str_of(q->of_first ? " of first" : ""));
    print_when(q->when, out);
}

static void print_measure(const struct question *q, const struct who_names *n, struct buf *out)
{
    const struct test_field *f = &test_fields[q->of];
    buf_addf(out, "%s(", question_measure_text(q->measure));
    print_events(&q->filter, n, out);
    buf_addf(out, ".%s", f->name);
    print_tests(q->filter.tests, q->filter.tests_len, ", ", out);
    buf_add_byte(out, ')');
    print_when(q->when, out);
    buf_addf(out, " %s ", question_cmp_text(q->cmp));
    question_print_number(q->number, f->scale, out);
}

static void print_total(const struct question *q, struct buf *out)
{
    buf_add(out, q->total == TOTAL_GMV ? STR("gmv") : STR("aov"));
    print_when(q->when, out);
    buf_addf(out, " %s ", question_cmp_text(q->cmp));
    question_print_number(q->number, 2, out);
}

/* ---- what a consumer is and has ---- */

static void print_stages(const struct question *q, const struct who_names *n, struct buf *out)
{
    bool list = q->stage_ask == STAGE_ON && q->cmp == CMP_IN, some = false;
    buf_add(out, str_of(list ? "(" : ""));
    for (uint32_t i = 0; i < n->stages_len; i++) {
        if (q->stages_written >> i & 1u) {
            buf_add(out, str_of(some ? ", " : ""));
            question_print_name(n->stages[i], out);
            some = true;
        }
    }
    buf_add(out, str_of(list ? ")" : ""));
}

static void print_stage(const struct question *q, const struct who_names *n, struct buf *out)
{
    static const char *const asks[] = {[STAGE_ON] = "",
                                       [STAGE_WAS] = "was",
                                       [STAGE_ENTERED] = "entered",
                                       [STAGE_LEFT] = "left"};
    buf_add(out, STR("stage"));
    if (q->stage_ask != STAGE_ON) {
        buf_addf(out, " %s ", asks[q->stage_ask]);
        print_stages(q, n, out);
        print_when(q->when, out);
        return;
    }
    if (q->day != DAY_NONE) {
        buf_add(out, STR(" on "));
        print_day(q->day, out);
    } else if (q->days_ago) {
        buf_addf(out, " %ud ago", q->days_ago);
    }
    buf_addf(out, " %s ", question_cmp_text(q->cmp));
    print_stages(q, n, out);
}

static void print_field(const struct question *q, struct buf *out)
{
    buf_add(out, str_of(q->field->name));
    if (q->known) {
        buf_add(out, STR(" known"));
        return;
    }
    buf_addf(out, " %s ", question_cmp_text(q->cmp));
    if (q->field->type == FIELD_TEXT) {
        print_texts(q->texts, q->texts_len, q->cmp == CMP_IN, out);
    } else {
        question_print_number(q->number, -1, out);
    }
}

static void print_has(const struct question *q, const struct who_names *n, struct buf *out)
{
    struct str kind = kind_name(n->kinds, q->kind);
    size_t at = str_find_byte(kind, '@', 0);
    bool plain = is_plain(at == SIZE_MAX ? kind : str_slice(kind, 0, at));
    bool bare = plain && str_find_byte(kind, ' ', 0) == SIZE_MAX &&
                str_find_byte(kind, ')', 0) == SIZE_MAX;
    buf_addf(out, bare ? "has %.*s" : "has `%.*s`", STR_FMT(kind));
    if (q->cmp != CMP_GE || q->number < 1 || q->number > 1) {
        buf_addf(out, " %s %u", question_cmp_text(q->cmp), (unsigned)q->number);
    }
}

static void print_mark(const struct question *q, const char *word, struct buf *out)
{
    buf_addf(out, "%s ", word);
    question_print_text(q->texts[0], out);
    if (q->texts_len > 1) {
        buf_add(out, STR(" = "));
        question_print_text(q->texts[1], out);
    }
}

static void print_consent(const struct question *q, struct buf *out)
{
    buf_add(out, STR("consent "));
    if (is_plain(q->texts[0])) {
        buf_add(out, q->texts[0]);
    } else {
        question_print_text(q->texts[0], out);
    }
}

static void print_sample(const struct question *q, struct buf *out)
{
    buf_add(out, STR("sample "));
    question_print_number(q->number, -1, out);
    buf_add_byte(out, '%');
    if (q->seed) {
        buf_addf(out, " seed %llu", (unsigned long long)q->seed);
    }
}

/* ---- the whole ---- */

static void print_question(const struct question *q, const struct who_names *n,
                           struct buf *out);

/* Parentheses where an `or` stands inside an `and` or a `not`, an `and` inside a `not`. */
static void print_inside(const struct question *q, enum question_form outer,
                         const struct who_names *n, struct buf *out)
{
    bool wrap = (q->form == Q_OR && outer != Q_OR) || (q->form == Q_AND && outer == Q_NOT);
    buf_add(out, str_of(wrap ? "(" : ""));
    print_question(q, n, out);
    buf_add(out, str_of(wrap ? ")" : ""));
}

static void print_list(const struct question *q, const struct who_names *n, struct buf *out)
{
    for (const struct question *k = q->first; k; k = k->next) {
        buf_add(out, str_of(k == q->first ? "" : q->form == Q_AND ? " and " : " or "));
        print_inside(k, q->form, n, out);
    }
}

static void print_question(const struct question *q, const struct who_names *n, struct buf *out)
{
    switch (q->form) {
    case Q_ALL: buf_add(out, STR("all")); return;
    case Q_AND:
    case Q_OR: print_list(q, n, out); return;
    case Q_NOT:
        buf_add(out, STR("not "));
        print_inside(q->first, Q_NOT, n, out);
        return;
    case Q_DID: print_did(q, n, out); return;
    case Q_SEQUENCE: print_sequence(q, n, out); return;
    case Q_IS:
        buf_add(out, STR("is "));
        question_print_event(n, q->filter.names[0], out);
        return;
    case Q_MEASURE: print_measure(q, n, out); return;
    case Q_TOTAL: print_total(q, out); return;
    case Q_MOMENT:
        buf_add(out, q->last_one ? STR("last ") : STR("first "));
        print_filter(&q->filter, n, out);
        buf_add(out, str_of(q->was.tests_len ? " was " : ""));
        question_print_tests(q->was.tests, q->was.tests_len, out);
        print_when(q->when, out);
        return;
    case Q_STAGE: print_stage(q, n, out); return;
    case Q_FIELD: print_field(q, out); return;
    case Q_HAS: print_has(q, n, out); return;
    case Q_IDENTITY: print_mark(q, "identity", out); return;
    case Q_TAG: print_mark(q, "tag", out); return;
    case Q_CROWD: print_mark(q, "crowd", out); return;
    case Q_REACH: buf_addf(out, "reachable by %.*s", STR_FMT(q->texts[0])); return;
    case Q_CONSENT: print_consent(q, out); return;
    case Q_SAMPLE: print_sample(q, out); return;
    }
}

struct str question_print(const struct question *q, const struct who_names *n, struct arena *a)
{
    struct buf out = {0};
    print_question(q, n, &out);
    struct str text = arena_str(a, buf_str(&out));
    buf_release(&out);
    return text;
}
