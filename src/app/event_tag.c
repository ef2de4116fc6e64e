#include "app/event_tag.h"
#include <stdlib.h>
#include "base/map.h"
#include "base/vec.h"
#include "who/history.h"

/* A consumer and the number of its value. */
struct pick {
    uint32_t value, consumer;
};
typedef VEC(struct pick) pick_vec;

static enum rc column_of(struct str field, enum event_field *out, struct history_want *w,
                         struct err *e)
{
    struct {
        const char *name;
        enum event_field field;
        bool *want;
    } columns[] = {{"item", FIELD_ITEM, &w->items},
                   {"category", FIELD_CATEGORY, &w->categories},
                   {"channel", FIELD_CHANNEL, &w->channels},
                   {"touchpoint", FIELD_TOUCHPOINT, &w->touchpoints},
                   {"campaign", FIELD_CAMPAIGN, &w->campaigns}};
    for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
        if (str_eq(field, str_of(columns[i].name))) {
            *out = columns[i].field;
            *columns[i].want = true;
            return RC_OK;
        }
    }
    return rc_fail(e, RC_INVALID, "a tag cannot follow the field %.*s", STR_FMT(field));
}

static uint32_t value_at(const struct history *h, enum event_field f, uint32_t row)
{
    if (f == FIELD_CHANNEL) {
        return h->channel[row];
    }
    const uint32_t *column = f == FIELD_ITEM         ? h->item
                             : f == FIELD_CATEGORY   ? h->category
                             : f == FIELD_TOUCHPOINT ? h->touchpoint
                                                     : h->campaign;
    return column[row];
}

static struct str value_text(const struct pond *p, const struct history *h, enum event_field f,
                             uint32_t value)
{
    return f == FIELD_CHANNEL ? channel_name(p->brand->catalogue, (uint8_t)value)
                              : history_text(h, f, value);
}

static int by_value(const void *x, const void *y)
{
    const struct pick *a = x, *b = y;
    if (a->value != b->value) {
        return a->value < b->value ? -1 : 1;
    }
    return (a->consumer > b->consumer) - (a->consumer < b->consumer);
}

/* Of rows from..to-1 the value that occurs most often, of equals the one that occurs latest; 0: none is known. */
static uint32_t most_frequent(const struct history *h, enum event_field f, uint32_t from,
                              uint32_t to, pick_vec *room)
{
    uint32_t best = 0, best_count = 0, best_last = 0;
    vec_clear(room);
    for (uint32_t row = from; row < to; row++) {
        struct pick one = {value_at(h, f, row), row};
        if (one.value) {
            vec_push(room, one);
        }
    }
    if (room->len) {
        qsort(room->ptr, room->len, sizeof(*room->ptr), by_value);
    }
    for (size_t i = 0, j = 0; i < room->len; i = j) {
        for (j = i; j < room->len && room->ptr[j].value == room->ptr[i].value; j++) {
        }
        uint32_t count = (uint32_t)(j - i), last = room->ptr[j - 1].consumer;
        if (count > best_count || (count == best_count && last > best_last)) {
            best = room->ptr[i].value;
            best_count = count;
            best_last = last;
        }
    }
    return best;
}

static uint32_t last_known(const struct history *h, enum event_field f, uint32_t from,
                           uint32_t to)
{
    for (uint32_t row = to; row > from; row--) {
        uint32_t v = value_at(h, f, row - 1);
        if (v) {
            return v;
        }
    }
    return 0;
}

static void pick_all(const struct history *h, enum event_field f, bool most, pick_vec *out)
{
    pick_vec room = {0};
    for (uint32_t i = 0, end = 0; i < h->rows; i = end) {
        end = history_end(h, i);
        struct pick one = {most ? most_frequent(h, f, i, end, &room) : last_known(h, f, i, end),
                           h->consumer[i]};
        if (one.value) {
            vec_push(out, one);
        }
    }
    vec_release(&room);
    if (out->len) {
        qsort(out->ptr, out->len, sizeof(*out->ptr), by_value);
    }
}

struct following {
    struct pond *p;
    const struct tag *tag;
    const struct roster_stamp *stamp;
    struct bits want;
    uint64_t *moved;
};

static enum rc follow_value(struct following *k, struct str value, const struct pick *picks,
                            size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        bits_set(&k->want, picks[i].consumer);
    }
    enum rc rc = tag_follow(k->p->brand->ledger, k->tag, value, &k->want,
                            graph_consumers(k->p->brand->graph), k->stamp, k->moved, e);
    for (size_t i = 0; i < n; i++) {
        bits_clear(&k->want, picks[i].consumer);
    }
    return rc;
}

/* Values that the tag had and nobody has any more. */
static enum rc empty_others(struct following *k, const struct map *seen, struct arena *a,
                            struct err *e)
{
    struct tag_value *values = NULL;
    uint32_t n = 0, at = 0;
    enum rc rc = tag_values(k->p->brand->ledger, k->tag->id, a, &values, &n, e);
    for (uint32_t i = 0; !rc && i < n; i++) {
        if (!map_get(seen, values[i].value, &at)) {
            rc = follow_value(k, values[i].value, NULL, 0, e);
        }
    }
    return rc;
}

static enum rc follow_all(struct following *k, const struct history *h, enum event_field f,
                          const pick_vec *picks, struct arena *a, struct err *e)
{
    struct map *seen = map_new();
    enum rc rc = RC_OK;
    for (size_t i = 0; i < picks->len; i++) {
        (void)map_put(seen, value_text(k->p, h, f, picks->ptr[i].value), 1);
    }
    rc = empty_others(k, seen, a, e);
    for (size_t i = 0, j = 0; !rc && i < picks->len; i = j) {
        for (j = i; j < picks->len && picks->ptr[j].value == picks->ptr[i].value; j++) {
        }
        struct str text = value_text(k->p, h, f, picks->ptr[i].value);
        rc = follow_value(k, text, picks->ptr + i, j - i, e);
    }
    map_free(seen);
    return rc;
}

enum rc event_tag_follow(struct pond *p, const struct tag *t, int32_t day,
                         const struct roster_stamp *stamp, uint64_t *moved, struct err *e)
{
    struct arena *a = arena_new();
    struct tag_event v = {0};
    struct history_want w = {.from = DAY_NONE, .to = day, .names_len = 1};
    struct history h = {0};
    enum event_field f = FIELD_CATEGORY;
    pick_vec picks = {0};
    struct following k = {.p = p, .tag = t, .stamp = stamp, .moved = moved};
    uint16_t name = 0;
    bool read = false;
    enum rc rc = tag_event_read(t->rule, a, &v, e);
    rc = rc ? rc : column_of(v.field, &f, &w, e);
    bits_init(&k.want, dictionary_len(p->brand->dictionary) + 1);
    if (!rc) {
        name = catalogue_find(p->brand->catalogue, v.event);
        w.names = &name;
        w.from = v.days ? day - (int32_t)v.days + 1 : DAY_NONE;
        rc = history_read(p->brand, &w, p->threads, &h, e);
        read = !rc;
    }
    if (!rc) {
        pick_all(&h, f, v.most, &picks);
        rc = follow_all(&k, &h, f, &picks, a, e);
    }
    if (read) {
        history_release(&h);
    }
    vec_release(&picks);
    bits_release(&k.want);
    arena_free(a);
    return rc;
}
