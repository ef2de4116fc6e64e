/* Grouping: of a million consumers at day grain only some ten thousand (x, t_x, T) differ, and the costly functions of a
 * model depend on (x, day) alone, of which there are fewer still. */
#include "report/clv.h"
#include "base/mem.h"
#include "base/sort.h"
#include "who/distinct.h"
#include "who/history.h"

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
    sort_keyed(all, n, 0);
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
    sort_keyed(all, in->len, 0);
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

/* One consumer while rows come in any order. */
struct life {
    int32_t first, last; /* days */
    uint32_t days;       /* distinct; 0: no purchase */
    int64_t fen, first_fen;
};
struct gathering {
    struct life *of; /* by consumer */
    struct distinct days;
};

static void add_day(struct life *l, int32_t day, bool fresh, int64_t fen)
{
    bool first = !l->days || day < l->first;
    l->first_fen = first ? fen : day == l->first ? l->first_fen + fen : l->first_fen;
    l->first = first ? day : l->first;
    l->last = !l->days || day > l->last ? day : l->last;
    l->fen += fen;
    l->days += fresh;
}

/* fresh[i]: no row before was of this consumer and day. */
static void tell_days(struct distinct *d, const struct history_rows *rows, bool *fresh)
{
    uint64_t keys[CHUNK_ROWS];
    for (uint32_t i = 0; i < rows->rows; i++) {
        uint64_t key = (uint64_t)rows->consumer[i] << 32 | (uint32_t)rows->day[i];
        keys[i] = rows->gone[i] ? 0 : key;
    }
    distinct_add(d, keys, rows->rows, fresh);
}

static enum rc add_rows(void *ctx, const struct history_rows *rows, struct err *e)
{
    struct gathering *g = ctx;
    bool fresh[CHUNK_ROWS];
    (void)e;
    for (uint32_t i = 0; i < rows->rows; i++) {
        __builtin_prefetch(&g->of[rows->consumer[i]], 1);
    }
    tell_days(&g->days, rows, fresh);
    for (uint32_t i = 0; i < rows->rows; i++) {
        int64_t fen = event_rows_i64(rows->lake, FIELD_AMOUNT, rows->at[i]);
        if (!rows->gone[i]) {
            add_day(&g->of[rows->consumer[i]], rows->day[i], fresh[i],
                    fen == AMOUNT_UNKNOWN ? 0 : fen);
        }
    }
    return RC_OK;
}

static enum rc gathered(const struct life *of, uint32_t consumers, int32_t to,
                        struct clv_input *out, struct err *e)
{
    uint32_t len = 0;
    for (uint32_t c = 1; c < consumers; c++) {
        len += of[c].days > 0;
        if (of[c].days && of[c].first < to - UINT16_MAX) {
            return rc_fail(e, RC_TOO_LARGE, "a calibration period has at most %d days",
                           UINT16_MAX);
        }
    }
    *out = (struct clv_input){.consumer = mem_array(struct clv_consumer, len + 1)};
    for (uint32_t c = 1; c < consumers; c++) {
        const struct life *l = &of[c];
        if (l->days) {
            out->consumer[out->len++] =
                (struct clv_consumer){.no = c,
                                      .x = l->days - 1,
                                      .t_x = (uint16_t)(l->last - l->first),
                                      .t = (uint16_t)(to - l->first),
                                      .repeat_fen = (double)(l->fen - l->first_fen)};
        }
    }
    return RC_OK;
}

static struct history_want wanted(int32_t from, int32_t to)
{
    static const uint16_t names[] = {EVENT_PURCHASE};
    return (struct history_want){.names = names, .names_len = 1, .from = from, .to = to};
}

enum rc clv_input_read(struct brand *b, int32_t from, int32_t to, struct clv_input *out,
                       struct err *e)
{
    uint32_t consumers = dictionary_len(b->dictionary) + 1;
    struct gathering g = {.of = mem_array(struct life, consumers)};
    struct history_want want = wanted(from, to);
    want.amounts = true;
    enum rc rc = history_scan(b, &want, add_rows, &g, e);
    rc = rc ? rc : gathered(g.of, consumers, to, out, e);
    distinct_release(&g.days);
    mem_free(g.of);
    if (!rc) {
        clv_input_group(out);
    }
    return rc;
}

struct counting {
    uint32_t *days; /* by consumer */
    struct distinct seen;
};

static enum rc count_rows(void *ctx, const struct history_rows *rows, struct err *e)
{
    struct counting *k = ctx;
    bool fresh[CHUNK_ROWS];
    (void)e;
    tell_days(&k->seen, rows, fresh);
    for (uint32_t i = 0; i < rows->rows; i++) {
        k->days[rows->consumer[i]] += fresh[i];
    }
    return RC_OK;
}

enum rc clv_input_next(struct brand *b, const struct clv_input *in, int32_t from, int32_t to,
                       uint32_t *days, struct err *e)
{
    const struct history_want want = wanted(from, to);
    struct counting k = {.days = mem_array(uint32_t, dictionary_len(b->dictionary) + 1)};
    enum rc rc = history_scan(b, &want, count_rows, &k, e);
    for (uint32_t i = 0; i < in->len && !rc; i++) {
        days[i] = k.days[in->consumer[i].no];
    }
    distinct_release(&k.seen);
    mem_free(k.days);
    return rc;
}
