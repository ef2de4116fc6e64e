#include "report/trait.h"
#include <stdio.h>
#include "base/mem.h"
#include "base/vec.h"
#include "gen/sql_report.h"
#include "who/event_rows.h"
#include "who/field_value.h"
#include "who/score.h"
#include "who/tag.h"

#define HOUR_MS (DAY_MS / 24)
#define TOGETHER 40 /* questions that are asked in one pass over the lake */

typedef enum rc trait_fn(void *ctx, const struct trait *t, struct err *e);

/* A field that is being gone through. */
struct walk {
    const struct trait_wants *want;
    struct arena *arena;
    trait_fn *each;
    void *ctx;
    const char *field;
    VEC(struct trait) list; /* of the field, sets not found yet */
};

const char *const trait_fields[] = {"stage",      "channel", "identity", "tag",
                                    "category",   "orders",  "gmv",      "rfm",
                                    "first_seen", "hour",    NULL};

static uint32_t most_of(const struct walk *k) { return k->want->most ? k->want->most : 30; }

static struct str quoted(struct arena *a, struct str text)
{
    struct buf out = {0};
    buf_add_byte(&out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\') {
            buf_add_byte(&out, '\\');
        }
        buf_add_byte(&out, text.ptr[i]);
    }
    buf_add_byte(&out, '"');
    struct str s = arena_str(a, buf_str(&out));
    buf_release(&out);
    return s;
}

static void add(struct walk *k, struct str value, struct str question)
{
    const struct trait t = {.field = str_of(k->field), .value = value, .question = question};
    vec_push(&k->list, t);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static enum rc ask(struct walk *k, struct str text, struct bits *out, struct err *e)
{
    struct question *q = NULL;
    enum rc rc = question_parse(text, k->want->names, k->arena, &q, NULL, e);
    if (rc) {
        err_prefix(e, "%.*s", STR_FMT(str_slice(text, 0, 80)));
    }
    return rc ? rc : who_find(k->want->world, q, out, e);
}

/* Asks some questions as one, joined by "or": the world then reads the lake once for all of them and keeps what each
 * of them found. */
static enum rc ask_together(struct walk *k, size_t from, size_t to, struct err *e)
{
    struct buf text = {0};
    struct bits any = {0};
    for (size_t i = from; i < to; i++) {
        struct str q = k->list.ptr[i].question;
        buf_addf(&text, "%s(%.*s)", i > from ? " or " : "", STR_FMT(q));
    }
    enum rc rc = ask(k, buf_str(&text), &any, e);
    bits_release(&any);
    buf_release(&text);
    return rc;
}

static enum rc give(struct walk *k, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; !rc && i < k->list.len; i++) {
        struct trait t = k->list.ptr[i];
        struct bits set = {0};
        if (i % TOGETHER == 0 && k->list.len > 1) {
            size_t to = i + TOGETHER < k->list.len ? i + TOGETHER : k->list.len;
            rc = ask_together(k, i, to, e);
        }
        rc = rc ? rc : ask(k, t.question, &set, e);
        t.set = &set;
        rc = rc ? rc : k->each(k->ctx, &t, e);
        bits_release(&set);
    }
    return rc;
}

/* ---- fields ---------------------------------------------------------------------------------- */

static enum rc list_stages(struct walk *k, struct err *e)
{
    (void)e;
    for (uint32_t s = 0; s < k->want->names->stages_len; s++) {
        struct str name = k->want->names->stages[s];
        add(k, name, arena_strf(k->arena, "stage = %.*s", STR_FMT(name)));
    }
    return RC_OK;
}

static enum rc list_categories(struct walk *k, struct err *e)
{
    struct brand *b = k->want->brand;
    struct lake_result *r = NULL;
    struct lake_chunk chunk = {0};
    int64_t to_ms = zone_day_start(b->zone, k->want->as_of + 1);
    enum rc rc = brand_attach(b, e);
    rc = rc ? rc
            : lake_query(b->lake, &sql_trait_categories,
                         BINDS(bind_i64("to_ms", to_ms), bind_i64("most", most_of(k))), &r, e);
    while (!rc && !(rc = lake_next(r, &chunk, e)) && chunk.rows) {
        for (uint32_t i = 0; i < chunk.rows; i++) {
            struct str v = arena_str(k->arena, lake_str(&chunk.columns[0], i)),
                       q = quoted(k->arena, v);
            add(k, v, arena_strf(k->arena, "did purchase(category = %.*s)", STR_FMT(q)));
        }
    }
    lake_done(r);
    return rc;
}

