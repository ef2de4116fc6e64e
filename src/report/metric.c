/* Objects  struct worker: the life at hand - which relations hold at which touchpoints, whether it bought before and
 *          in the period - and the sums of all its lives. A life is walked in order of time; the state when the
 *          first row of the period comes is the state at the start. */
#include "report/metric.h"

#include <math.h>
#include <stdlib.h>
#include "base/mem.h"
#include "base/vec.h"
#include "people/batch.h"
#include "report/pass.h"
#include "report/tally.h"

#define SEVEN_DAYS (7 * DAY_MS)

/* Codes of the catalogue (docs/events.md). */
enum {
    FOLLOW = 50,
    UNFOLLOW,
    FRIEND_ADD,
    FRIEND_DELETE,
    GROUP_JOIN,
    GROUP_LEAVE,
    MEMBER_JOIN,
    MEMBER_QUIT,
    COUPON_CLAIM = 15,
    MESSAGE_REPLY = 21,
    SHARE = 43,
    REFERRAL = 44,
    COUPON_REDEEM = 83,
    MESSAGE_SEND = 96,
    MESSAGE_DELIVERED,
    MESSAGE_OPEN,
    MESSAGE_CLICK,
    GROUP_MESSAGE
};

static const uint16_t life_names[] = {
    EVENT_PURCHASE,    FOLLOW,       UNFOLLOW,      FRIEND_ADD,    FRIEND_DELETE,
    GROUP_JOIN,        GROUP_LEAVE,  MEMBER_JOIN,   MEMBER_QUIT,   COUPON_CLAIM,
    MESSAGE_REPLY,     SHARE,        REFERRAL,      COUPON_REDEEM, MESSAGE_SEND,
    MESSAGE_DELIVERED, MESSAGE_OPEN, MESSAGE_CLICK, GROUP_MESSAGE};
static const uint16_t money_names[] = {EVENT_PURCHASE, EVENT_REFUND, MEMBER_JOIN, MEMBER_QUIT};

typedef VEC(uint32_t) held_vec; /* touchpoints at which a relation holds */

struct worker {
    const struct metric_spec *spec;
    const struct history *h;
    int64_t from_ms, until_ms;
    held_vec held[RELATIONS];
    VEC(uint64_t) orders; /* of the period, of the life */
    struct tally *groups; /* touchpoint: has a member, has a message */
    bool started;         /* a row of the period was met */
    bool member_start, bought_before;
    bool group_start, spoke, brought;
    int64_t friend_ms; /* became a friend in the period; INT64_MAX: did not */
    bool friend_bought;
    double count[METRIC_COUNTS];
};

void metric_want(const struct metric_spec *s, struct history_want *lives,
                 struct history_want *money)
{
    *lives = (struct history_want){.names = life_names,
                                   .names_len = sizeof(life_names) / sizeof(life_names[0]),
                                   .from = DAY_NONE,
                                   .to = s->to,
                                   .touchpoints = true,
                                   .quantities = true,
                                   .orders = true};
    *money = (struct history_want){.names = money_names,
                                   .names_len = sizeof(money_names) / sizeof(money_names[0]),
                                   .from = DAY_NONE,
                                   .to = s->to,
                                   .touchpoints = true,
                                   .channels = true,
                                   .amounts = true,
                                   .refunded = true};
}

/* ---- Relations --------------------------------------------------------------------------------- */

/* The relation of an event; -1: none. *on: it begins. */
static int relation_of(uint16_t name, bool *on)
{
    if (name < FOLLOW || name > MEMBER_QUIT) {
        return -1;
    }
    *on = (name - FOLLOW) % 2 == 0;
    return (name - FOLLOW) / 2;
}

/* Begins at its touchpoint, or ends there and what began without one; without a touchpoint it ends all. Returns how many
 * began (+) or ended (-). */
static int apply(held_vec *held, bool on, uint32_t touchpoint)
{
    size_t kept = 0, before = held->len;
    if (on) {
        for (size_t i = 0; i < held->len; i++) {
            if (held->ptr[i] == touchpoint) {
                return 0;
            }
        }
        vec_push(held, touchpoint);
        return 1;
    }
    for (size_t i = 0; i < held->len; i++) {
        if (touchpoint && held->ptr[i] != 0 && held->ptr[i] != touchpoint) {
            held->ptr[kept++] = held->ptr[i];
        }
    }
    held->len = kept;
    return (int)kept - (int)before;
}

static void note_groups(struct worker *w)
{
    for (size_t i = 0; i < w->held[RELATION_GROUP].len; i++) {
        tally_at(w->groups, w->held[RELATION_GROUP].ptr[i], 0)[0] = 1;
    }
    w->group_start = w->group_start || w->held[RELATION_GROUP].len > 0;
}

