#include "app/sample.h"

#include "app/sample_internal.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/hash.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define FLUSH_BYTES (1u << 20)
#define SHOW_EVERY 4096

/* ---- People and doors ---------------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *channel, *touchpoint;
    uint32_t weight;               /* of 100 */
} doors[DOORS] = {
    [DOOR_AD] = {"ad", "朋友圈广告", 24},         [DOOR_TMALL] = {"tmall", "天猫旗舰店", 20},
    [DOOR_DOUYIN] = {"douyin", "抖音短视频", 15}, [DOOR_WECHAT] = {"wechat_oa", "公众号推文", 13},
    [DOOR_STORE] = {"store", "门店", 12},         [DOOR_RED] = {"xiaohongshu", "种草笔记", 8},
    [DOOR_LIVE] = {"live", "品牌直播间", 8},
};

/* Five sorts of people. Shares are of 1000. */
struct sort {
    uint32_t share;
    double gap_days;               /* between visits, mean */
    uint32_t leave, buy, join, follow, friend, group, share_out;   /* a visit, of 1000 */
};
static const struct sort sorts[] = {
    {370, 18, 150,   0,   0,  15,   4,   2,   1},    /* passes by       */
    {370, 12,  75,  12,  25,  70,  25,  10,   3},    /* looks           */
    {195, 16,  65,  75, 110, 110,  60,  25,   6},    /* buys            */
    { 52,  9,  40, 330, 300, 200, 150,  60,  25},    /* comes back      */
    { 13,  6,  30, 400, 400, 300, 250, 150, 260},    /* brings others   */
};
/* clang-format on */

static bool chance(struct person *p, uint32_t of_1000)
{
    return rng_below(&p->rng, 1000) < of_1000;
}

/* Events behind the last day did not happen yet. */
static void emit(struct sample *s, struct person *p, int64_t local_ms, const char *event,
                 uint32_t ids, const struct detail *d)
{
    if (local_ms < p->last_ms) {
        local_ms = p->last_ms + 1000;
    }
    if (local_ms >= (s->to + 1) * DAY_MS) {
        return;
    }
    p->last_ms = local_ms;
    p->used |= ids;
    p->events++;
    s->sum->events++;
    sample_put(s, p, local_ms, event, ids, d);
}

/* ---- A life -------------------------------------------------------------------------------- */

/* How much more is bought on that day: 618, Double 11, Double 12, else as usual. */
static uint32_t season(int32_t day)
{
    int year, month, dom;
    day_to_civil(day, &year, &month, &dom);
    if (month == 6 && dom <= 18) {
        return dom >= 16 ? 300 : 170;
    }
    if (month == 11 && dom <= 11) {
        return dom >= 10 ? 350 : 180;
    }
    return month == 12 && dom >= 10 && dom <= 12 ? 180 : 100;
}

static int64_t moment(struct person *p, int32_t day)
{
    static const uint8_t hours[] = {8,  9,  10, 11, 12, 12, 13, 14, 15, 16, 17,
                                    18, 19, 20, 20, 20, 21, 21, 21, 22, 22, 23};
    const uint32_t hour =
        chance(p, 30) ? rng_below(&p->rng, 8) : hours[rng_below(&p->rng, sizeof(hours))];
    return day * DAY_MS + (int64_t)hour * 3600000 + (int64_t)rng_below(&p->rng, 3600) * 1000;
}

/* What the person is known by when it comes through a channel. */
static uint32_t ids_at(struct person *p, const char *channel)
{
    if (strcmp(channel, "tmall") == 0) {
        return ID_OUID;
    }
    if (strcmp(channel, "douyin") == 0) {
        return ID_DOUYIN;
    }
    if (strcmp(channel, "store") == 0) {
        return (chance(p, 300) ? (uint32_t)ID_TABLET : 0u) |
               (p->member ? ID_MEMBER | ID_PHONE : ID_DEVICE);
    }
    if (strcmp(channel, "wechat_oa") == 0 || strcmp(channel, "mini_program") == 0) {
        return ID_OPENID | (p->follows || p->member ? ID_UNIONID : 0) | (p->user ? ID_USER : 0);
    }
    const uint32_t device = p->has_family && chance(p, 250) ? ID_FAMILY
                            : chance(p, 300)                ? ID_COOKIE
                                                            : ID_DEVICE;
    return device | (p->user && chance(p, 700) ? ID_USER : 0);
}

