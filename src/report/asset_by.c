#include "report/asset_by.h"

#include <stdlib.h>
#include "base/map.h"
#include "base/mem.h"
#include "who/event_rows.h"

#define NOT_KNOWN 255 /* of stages */

/* What is found of every consumer: the value its stage is counted under. */
struct origin {
    struct brand *brand;
    const uint32_t *consumers;
    struct map *values; /* text -> number; number 0 is the empty text */
    uint32_t *value;    /* by consumer */
    int64_t *first_ms;
};

static struct str text_of(const struct event_rows *r, const struct brand *b, enum asset_by by,
                          uint32_t row)
{
    struct str none = STR("");
    if (by == ASSET_BY_CHANNEL) {
        uint8_t code = event_rows_channel(r, row);
        return code ? channel_name(b->catalogue, code) : none;
    }
    struct str text = event_rows_text(r, FIELD_TOUCHPOINT, row);
    return text.ptr ? text : none;
}

static void take_row(struct origin *o, const struct event_rows *r, enum asset_by by,
                     uint32_t row)
{
    uint32_t no = o->consumers[r->identity[row]];
    int64_t ms = r->time_ms[row];
    if (ms > o->first_ms[no]) {
        return;
    }
    struct str text = text_of(r, o->brand, by, row);
    if (ms == o->first_ms[no] && str_cmp(text, map_key(o->values, o->value[no])) >= 0) {
        return;
    }
    o->first_ms[no] = ms;
    o->value[no] = map_intern(o->values, text, map_len(o->values));
}

static enum rc read_origins(struct origin *o, const struct asset_by_spec *s, uint32_t len,
                            struct err *e)
{
    enum event_field field = s->by == ASSET_BY_CHANNEL ? FIELD_CHANNEL : FIELD_TOUCHPOINT;
    const struct event_rows_want want = {
        .from = DAY_NONE, .to = s->day, .columns = 1u << field};
    struct event_rows r = {0};
    o->first_ms = mem_alloc((size_t)len * sizeof(*o->first_ms));
    for (uint32_t i = 0; i < len; i++) {
        o->first_ms[i] = INT64_MAX;
    }
    enum rc rc = event_rows_begin(&r, o->brand, &want, e);
    while (!rc && !(rc = event_rows_next(&r, e)) && r.rows) {
        for (uint32_t i = 0; i < r.rows; i++) {
            take_row(o, &r, s->by, i);
        }
    }
    event_rows_end(&r);
    mem_free(o->first_ms);
    return rc;
}

static void find_ages(struct origin *o, const struct asset_by_spec *s, uint32_t len)
{
    uint32_t fresh = map_intern(o->values, STR("new"), map_len(o->values));
    uint32_t old = map_intern(o->values, STR("old"), map_len(o->values));
    for (uint32_t i = 1; i < len; i++) {
        o->value[i] = fresh;
    }
    for (uint32_t i = 1; i < len; i++) {
        int32_t day = evidence_first_day(o->brand->evidence, i);
        if (day != DAY_NONE && day <= s->day - s->fresh) {
            o->value[o->consumers[i]] = old;
        }
    }
}

static void find_groups(struct origin *o, const struct asset_by_spec *s, uint32_t len)
{
    uint32_t yes = map_intern(o->values, STR("yes"), map_len(o->values));
    uint32_t no = map_intern(o->values, STR("no"), map_len(o->values));
    for (uint32_t i = 1; i < len; i++) {
        o->value[i] = s->group[i] == 1 ? yes : no;
    }
}

static int compare_parts(const void *pa, const void *pb)
{
    const struct asset_part *a = pa, *b = pb;
    return a->known != b->known ? (a->known < b->known) - (a->known > b->known)
                                : str_cmp(a->value, b->value);
}

static void count_parts(const struct origin *o, const uint8_t *stage, uint32_t len,
                        struct arena *arena, struct asset_part **out, uint32_t *parts)
{
    uint32_t n = map_len(o->values);
    struct asset_part *p = arena_array(arena, struct asset_part, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        p[i].value = arena_str(arena, map_key(o->values, i));
    }
    for (uint32_t no = 1; no < len; no++) {
        if (o->consumers[no] == no && stage[no] < STAGE_MAX) {
            p[o->value[no]].consumers[stage[no]]++;
            p[o->value[no]].known++;
        }
    }
    qsort(p, n, sizeof(*p), compare_parts);
    while (n > 0 && p[n - 1].known == 0) {
        n--;
    }
    *out = p;
    *parts = n;
}

enum rc asset_by_make(const struct asset_by_spec *s, struct assets *a, struct brand *b,
                      struct arena *arena, struct asset_part **out, uint32_t *len,
                      struct err *e)
{
    uint32_t n = dictionary_len(b->dictionary) + 1;
    uint8_t *stage = mem_alloc(n);
    struct origin o = {.brand = b, .consumers = graph_consumers(b->graph), .values = map_new()};
    memset(stage, NOT_KNOWN, n);
    o.value = mem_array(uint32_t, n);
    (void)map_intern(o.values, STR(""), 0);
    enum rc rc = assets_stages(a, b, s->day, stage, n, e);
    if (!rc && s->by == ASSET_BY_AGE) {
        find_ages(&o, s, n);
    } else if (!rc && s->by == ASSET_BY_GROUP) {
        find_groups(&o, s, n);
    } else if (!rc) {
        rc = read_origins(&o, s, n, e);
    }
    if (!rc) {
        count_parts(&o, stage, n, arena, out, len);
    }
    mem_free(o.value);
    mem_free(stage);
    map_free(o.values);
    return rc;
}