static enum rc list_kinds(struct walk *k, struct err *e)
{
    const struct brand *b = k->want->brand;
    bool there[KIND_MAX + 1] = {false};
    (void)e;
    for (uint32_t no = 1; no <= dictionary_len(b->dictionary); no++) {
        there[dictionary_kind(b->dictionary, no)] = true;
    }
    for (uint32_t i = 1; i < KIND_MAX; i++) {
        struct str name = there[i] ? kind_name(b->kinds, (uint8_t)i) : STR_NULL;
        if (name.len) {
            add(k, name, arena_strf(k->arena, "has %.*s", STR_FMT(name)));
        }
    }
    return RC_OK;
}

static enum rc list_tag(struct walk *k, const struct tag *t, struct err *e)
{
    struct tag_value *values = NULL;
    uint32_t n = 0;
    struct str full = tag_full_name(t, k->arena), name = quoted(k->arena, full);
    enum rc rc = tag_values(k->want->brand->ledger, t->id, k->arena, &values, &n, e);
    if (rc || t->kind == TAG_FLAG) {
        add(k, full, arena_strf(k->arena, "tag %.*s", STR_FMT(name)));
        return rc;
    }
    for (uint32_t i = 0; i < n && i < most_of(k); i++) {
        struct str v = values[i].value, q = quoted(k->arena, v);
        add(k, arena_strf(k->arena, "%.*s = %.*s", STR_FMT(full), STR_FMT(v)),
            arena_strf(k->arena, "tag %.*s = %.*s", STR_FMT(name), STR_FMT(q)));
    }
    return RC_OK;
}

static enum rc list_tags(struct walk *k, struct err *e)
{
    struct tag *tags = NULL;
    uint32_t n = 0;
    enum rc rc = tag_list(k->want->brand->ledger, k->arena, &tags, &n, e);
    for (uint32_t i = 0; !rc && i < n; i++) {
        rc = list_tag(k, &tags[i], e);
    }
    return rc;
}

struct band {
    const char *value, *question;
};

static enum rc list_bands(struct walk *k, const struct band *bands)
{
    for (; bands->value; bands++) {
        add(k, str_of(bands->value), str_of(bands->question));
    }
    return RC_OK;
}

static enum rc list_orders(struct walk *k, struct err *e)
{
    static const struct band bands[] = {{"0", "did purchase = 0"},
                                        {"1", "did purchase = 1"},
                                        {"2", "did purchase = 2"},
                                        {"3-4", "did purchase >= 3 and did purchase <= 4"},
                                        {"5-9", "did purchase >= 5 and did purchase <= 9"},
                                        {"10+", "did purchase >= 10"},
                                        {NULL, NULL}};
    (void)e;
    return list_bands(k, bands);
}

static enum rc list_gmv(struct walk *k, struct err *e)
{
    static const struct band bands[] = {{"<=0", "gmv <= 0"},
                                        {"0-100", "gmv > 0 and gmv <= 100"},
                                        {"100-300", "gmv > 100 and gmv <= 300"},
                                        {"300-1000", "gmv > 300 and gmv <= 1000"},
                                        {"1000-3000", "gmv > 1000 and gmv <= 3000"},
                                        {"3000-10000", "gmv > 3000 and gmv <= 10000"},
                                        {"10000+", "gmv > 10000"},
                                        {NULL, NULL}};
    (void)e;
    return list_bands(k, bands);
}

/* What a kept column of texts can be; names and questions in the language of who reads. */
static enum rc list_kept(struct walk *k, const struct score_column *c, struct err *e)
{
    struct field_words w;
    bool zh = k->want->names->zh;
    enum rc rc = field_words_read(k->want->brand->ledger, who_field_find(str_of(c->name)),
                                  k->arena, &w, e);
    for (uint32_t i = 0; !rc && i < c->texts_len; i++) {
        uint32_t v = field_value_find(&w, c->texts[i]);
        struct str asked = v < w.len ? field_value_asked(&w, v, zh) : c->texts[i];
        struct str q = quoted(k->arena, asked);
        add(k, field_text_name(&w, c->texts[i], zh),
            arena_strf(k->arena, "%s = %.*s", c->name, STR_FMT(q)));
    }
    return rc;
}

/* The RFM type and scores, when they were worked out on the day or before. */
static enum rc list_rfm(struct walk *k, struct err *e)
{
    static const char *const scores[] = {"rfm.r", "rfm.f", "rfm.m"};
    struct score_set set = {0};
    enum rc rc = score_load(k->want->brand, STR("rfm"), k->arena, &set, e);
    if (rc == RC_MISSING || (!rc && set.as_of > k->want->as_of)) {
        return RC_OK;
    }
    for (uint32_t i = 0; !rc && i < set.columns_len; i++) {
        if (str_eq(str_of(set.columns[i].name), STR("rfm.type"))) {
            rc = list_kept(k, &set.columns[i], e);
        }
    }
    for (uint32_t i = 0; !rc && i < 15; i++) {
        struct str q = arena_strf(k->arena, "%s = %u", scores[i / 5], i % 5 + 1);
        add(k, str_slice(q, 4, q.len), q);
    }
    return rc;
}