static const char *visit_channel(struct person *p)
{
    static const char *const private_domain[] = {"mini_program", "mini_program", "h5",
                                                 "wechat_oa", "live"};
    if (p->member || p->follows || p->friend) {
        return chance(p, 700) ? private_domain[rng_below(&p->rng, 5)] : doors[p->door].channel;
    }
    return p->door == DOOR_AD || p->door == DOOR_RED ? "h5" : doors[p->door].channel;
}

static void arrive_by_door(struct sample *s, struct person *p, int64_t *t)
{
    struct detail d = {.channel = doors[p->door].channel,
                       .touchpoint = doors[p->door].touchpoint,
                       .amount_fen = -1};
    const char *seen = p->door == DOOR_AD      ? "ad_exposure"
                       : p->door == DOOR_LIVE  ? "live_view"
                       : p->door == DOOR_STORE ? "offline_reach"
                       : p->door == DOOR_TMALL ? "category_search"
                                               : "content_view";
    const uint32_t times = 1 + rng_below(&p->rng, 3);
    const uint32_t ids = p->door == DOOR_TMALL                     ? ID_OUID
                         : p->door == DOOR_DOUYIN                  ? ID_DOUYIN
                         : p->door == DOOR_WECHAT                  ? ID_OPENID
                         : p->door == DOOR_STORE && chance(p, 500) ? ID_TABLET
                                                                   : ID_DEVICE;
    if (p->door == DOOR_AD) {
        d.campaign = ((const char *[]){"新客首购", "会员日", "夏日焕新",
                                       "双11蓄水"})[rng_below(&p->rng, 4)];
    }
    for (uint32_t i = 0; i < times; i++) {
        emit(s, p, *t, seen, ids, &d);
        *t += 20000 + (int64_t)rng_below(&p->rng, 600) * 1000;
    }
    if (p->door == DOOR_AD && chance(p, 350)) {
        emit(s, p, *t, "ad_click", ids, &d);
        *t += 5000;
    }
    if (p->door == DOOR_STORE) {
        emit(s, p, *t, "store_visit", ids, &d);
        *t += 60000;
    }
    if (p->door == DOOR_LIVE && chance(p, 250)) {
        emit(s, p, *t, "live_interact", ids, &d);
        *t += 30000;
    }
}

/* Logging in ties what came before to a user_id; members give a phone and get a number. */
static void log_in(struct sample *s, struct person *p, int64_t *t, const char *channel)
{
    const struct detail d = {.channel = channel, .amount_fen = -1};
    if (!p->user) {
        p->user = true;
        emit(s, p, *t, "login",
             ids_at(p, channel) | ID_USER | (chance(p, 600) ? (uint32_t)ID_DEVICE : 0u), &d);
        *t += 15000;
    }
}

static void join_things(struct sample *s, struct person *p, int64_t *t, const char *channel)
{
    struct detail d = {.channel = channel, .amount_fen = -1};

    if (!p->follows && chance(p, p->sort->follow)) {
        p->follows = true;
        d.channel = "wechat_oa";
        emit(s, p, *t, "follow", ID_OPENID | ID_UNIONID, &d);
        *t += 30000;
    }
    if (!p->member && chance(p, p->sort->join)) {
        log_in(s, p, t, channel);
        p->member = true;
        d.channel = "mini_program";
        emit(s, p, *t, "member_join", ID_USER | ID_PHONE | ID_MEMBER | ID_OPENID, &d);
        *t += 30000;
    }
    if (!p->friend && chance(p, p->sort->friend)) {
        p->friend = true;
        d.channel = "wecom_staff";
        emit(s, p, *t, "friend_add", ID_EXTERNAL | ID_UNIONID, &d);
        *t += 30000;
    }
    if (!p->group && p->friend && chance(p, p->sort->group * 3)) {
        p->group = true;
        d.channel = "wecom_group";
        emit(s, p, *t, "group_join", ID_EXTERNAL, &d);
        *t += 30000;
    }
}

