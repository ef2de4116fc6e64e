#include "app/ask.h"

#include <string.h>
#include "aipl/scan.h"
#include "base/mem.h"
#include "who/field_value.h"
#include "who/mark.h"
#include "who/score.h"

struct ask {
    struct arena *arena;
    int32_t day;
    uint32_t users; /* opened and not closed */
    bool kept;      /* by the pond, for the next question */
    struct pond *pond;
    struct who_world *world;
    struct who_sources sources;
    struct who_marks marks;
};

/* ---- stages ---- */

static enum rc stage_on(void *ctx, int32_t day, uint8_t *stage, uint32_t len, struct err *e)
{
    const struct ask *k = ctx;
    return assets_stages(pond_assets(k->pond), k->pond->brand, day, stage, len, e);
}

struct stage_asked {
    enum stage_ask ask;
    uint8_t stage;
    int32_t from, to, as_of;
    struct bits *out;
};

/* A span lasts from its change to the day before the next one; only those that have begun by then are known. */
static bool span_answers(const struct stage_asked *s, struct stage_changes c, uint32_t i)
{
    int32_t begin = c.ptr[i].day;
    bool followed = i + 1 < c.len && c.ptr[i + 1].day <= s->as_of;
    int32_t end = followed ? c.ptr[i + 1].day - 1 : s->as_of;
    switch (s->ask) {
    case STAGE_WAS: return begin <= s->to && end >= s->from;
    case STAGE_ENTERED: return begin >= s->from && begin <= s->to;
    case STAGE_LEFT: return followed && end >= s->from && end <= s->to;
    case STAGE_ON: break;
    }
    return false;
}

static void stage_visit(void *ctx, void *sum, uint32_t no, struct stage_changes c)
{
    const struct stage_asked *s = ctx;
    (void)sum;
    for (uint32_t i = 0; i < c.len && c.ptr[i].day <= s->as_of; i++) {
        if (c.ptr[i].stage == s->stage && span_answers(s, c, i) && no < s->out->len) {
            /* threads' blocks share words */
            __atomic_fetch_or(&s->out->words[no / 64], UINT64_C(1) << (no % 64),
                              __ATOMIC_RELAXED);
            return;
        }
    }
}

static enum rc stage_in(void *ctx, enum stage_ask ask, uint8_t stage, int32_t from, int32_t to,
                        int32_t as_of, struct bits *out, struct err *e)
{
    const struct ask *k = ctx;
    struct stage_asked s = {ask, stage, from, to, as_of, out};
    (void)e;
    assets_scan(pond_assets(k->pond), k->pond->brand, stage_visit, &s);
    return RC_OK;
}

static enum rc each_span(void *ctx,
                         void (*add)(void *to, uint32_t consumer, uint8_t stage, int32_t from,
                                     int32_t to_day),
                         void *to, struct err *e)
{
    const struct ask *k = ctx;
    const struct brand *b = k->pond->brand;
    const uint32_t *consumers = graph_consumers(b->graph);
    span_vec spans = {0};
    (void)e;
    for (uint32_t no = 1; no <= dictionary_len(b->dictionary); no++) {
        if (consumers[no] != no) {
            continue;
        }
        vec_clear(&spans);
        assets_spans(pond_assets(k->pond), b, no, &spans);
        for (size_t i = 0; i < spans.len; i++) {
            const struct span *s = &spans.ptr[i];
            add(to, no, s->stage, s->from, s->to);
        }
    }
    vec_release(&spans);
    return RC_OK;
}

/* ---- marks and fields ---- */

static bool knows(void *ctx, enum question_form form, struct str name, struct str *near)
{
    struct ask *k = ctx;
    return who_marks_knows(&k->marks, form, name, near);
}

static bool words(void *ctx, const struct who_field *f, struct arena *a,
                  struct field_words *out)
{
    struct ask *k = ctx;
    return field_words_read(k->pond->brand->ledger, f, a, out, NULL) == RC_OK;
}