/* ---- what every event has: one read marks who has which -------------------------------------- */

#define MARKS 256

struct marks {
    struct bits set[MARKS]; /* consumers; of a mark that occurs */
    uint64_t rows[MARKS];
};
/* The mark of a row, -1: none. local_ms: since midnight of the brand's clock. */
typedef int mark_fn(const struct event_rows *r, uint32_t row, int64_t local_ms);

static void mark_rows(const struct walk *k, const struct event_rows *r, mark_fn *mark,
                      struct zone_cache *cache, struct marks *out)
{
    const struct brand *b = k->want->brand;
    const uint32_t *consumers = graph_consumers(b->graph);
    for (uint32_t i = 0; i < r->rows; i++) {
        int32_t day = zone_day(b->zone, cache, r->time_ms[i]);
        int n = mark(r, i, r->time_ms[i] + cache->offset_ms - day * DAY_MS);
        if (n < 0 || day > k->want->as_of) {
            continue;
        }
        if (!out->rows[n]++) {
            bits_init(&out->set[n], dictionary_len(b->dictionary) + 1);
        }
        bits_set(&out->set[n], consumers[r->identity[i]]);
    }
}

static enum rc read_marks(const struct walk *k, uint32_t columns, mark_fn *mark,
                          struct marks *out, struct err *e)
{
    struct zone_cache cache = {0};
    struct event_rows r = {0};
    const struct event_rows_want want = {
        .from = DAY_NONE, .to = k->want->as_of, .columns = columns};
    enum rc rc = event_rows_begin(&r, k->want->brand, &want, e);
    while (!rc && !(rc = event_rows_next(&r, e)) && r.rows) {
        mark_rows(k, &r, mark, &cache, out);
    }
    event_rows_end(&r);
    return rc;
}

static void marks_free(struct marks *m)
{
    for (uint32_t n = 0; n < MARKS; n++) {
        bits_release(&m->set[n]);
    }
    mem_free(m);
}

static int hour_of(const struct event_rows *r, uint32_t row, int64_t local_ms)
{
    (void)r;
    (void)row;
    return (int)(local_ms / HOUR_MS);
}

static enum rc give_hours(struct walk *k, struct err *e)
{
    struct marks *m = mem_zalloc(sizeof(*m));
    enum rc rc = read_marks(k, 0, hour_of, m, e);
    for (int h = 0; !rc && h < 24; h++) {
        const struct trait t = {.field = STR("hour"),
                                .value = arena_strf(k->arena, "%02d", h),
                                .question = STR(""),
                                .set = &m->set[h]};
        rc = m->rows[h] ? k->each(k->ctx, &t, e) : RC_OK;
    }
    marks_free(m);
    return rc;
}

static int channel_of(const struct event_rows *r, uint32_t row, int64_t local_ms)
{
    (void)local_ms;
    uint8_t code = event_rows_channel(r, row);
    return code ? code : -1;
}

/* The most frequent of those left; 0: none is. */
static uint8_t next_channel(const struct walk *k, const struct marks *m)
{
    const struct catalogue *c = k->want->brand->catalogue;
    uint8_t best = 0;
    for (int n = 1; n < MARKS; n++) {
        uint8_t code = (uint8_t)n;
        bool same = best && m->rows[n] == m->rows[best];
        if (m->rows[n] > m->rows[best] ||
            (same && m->rows[n] && str_cmp(channel_name(c, code), channel_name(c, best)) < 0)) {
            best = code;
        }
    }
    return best;
}

static enum rc give_channels(struct walk *k, struct err *e)
{
    struct marks *m = mem_zalloc(sizeof(*m));
    enum rc rc = read_marks(k, 1u << FIELD_CHANNEL, channel_of, m, e);
    uint8_t code = 0;
    for (uint32_t i = 0; !rc && i < most_of(k) && (code = next_channel(k, m)); i++) {
        struct str name = channel_name(k->want->brand->catalogue, code),
                   q = quoted(k->arena, name);
        const struct trait t = {.field = STR("channel"),
                                .value = name,
                                .question =
                                    arena_strf(k->arena, "did any(channel = %.*s)", STR_FMT(q)),
                                .set = &m->set[code]};
        rc = k->each(k->ctx, &t, e);
        m->rows[code] = 0;
    }
    marks_free(m);
    return rc;
}