static void after_order(struct sample *s, struct person *p, const struct detail *order,
                        int64_t t, uint32_t ids)
{
    struct detail d = *order;

    if (chance(p, 70)) {
        const bool full = chance(p, 700);
        d.amount_fen = full ? order->amount_fen : order->amount_fen / 2;
        d.quantity = 0;
        d.good = NULL;
        s->sum->refunds++;
        emit(s, p, t + (2 + (int64_t)rng_below(&p->rng, 8)) * DAY_MS, "refund", ids, &d);
        return;
    }
    if (chance(p, 160)) {
        static const uint8_t scores[] = {5, 5, 5, 5, 5, 5, 4, 4, 3, 1};
        d.score = scores[rng_below(&p->rng, sizeof(scores))];
        d.quantity = 0;
        d.amount_fen = -1;
        emit(s, p, t + (3 + (int64_t)rng_below(&p->rng, 10)) * DAY_MS, "review", ids, &d);
    }
}

/* A line of an order: its amount. */
static int64_t put_line(struct sample *s, struct person *p, int64_t t, uint32_t ids,
                        struct detail *d)
{
    d->quantity = chance(p, 200) ? 2 : 1;
    d->amount_fen = (int64_t)d->good->price_fen * d->quantity;
    if (season((int32_t)(t / DAY_MS)) > 150) {
        d->campaign = "大促";
        d->amount_fen = d->amount_fen * 8 / 10;
    }
    emit(s, p, t, "purchase", ids, d);
    return d->amount_fen;
}

/* What else goes into the basket; NULL: nothing. */
static const struct good *more_of(struct person *p, const struct good *last)
{
    if (!chance(p, 320)) {
        return NULL;
    }
    return &sample_goods[chance(p, 700) ? last->with : rng_below(&p->rng, GOODS)];
}

static void buy(struct sample *s, struct person *p, int64_t *t, const char *channel,
                const struct good *good)
{
    struct detail d = {.channel = channel,
                       .touchpoint = doors[p->door].touchpoint,
                       .good = good,
                       .order = ++p->orders};
    const bool own_site = strcmp(channel, "tmall") != 0 && strcmp(channel, "douyin") != 0;

    if (own_site && strcmp(channel, "store") != 0) {
        log_in(s, p, t, channel);
    }
    const uint32_t ids = ids_at(p, channel) | (own_site && p->user ? ID_USER : 0) |
                         (own_site && p->member && chance(p, 400) ? (uint32_t)ID_PHONE : 0u);
    s->sum->purchases++;
    struct detail line = d;
    const struct good *more = good;
    for (uint32_t in = 0; more && !(in >> (more - sample_goods) & 1);) {
        line.good = more;
        in |= 1u << (more - sample_goods);
        d.amount_fen += put_line(s, p, *t, ids, &line);
        more = more_of(p, more);
    }
    d.campaign = line.campaign;
    after_order(s, p, &d, *t, ids);
}

static void share_out(struct sample *s, struct person *p, int64_t t, const struct good *good)
{
    const struct detail d = {.channel = "mini_program",
                             .touchpoint = "分享海报",
                             .good = good,
                             .quantity = rng_poisson(&p->rng, 1.2),
                             .amount_fen = -1};
    emit(s, p, t, "share", ID_OPENID | ID_UNIONID | (p->user ? ID_USER : 0), &d);
}