/* The state at the end of the day before the period. */
static void start_period(struct worker *w)
{
    w->started = true;
    for (int r = 0; r < RELATIONS; r++) {
        w->count[COUNT_START + r] += (double)w->held[r].len;
    }
    w->member_start = w->held[RELATION_MEMBER].len > 0;
    note_groups(w);
}

static void take_relation(struct worker *w, uint32_t row, int relation, bool on)
{
    bool fresh = w->held[relation].len == 0;
    int change = apply(&w->held[relation], on, w->h->touchpoint[row]);
    if (!w->started) {
        return;
    }
    if (change > 0) {
        w->count[COUNT_JOINED + relation] += change;
    } else {
        w->count[COUNT_LEFT + relation] -= change;
    }
    if (relation == RELATION_FRIEND && change > 0 && fresh && w->friend_ms == INT64_MAX) {
        w->friend_ms = w->h->time_ms[row];
    }
    note_groups(w);
}

/* ---- One life ---------------------------------------------------------------------------------- */

static void take_event(struct worker *w, uint32_t row)
{
    const struct history *h = w->h;
    switch (h->name[row]) {
    case MESSAGE_SEND: w->count[COUNT_SENT]++; break;
    case MESSAGE_DELIVERED: w->count[COUNT_DELIVERED]++; break;
    case MESSAGE_OPEN: w->count[COUNT_OPENED]++; break;
    case MESSAGE_CLICK: w->count[COUNT_CLICKED]++; break;
    case MESSAGE_REPLY: w->count[COUNT_REPLIED]++; break;
    case COUPON_CLAIM: w->count[COUNT_CLAIMED]++; break;
    case COUPON_REDEEM: w->count[COUNT_REDEEMED]++; break;
    case GROUP_MESSAGE:
        w->spoke = true;
        tally_at(w->groups, h->touchpoint[row], 0)[1] = 1;
        break;
    case REFERRAL:
    case SHARE: {
        double n = isnan(h->quantity[row]) ? h->name[row] == REFERRAL : h->quantity[row];
        w->count[COUNT_BROUGHT] += n > 0 ? n : 0;
        w->brought = w->brought || n > 0;
        break;
    }
    default: break;
    }
}