/* ---- months of the first event, which evidence knows ------------------------------------------ */

/* By consumer; DAY_NONE: none yet. The caller frees it. */
static int32_t *first_days(const struct brand *b)
{
    const uint32_t *consumers = graph_consumers(b->graph);
    uint32_t len = dictionary_len(b->dictionary) + 1;
    int32_t *first = mem_alloc(len * sizeof(*first));
    for (uint32_t no = 0; no < len; no++) {
        first[no] = DAY_NONE;
    }
    for (uint32_t no = 1; no < len; no++) {
        int32_t day = evidence_first_day(b->evidence, no), *had = &first[consumers[no]];
        if (day != DAY_NONE && (*had == DAY_NONE || day < *had)) {
            *had = day;
        }
    }
    return first;
}

static enum rc give_month(struct walk *k, const int32_t *first, int32_t from, int32_t to,
                          struct err *e)
{
    char a[16], b[16];
    struct bits set;
    uint32_t len = dictionary_len(k->want->brand->dictionary) + 1;
    int32_t last = to < k->want->as_of ? to : k->want->as_of;
    bits_init(&set, len);
    for (uint32_t no = 1; no < len; no++) {
        if (first[no] >= from && first[no] <= last) {
            bits_set(&set, no);
        }
    }
    (void)day_format(from, a);
    (void)day_format(to, b);
    const struct trait t = {.field = STR("first_seen"),
                            .value = arena_strf(k->arena, "%.7s", a),
                            .question = arena_strf(k->arena, "first any from %s to %s", a, b),
                            .set = &set};
    enum rc rc = k->each(k->ctx, &t, e);
    bits_release(&set);
    return rc;
}

/* "2026-05": the months between the first event and the day. */
static enum rc give_months(struct walk *k, struct err *e)
{
    const struct brand *b = k->want->brand;
    int year = 0, month = 0, dom = 0;
    enum rc rc = RC_OK;
    if (b->first_day == DAY_NONE) {
        return RC_OK;
    }
    int32_t *first = first_days(b);
    day_to_civil(b->first_day, &year, &month, &dom);
    for (int i = 0; !rc && i < 600; i++) {
        int32_t from = day_from_civil(year, month, 1);
        year += month == 12;
        month = month == 12 ? 1 : month + 1;
        if (from > k->want->as_of) {
            break;
        }
        rc = give_month(k, first, from, day_from_civil(year, month, 1) - 1, e);
    }
    mem_free(first);
    return rc;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool among(struct str name, const struct str *list, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (str_eq(list[i], name)) {
            return true;
        }
    }
    return false;
}

static enum rc check_fields(const struct str *list, uint32_t n, struct err *e)
{
    for (uint32_t i = 0; i < n; i++) {
        const char *const *f = trait_fields;
        while (*f && !str_eq(str_of(*f), list[i])) {
            f++;
        }
        if (!*f) {
            rc_fail(e, RC_INVALID, "there is no field %.*s to profile by", STR_FMT(list[i]));
            err_hint(
                e,
                "stage, channel, identity, tag, category, orders, gmv, rfm, first_seen, hour");
            return RC_INVALID;
        }
    }
    return RC_OK;
}

enum rc trait_each(const struct trait_wants *want, struct arena *a, trait_fn *each, void *ctx,
                   struct err *e)
{
    static const struct {
        enum rc (*list)(struct walk *, struct err *); /* what is asked for one by one */
        enum rc (*give)(struct walk *, struct err *);
    } ways[] = {{list_stages, NULL}, {NULL, give_channels},   {list_kinds, NULL},
                {list_tags, NULL},   {list_categories, NULL}, {list_orders, NULL},
                {list_gmv, NULL},    {list_rfm, NULL},        {NULL, give_months},
                {NULL, give_hours}};
    enum rc rc = check_fields(want->only, want->only_len, e);
    rc = rc ? rc : check_fields(want->without, want->without_len, e);
    for (uint32_t f = 0; !rc && trait_fields[f]; f++) {
        struct str name = str_of(trait_fields[f]);
        struct walk k = {want, a, each, ctx, trait_fields[f], {0}};
        if ((want->only_len && !among(name, want->only, want->only_len)) ||
            among(name, want->without, want->without_len)) {
            continue;
        }
        if (ways[f].give) {
            rc = ways[f].give(&k, e);
            continue;
        }
        rc = ways[f].list(&k, e);
        rc = rc ? rc : give(&k, e);
        vec_release(&k.list);
    }
    return rc;
}