static void visit(struct sample *s, struct person *p, int32_t day)
{
    const char *channel = visit_channel(p);
    int64_t t = moment(p, day);
    struct detail d = {
        .channel = channel, .touchpoint = doors[p->door].touchpoint, .amount_fen = -1};

    if (t < p->last_ms) {
        t = p->last_ms + 60000;
    }
    d.good = &sample_goods[rng_below(&p->rng, GOODS)];
    if (p->events == 0 || (!p->member && chance(p, 500))) {
        arrive_by_door(s, p, &t);
    }
    const uint32_t ids = ids_at(p, channel);
    const uint32_t views = p->sort == sorts ? chance(p, 120) : 1 + rng_poisson(&p->rng, 1.0);
    for (uint32_t i = 0; i < views; i++) {
        emit(s, p, t, "item_view", ids, &d);
        t += 15000 + (int64_t)rng_below(&p->rng, 240) * 1000;
        if (chance(p, 300)) {
            d.good = &sample_goods[rng_below(&p->rng, GOODS)];
        }
    }
    if (chance(p, 70)) {
        emit(s, p, t, "favorite", ids, &d);
        t += 10000;
    }
    if (chance(p, p->sort->buy / 2 + 40)) {
        emit(s, p, t, "add_cart", ids, &d);
        t += 40000;
    }
    if (p->friend && chance(p, 150)) {
        const struct detail talk = {.channel = "wecom_staff", .amount_fen = -1};
        emit(s, p, t, chance(p, 500) ? "consult" : "message_reply", ID_EXTERNAL, &talk);
        t += 120000;
    }
    join_things(s, p, &t, channel);
    if (p->member && chance(p, 120)) {
        emit(s, p, t, "coupon_claim", ID_USER | ID_OPENID,
             &(struct detail){.channel = "mini_program", .amount_fen = -1});
        t += 20000;
    }
    if (chance(p, p->sort->buy * season(day) / 100)) {
        buy(s, p, &t, channel, d.good);
    }
    if (chance(p, p->sort->share_out)) {
        share_out(s, p, t + 3600000, d.good);
    }
}

static void leave(struct sample *s, struct person *p, int32_t day)
{
    int64_t t = moment(p, day) + DAY_MS;
    const struct detail oa = {.channel = "wechat_oa", .amount_fen = -1};
    const struct detail staff = {.channel = "wecom_staff", .amount_fen = -1};

    if (p->follows && chance(p, 300)) {
        emit(s, p, t, "unfollow", ID_OPENID | ID_UNIONID, &oa);
        t += 60000;
    }
    if (p->friend && chance(p, 200)) {
        emit(s, p, t, "friend_delete", ID_EXTERNAL, &staff);
    }
}

/* The next visit: after a gap, but sooner when a sale begins meanwhile and the person hears of it. */
static int32_t next_day(struct person *p, int32_t day)
{
    const int32_t gap = 1 + (int32_t)rng_exponential(&p->rng, p->sort->gap_days);
    for (int32_t d = day + 1; d < day + gap; d++) {
        if (season(d) >= 300 && season(d - 1) < 300 && chance(p, 450)) {
            return d + (int32_t)rng_below(&p->rng, 2);
        }
    }
    return day + gap;
}

static enum door choose_door(struct person *p)
{
    uint32_t at = rng_below(&p->rng, 100);
    for (int d = 0; d < DOORS; d++) {
        if (at < doors[d].weight) {
            return (enum door)d;
        }
        at -= doors[d].weight;
    }
    return DOOR_AD;
}