/* Who can be reached is itself a question. */
static enum rc mark(void *ctx, enum question_form form, struct str name, struct str value,
                    int32_t day, struct bits *out, struct str *rule, struct arena *a,
                    struct err *e)
{
    struct ask *k = ctx;
    if (form != Q_REACH) {
        return who_marks_mark(&k->marks, form, name, value, day, out, rule, a, e);
    }
    *rule = str_of(question_reach_rule(name));
    return rule->ptr ? RC_OK
                     : rc_fail(e, RC_MISSING, "there is no channel \"%.*s\"", STR_FMT(name));
}

static enum rc numbers(void *ctx, const struct who_field *f, int32_t day, double *out,
                       uint32_t len, struct err *e)
{
    struct ask *k = ctx;
    return score_numbers(k->pond->brand, f, day, out, len, e);
}

static enum rc texts(void *ctx, const struct who_field *f, int32_t day, struct str *out,
                     uint32_t len, struct arena *a, struct err *e)
{
    struct ask *k = ctx;
    return score_texts(k->pond->brand, f, day, out, len, a, e);
}

/* ---- the whole ---- */

static void set_names(struct ask *k, struct arena *a)
{
    const struct stage_model *m = pond_model(k->pond);
    struct str *stages = arena_array(a, struct str, m->stages_len);
    for (uint32_t i = 0; i < m->stages_len; i++) {
        stages[i] = m->stages[i].name;
    }
    k->sources.names = (struct who_names){.catalogue = k->pond->brand->catalogue,
                                          .kinds = k->pond->brand->kinds,
                                          .stages = stages,
                                          .stages_len = m->stages_len,
                                          .knows = knows,
                                          .words = words,
                                          .ctx = k,
                                          .zh = k->pond->lang == LANG_ZH};
}

static struct ask *ask_new(struct pond *p, int32_t day)
{
    struct ask *k = mem_zalloc(sizeof(*k));
    k->arena = arena_new();
    k->day = day;
    k->pond = p;
    k->sources = (struct who_sources){.ctx = k,
                                      .stage_on = stage_on,
                                      .stage_in = stage_in,
                                      .each_span = each_span,
                                      .mark = mark,
                                      .numbers = numbers,
                                      .texts = texts};
    k->marks = (struct who_marks){p->brand->ledger, k->arena};
    set_names(k, k->arena);
    k->world = who_world_new(p->brand, day, p->threads, &k->sources);
    return k;
}

static void ask_free(struct ask *k)
{
    who_world_free(k->world);
    arena_free(k->arena);
    mem_free(k);
}

/* A snapshot is one moment of history and ledger alike: what a world has worked out stays true, and the next question
 * finds its columns made. */
static bool may_keep(const struct pond *p) { return p->lent && p->brand->mode == BRAND_READ; }

enum rc ask_open(struct pond *p, int32_t day, struct ask **out, struct err *e)
{
    (void)e;
    if (p->ask && p->ask->day != day && !p->ask->users) {
        ask_free(p->ask);
        p->ask = NULL;
    }
    if (p->ask && p->ask->day == day) {
        *out = p->ask;
    } else {
        *out = ask_new(p, day);
        (*out)->kept = may_keep(p) && !p->ask;
        p->ask = (*out)->kept ? *out : p->ask;
    }
    (*out)->users++;
    (*out)->sources.names.zh = p->lang == LANG_ZH;
    return RC_OK;
}

void ask_close(struct ask *k)
{
    if (k && --k->users == 0 && !k->kept) {
        ask_free(k);
    }
}

struct who_world *ask_world(struct ask *k) { return k->world; }

const struct who_names *ask_names(const struct ask *k) { return &k->sources.names; }

const struct who_sources *ask_sources(const struct ask *k) { return &k->sources; }

enum rc ask_parse(const struct ask *k, struct str text, struct arena *a, struct question **out,
                  struct question_error *at, struct err *e)
{
    struct str trimmed = str_trim(text);
    if (str_starts(trimmed, STR("{"))) {
        return question_from_json(trimmed, &k->sources.names, a, out, e);
    }
    return question_parse(text, &k->sources.names, a, out, at, e);
}

int32_t ask_day(const struct op_call *c, const struct pond *p)
{
    return op_arg_day(c, "as-of", pond_today(p));
}
