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

/* Rows come in any order. Days are counted from the end: t of the first, t - t_x of the last. */
struct gathering {
    struct clv_consumer *of; /* by consumer; no 0: no purchase */
    int64_t *first_fen;      /* of the first day, no part of repeat_fen */
    struct distinct
        between; /* (consumer, day) of days between the first and the last: few have any */
    int32_t to;
};

static bool put_between(struct gathering *g, uint32_t consumer, uint16_t day)
{
    return distinct_put(&g->between, (uint64_t)consumer << 32 | day);
}

static void add_first(struct gathering *g, struct clv_consumer *c, uint16_t day)
{
    c->t_x = (uint16_t)(c->t_x + day - c->t);
    c->t = day;
    c->repeat_fen += (double)g->first_fen[c->no];
    g->first_fen[c->no] = 0;
}

static void add_day(struct gathering *g, struct clv_consumer *c, uint16_t day)
{
    uint16_t first = c->t, last = (uint16_t)(c->t - c->t_x);
    if (day < first && day > last) {
        c->x += put_between(g, c->no, day);
    } else if (day != first && day != last) {
        if (c->x) {
            (void)put_between(g, c->no, day > first ? first : last);
        }
        if (day > first) {
            add_first(g, c, day);
        } else {
            c->t_x = (uint16_t)(first - day);
        }
        c->x++;
    }
}

static void add_purchase(struct gathering *g, uint32_t no, uint16_t day, int64_t fen)
{
    struct clv_consumer *c = &g->of[no];
    if (!c->no) {
        c->no = no;
        c->t = day;
    }
    add_day(g, c, day);
    fen = fen == AMOUNT_UNKNOWN ? 0 : fen;
    if (day == c->t) {
        g->first_fen[no] += fen;
    } else {
        c->repeat_fen += (double)fen;
    }
}

static enum rc add_rows(void *ctx, const struct history_rows *rows, struct err *e)
{
    struct gathering *g = ctx;
    for (uint32_t i = 0; i < rows->rows; i++) {
        __builtin_prefetch(&g->of[rows->consumer[i]], 1);
        __builtin_prefetch(&g->first_fen[rows->consumer[i]], 1);
    }
    for (uint32_t i = 0; i < rows->rows; i++) {
        if (rows->gone[i]) {
            continue;
        }
        if (rows->day[i] < g->to - UINT16_MAX) {
            return rc_fail(e, RC_TOO_LARGE, "a calibration period has at most %d days",
                           UINT16_MAX);
        }
        add_purchase(g, rows->consumer[i], (uint16_t)(g->to - rows->day[i]),
                     event_rows_i64(rows->lake, FIELD_AMOUNT, rows->at[i]));
    }
    return RC_OK;
}

/* Those with purchases move to the front. */
static struct clv_input gathered(struct clv_consumer *of, uint32_t consumers)
{
    struct clv_input in = {0};
    for (uint32_t c = 1; c < consumers; c++) {
        if (of[c].no) {
            of[in.len++] = of[c];
        }
    }
    in.consumer = mem_resize(of, (in.len + 1) * sizeof(*of));
    return in;
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
    struct gathering g = {.of = mem_array(struct clv_consumer, consumers),
                          .first_fen = mem_array(int64_t, consumers),
                          .to = to};
    struct history_want want = wanted(from, to);
    want.amounts = true;
    enum rc rc = history_scan(b, &want, add_rows, &g, e);
    distinct_release(&g.between);
    mem_free(g.first_fen);
    if (rc) {
        mem_free(g.of);
        return rc;
    }
    *out = gathered(g.of, consumers);
    clv_input_group(out);
    return RC_OK;
}

struct counting {
    uint32_t *days; /* by consumer */
    struct distinct seen;
};

static enum rc count_rows(void *ctx, const struct history_rows *rows, struct err *e)
{
    struct counting *k = ctx;
    uint64_t keys[CHUNK_ROWS];
    bool fresh[CHUNK_ROWS];
    (void)e;
    for (uint32_t i = 0; i < rows->rows; i++) {
        uint64_t key = (uint64_t)rows->consumer[i] << 32 | (uint32_t)rows->day[i];
        keys[i] = rows->gone[i] ? 0 : key;
    }
    distinct_add(&k->seen, keys, rows->rows, fresh);
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