static void live(struct sample *s, uint64_t no)
{
    struct person p = {.rng = rng_seed(hash_mix(s->salt ^ hash_mix(no + 1))), .no = no};
    uint32_t at = rng_below(&p.rng, 1000);

    p.sort = sorts;
    while (at >= p.sort->share) {
        at -= p.sort->share;
        p.sort++;
    }
    p.door = choose_door(&p);
    p.has_family = no % 9 < 3 && hash_mix(no / 3 + s->salt) % 2 == 0;
    p.shop = rng_below(&p.rng, SHOPS);
    p.city = rng_below(&p.rng, CITIES);
    int32_t day = s->from + (int32_t)rng_below(&p.rng, (uint32_t)(s->to - s->from + 1));
    while (day <= s->to) {
        visit(s, &p, day);
        if (chance(&p, p.sort->leave)) {
            leave(s, &p, day);
            break;
        }
        day = next_day(&p, day);
    }
    if (s->q->truth_fd >= 0) {
        sample_put_truth(s, &p);
    }
}

/* ---- All of them --------------------------------------------------------------------------- */

static enum rc flush(struct buf *b, int fd, size_t above, uint64_t *bytes, struct err *e)
{
    size_t done = 0;

    if (b->len <= above) {
        return RC_OK;
    }
    while (done < b->len) {
        const ssize_t n = write(fd, b->ptr + done, b->len - done);
        if (n < 0 && errno != EINTR) {
            return rc_errno(e, errno, "the sample's file");
        }
        done += n > 0 ? (size_t)n : 0;
    }
    *bytes += b->len;
    buf_clear(b);
    return RC_OK;
}

static enum rc check(const struct sample_request *q, struct err *e)
{
    if (q->consumers < 1 || q->consumers > 1000000000u) {
        return rc_fail(e, RC_INVALID, "consumers must be 1..1,000,000,000");
    }
    if (q->days < 1 || q->days > 3650) {
        return rc_fail(e, RC_INVALID, "days must be 1..3,650");
    }
    return q->end_day >= (int32_t)q->days
               ? RC_OK
               : rc_fail(e, RC_INVALID, "the days begin before 1970");
}

static enum rc live_all(struct sample *s, struct err *e)
{
    const struct sample_request *q = s->q;
    uint64_t truth_bytes = 0;
    enum rc rc = RC_OK;

    for (uint64_t i = 0; !rc && i < q->consumers; i++) {
        live(s, i);
        s->sum->consumers++;
        rc = flush(&s->out, q->fd, FLUSH_BYTES, &s->sum->bytes, e);
        rc = rc ? rc : flush(&s->truth, q->truth_fd, FLUSH_BYTES, &truth_bytes, e);
        if (!rc && i % SHOW_EVERY == SHOW_EVERY - 1) {
            if (q->show) {
                q->show(q->ctx, i + 1, s->sum->events);
            }
            if (q->stop && q->stop(q->ctx)) {
                rc = rc_fail(e, RC_STOPPED, "interrupted; the file holds %llu consumers",
                             (unsigned long long)s->sum->consumers);
            }
        }
    }
    struct err second;
    enum rc last = flush(&s->out, q->fd, 0, &s->sum->bytes, rc ? &second : e);
    rc = rc ? rc : last;
    last = flush(&s->truth, q->truth_fd, 0, &truth_bytes, rc ? &second : e);
    return rc ? rc : last;
}

enum rc sample_write(const struct sample_request *q, struct sample_summary *out, struct err *e)
{
    const int64_t started_ms = clock_steady_ms();
    *out = (struct sample_summary){0};
    struct sample s = {.q = q,
                       .sum = out,
                       .salt = hash_mix(q->seed + 0x9e3779b97f4a7c15u),
                       .from = q->end_day - (int32_t)q->days + 1,
                       .to = q->end_day,
                       .text_day = DAY_NONE};

    enum rc rc = check(q, e);
    if (rc) {
        return rc;
    }
    sample_put_header(&s);
    if (q->truth_fd >= 0) {
        buf_add(&s.truth, STR("person,kind,value\n"));
    }
    rc = live_all(&s, e);
    buf_release(&s.out);
    buf_release(&s.truth);
    out->elapsed_ms = clock_steady_ms() - started_ms;
    return rc;
}
