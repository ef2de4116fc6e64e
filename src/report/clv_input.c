/* Grouping: of a million consumers at day grain only some ten thousand (x, t_x, T) differ, and the costly functions of a
 * model depend on (x, day) alone, of which there are fewer still. */
#include "report/clv.h"
#include "base/mem.h"
#include "base/vec.h"
#include "who/history.h"
#include <stdlib.h>

struct keyed {
    uint64_t key;
    uint32_t at;
};

static int keyed_cmp(const void *a, const void *b)
{
    uint64_t x = ((const struct keyed *)a)->key, y = ((const struct keyed *)b)->key;
    return (x > y) - (x < y);
}

static uint64_t group_key(const struct clv_consumer *c)
{
    return (uint64_t)c->x << 32 | (uint64_t)c->t_x << 16 | c->t;
}
static uint64_t point_key(uint32_t x, uint32_t day) { return (uint64_t)x << 16 | day; }

/* Numbers the distinct points of all groups; group[i].last and .end are set. */
static void number_points(struct clv_input *in, const struct keyed *first)
{
    uint32_t n = in->groups_len * 2;
    struct keyed *all = mem_array(struct keyed, n ? n : 1);
    for (uint32_t g = 0; g < in->groups_len; g++) {
        const struct clv_consumer *c = &in->consumer[first[g].at];
        all[2 * g] = (struct keyed){point_key(c->x, c->t_x), 2 * g};
        all[2 * g + 1] = (struct keyed){point_key(c->x, c->t), 2 * g + 1};
    }
    qsort(all, n, sizeof(*all), keyed_cmp);
    in->point = mem_array(struct clv_point, n ? n : 1);
    for (uint32_t i = 0; i < n; i++) {
        if (i == 0 || all[i].key != all[i - 1].key) {
            in->point[in->points_len++] = (struct clv_point){
                .x = (uint32_t)(all[i].key >> 16), .day = (uint32_t)(all[i].key & 0xffff)};
        }
        struct clv_group *g = &in->group[all[i].at / 2];
        *(all[i].at % 2 ? &g->end : &g->last) = in->points_len - 1;
    }
    mem_free(all);
}

void clv_input_group(struct clv_input *in)
{
    struct keyed *all = mem_array(struct keyed, in->len ? in->len : 1);
    for (uint32_t i = 0; i < in->len; i++) {
        all[i] = (struct keyed){group_key(&in->consumer[i]), i};
    }
    qsort(all, in->len, sizeof(*all), keyed_cmp);
    in->groups_len = in->points_len = 0;
    in->group = mem_array(struct clv_group, in->len ? in->len : 1);
    for (uint32_t i = 0; i < in->len; i++) {
        struct keyed here = all[i];
        uint32_t head = in->groups_len ? in->groups_len - 1 : 0;
        if (!in->groups_len || all[head].key != here.key) {
            head = in->groups_len++;
            all[head] = here; /* the first of its group; head <= i */
        }
        in->group[head].weight += 1;
        in->consumer[here.at].group = head;
    }
    number_points(in, all);
    mem_free(all);
}

void clv_input_release(struct clv_input *in)
{
    mem_free(in->consumer);
    mem_free(in->group);
    mem_free(in->point);
    *in = (struct clv_input){0};
}

/* ---- from history ---- */

static enum rc read_purchases(struct brand *b, int32_t from, int32_t to, bool amounts,
                              int threads, struct history *out, struct err *e)
{
    static const uint16_t names[] = {EVENT_PURCHASE};
    const struct history_want want = {
        .names = names, .names_len = 1, .from = from, .to = to, .amounts = amounts};
    return history_read(b, &want, threads, out, e);
}

static struct clv_consumer summary(const struct history *h, uint32_t from, uint32_t end,
                                   const struct zone *zone, struct zone_cache *cache,
                                   int32_t to)
{
    int32_t first = zone_day(zone, cache, h->time_ms[from]), last = first;
    struct clv_consumer c = {.no = h->consumer[from], .t = (uint16_t)(to - first)};
    for (uint32_t i = from; i < end; i++) {
        int32_t day = zone_day(zone, cache, h->time_ms[i]);
        c.x += day > last;
        last = day;
        if (day > first && h->amount_fen[i] != AMOUNT_UNKNOWN) {
            c.repeat_fen += (double)h->amount_fen[i];
        }
    }
    c.t_x = (uint16_t)(last - first);
    return c;
}

enum rc clv_input_read(struct brand *b, int32_t from, int32_t to, int threads,
                       struct clv_input *out, struct err *e)
{
    struct history h = {0};
    struct zone_cache cache = {0};
    VEC(struct clv_consumer) all = {0};
    enum rc rc = read_purchases(b, from, to, true, threads, &h, e);
    for (uint32_t i = 0; !rc && i < h.rows;) {
        uint32_t end = history_end(&h, i);
        if (zone_day(b->zone, &cache, h.time_ms[i]) < to - UINT16_MAX) {
            rc = rc_fail(e, RC_TOO_LARGE, "a calibration period has at most %d days",
                         UINT16_MAX);
        } else {
            vec_push(&all, summary(&h, i, end, b->zone, &cache, to));
        }
        i = end;
    }
    history_release(&h);
    if (rc) {
        vec_release(&all);
        return rc;
    }
    *out = (struct clv_input){.len = (uint32_t)all.len, .consumer = all.ptr};
    clv_input_group(out);
    return RC_OK;
}

enum rc clv_input_next(struct brand *b, const struct clv_input *in, int32_t from, int32_t to,
                       int threads, uint32_t *days, struct err *e)
{
    struct history h = {0};
    struct zone_cache cache = {0};
    enum rc rc = read_purchases(b, from, to, false, threads, &h, e);
    uint32_t at = 0;
    for (uint32_t i = 0; !rc && i < h.rows;) {
        uint32_t end = history_end(&h, i), no = h.consumer[i];
        while (at < in->len && in->consumer[at].no < no) {
            at++;
        }
        int32_t last = DAY_NONE;
        for (; i < end; i++) {
            int32_t day = zone_day(b->zone, &cache, h.time_ms[i]);
            if (day != last && at < in->len && in->consumer[at].no == no) {
                days[at]++;
            }
            last = day;
        }
    }
    history_release(&h);
    return rc;
}