static void take_purchase(struct worker *w, uint32_t row)
{
    double pieces = w->h->quantity[row];
    int64_t since = w->friend_ms == INT64_MAX ? 0 : w->h->time_ms[row] - w->friend_ms;
    if (!w->started) {
        w->bought_before = true;
        return;
    }
    w->count[COUNT_PIECES] += isnan(pieces) ? 1 : pieces;
    w->friend_bought = w->friend_bought || (since > 0 && since <= SEVEN_DAYS);
    vec_push(&w->orders, w->h->order[row]);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint32_t distinct_orders(struct worker *w)
{
    uint32_t n = 0;
    if (w->orders.len > 1) {
        qsort(w->orders.ptr, w->orders.len, sizeof(*w->orders.ptr), compare);
    }
    for (size_t i = 0; i < w->orders.len; i++) {
        n += i == 0 || w->orders.ptr[i] != w->orders.ptr[i - 1];
    }
    return n;
}

static void end_life(struct worker *w)
{
    bool any = false;
    uint32_t orders = distinct_orders(w);
    if (!w->started) {
        start_period(w); /* nothing happened in it */
    }
    for (int r = 0; r < RELATIONS; r++) {
        w->count[COUNT_END + r] += (double)w->held[r].len;
        any = any || w->held[r].len > 0;
    }
    w->count[COUNT_PRIVATE] += any;
    w->count[COUNT_ORDERS] += orders;
    w->count[COUNT_BUYERS] += orders > 0;
    w->count[COUNT_REPEAT_BUYERS] += orders > 1;
    w->count[COUNT_NEW_BUYERS] += orders > 0 && !w->bought_before;
    w->count[COUNT_START_MEMBERS] += w->member_start;
    w->count[COUNT_IDLE_MEMBERS] += w->member_start && orders == 0;
    w->count[COUNT_OLD_MEMBERS] += w->member_start && w->bought_before;
    w->count[COUNT_OLD_MEMBERS_BACK] += w->member_start && w->bought_before && orders > 0;
    w->count[COUNT_NEW_FRIENDS] += w->friend_ms != INT64_MAX;
    w->count[COUNT_NEW_FRIENDS_BOUGHT] += w->friend_bought;
    w->count[COUNT_GROUP_PEOPLE] += w->group_start;
    w->count[COUNT_GROUP_PEOPLE_ACTIVE] += w->group_start && w->spoke;
    w->count[COUNT_REFERRERS] += w->brought;
}

static void begin_life(struct worker *w)
{
    for (int r = 0; r < RELATIONS; r++) {
        vec_clear(&w->held[r]);
    }
    vec_clear(&w->orders);
    w->started = w->member_start = w->bought_before = false;
    w->group_start = w->spoke = w->brought = w->friend_bought = false;
    w->friend_ms = INT64_MAX;
}

static void take_life(void *mine, uint32_t from, uint32_t end)
{
    struct worker *w = mine;
    begin_life(w);
    for (uint32_t i = from; i < end && w->h->time_ms[i] < w->until_ms; i++) {
        bool on = false;
        int relation = relation_of(w->h->name[i], &on);
        if (!w->started && w->h->time_ms[i] >= w->from_ms) {
            start_period(w);
        }
        if (relation >= 0) {
            take_relation(w, i, relation, on);
        } else if (w->h->name[i] == EVENT_PURCHASE) {
            take_purchase(w, i);
        } else if (w->started) {
            take_event(w, i);
        }
    }
    end_life(w);
}

/* ---- Money ------------------------------------------------------------------------------------- */

static void take_money(void *mine, uint32_t from, uint32_t end)
{
    struct worker *w = mine;
    const struct history *h = w->h;
    begin_life(w);
    for (uint32_t i = from; i < end && h->time_ms[i] < w->until_ms; i++) {
        bool on = false;
        if (relation_of(h->name[i], &on) >= 0) {
            (void)apply(&w->held[RELATION_MEMBER], on, h->touchpoint[i]);
            continue;
        }
        if (h->time_ms[i] < w->from_ms || h->amount_fen[i] == AMOUNT_UNKNOWN) {
            continue;
        }
        double fen = (double)h->amount_fen[i] * (h->name[i] == EVENT_REFUND ? -1 : 1);
        const struct channel_def *c = channel_def(h->channel[i]);
        w->count[COUNT_GMV] += fen;
        w->count[COUNT_MEMBER_GMV] += w->held[RELATION_MEMBER].len > 0 ? fen : 0;
        w->count[COUNT_PRIVATE_GMV] += c && c->private_domain ? fen : 0;
    }
}

/* ---- All of them ------------------------------------------------------------------------------- */

static void count_groups(const struct tally *t, struct metrics *out)
{
    for (uint32_t i = 0; i < tally_len(t); i++) {
        const uint64_t *row = tally_row(t, i);
        out->count[COUNT_GROUPS] += row[0] > 0;
        out->count[COUNT_GROUPS_ACTIVE] += row[0] > 0 && row[1] > 0;
    }
}

static void run(const struct metric_spec *s, const struct history *h, int threads,
                void (*life)(void *, uint32_t, uint32_t), struct metrics *out)
{
    int n = pass_workers(h, threads);
    struct worker *w = mem_array(struct worker, n);
    for (int i = 0; i < n; i++) {
        w[i].spec = s;
        w[i].h = h;
        w[i].groups = tally_new(2);
        w[i].from_ms = s->from == DAY_NONE ? INT64_MIN : zone_day_start(s->zone, s->from);
        w[i].until_ms = zone_day_start(s->zone, s->to + 1);
    }
    pass_run(h, w, sizeof(*w), n, life);
    for (int i = 0; i < n; i++) {
        for (uint32_t k = 0; k < METRIC_COUNTS; k++) {
            out->count[k] += w[i].count[k];
        }
        if (i > 0) {
            tally_add(w[0].groups, w[i].groups);
        }
    }
    count_groups(w[0].groups, out);
    for (int i = 0; i < n; i++) {
        tally_free(w[i].groups);
        vec_release(&w[i].orders);
        for (int r = 0; r < RELATIONS; r++) {
            vec_release(&w[i].held[r]);
        }
    }
    mem_free(w);
}

void metric_add_lives(const struct metric_spec *s, const struct history *h, int threads,
                      struct metrics *out)
{
    run(s, h, threads, take_life, out);
    out->count[COUNT_ONE] = 1;
    out->count[COUNT_KNOWN] = (double)s->known;
    for (int r = 0; r < RELATIONS; r++) {
        out->count[COUNT_HAD + r] = out->count[COUNT_START + r] + out->count[COUNT_JOINED + r];
        out->count[COUNT_NET + r] = out->count[COUNT_JOINED + r] - out->count[COUNT_LEFT + r];
    }
}

void metric_add_money(const struct metric_spec *s, const struct history *h, int threads,
                      struct metrics *out)
{
    run(s, h, threads, take_money, out);
}
