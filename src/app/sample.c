#include "app/sample.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/hash.h"
#include "base/rng.h"

#define FLUSH_BYTES (1u << 20)
#define SHOW_EVERY 4096
#define LOCAL_OFFSET "+08:00"

/* ---- What the brand sells and where -------------------------------------------------------- */

struct good {
    const char *category, *title;
    uint32_t price_fen;
};
/* clang-format off */
static const struct good goods[] = {
    {"护肤", "玻尿酸保湿面霜", 16900}, {"护肤", "烟酰胺精华液", 23900}, {"护肤", "氨基酸洁面乳", 7900},
    {"护肤", "舒缓修护面膜", 9900}, {"护肤", "抗皱眼霜", 29900}, {"护肤", "防晒乳 SPF50", 12900},
    {"护肤", "爽肤水", 10900}, {"护肤", "精华油", 35900}, {"护肤", "卸妆膏", 11900},
    {"彩妆", "丝绒口红", 13900}, {"彩妆", "气垫粉底", 19900}, {"彩妆", "眉笔", 4900},
    {"彩妆", "眼影盘", 15900}, {"彩妆", "散粉", 12900}, {"彩妆", "腮红", 8900},
    {"洗护", "氨基酸洗发水", 6900}, {"洗护", "护发素", 5900}, {"洗护", "香氛沐浴露", 5900},
    {"洗护", "磨砂膏", 7900}, {"洗护", "护手霜", 3900}, {"母婴", "婴儿润肤乳", 8900},
    {"母婴", "婴儿洗衣液", 5900}, {"母婴", "孕妈护理油", 18900}, {"母婴", "婴儿湿巾", 2900},
    {"食品", "胶原蛋白饮", 25900}, {"食品", "即食燕窝", 39900}, {"食品", "代餐奶昔", 14900},
    {"家居", "香薰蜡烛", 12900}, {"家居", "扩香石", 8900}, {"家居", "真丝枕套", 26900},
};
enum { GOODS = sizeof(goods) / sizeof(*goods), SHOPS = 40 };
static const char *const cities[] = {"上海", "北京", "杭州", "广州", "深圳", "成都", "武汉", "南京", "西安", "长沙",
                                     "重庆", "苏州", "郑州", "青岛", "合肥", "宁波"};
enum { CITIES = sizeof(cities) / sizeof(*cities) };

enum door { DOOR_AD, DOOR_TMALL, DOOR_DOUYIN, DOOR_WECHAT, DOOR_STORE, DOOR_RED, DOOR_LIVE, DOORS };
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
    {300, 30, 330,   0,   0,  15,   4,   2,   1},    /* passes by       */
    {300, 17, 120,  40,  25,  70,  25,  10,   6},    /* looks           */
    {245, 15,  80, 260, 120, 110,  60,  25,  15},    /* buys            */
    {115,  9,  40, 420, 300, 200, 150,  60,  50},    /* comes back      */
    { 40,  6,  30, 420, 400, 300, 250, 150, 260},    /* brings others   */
};
/* clang-format on */

/* ---- A person ------------------------------------------------------------------------------ */

/* Which identities an event carries. The first ones are always there, the others once got. */
enum id_bit {
    ID_DEVICE = 1, ID_COOKIE = 2, ID_FAMILY = 4, ID_TABLET = 8, ID_USER = 16, ID_PHONE = 32,
    ID_OPENID = 64, ID_UNIONID = 128, ID_EXTERNAL = 256, ID_MEMBER = 512, ID_OUID = 1024, ID_DOUYIN = 2048
};
enum { ID_KINDS = 12 };

struct person {
    struct rng rng;
    uint64_t no;
    const struct sort *sort;
    enum door door;
    bool has_family;
    uint32_t shop, city;
    uint32_t used;                 /* identities met so far: the truth */
    bool user, member, follows, friend, group;
    uint32_t events;               /* so far: numbers its event ids */
    uint32_t orders;
    int64_t last_ms;               /* local wall time of the last event: order of time is kept */
    double spare_fen;              /* of the last order, for its refund */
};

struct sample {
    const struct sample_request *q;
    struct sample_summary *sum;
    struct buf out, truth;
    uint64_t salt;
    int32_t from, to;              /* days, both included */
    int32_t text_day;              /* the day whose text is at hand */
    char day_text[16];
};

/* What an event tells beside time, name and identities. */
struct detail {
    const char *channel, *touchpoint, *campaign;
    const struct good *good;
    uint32_t order;                /* 0: none */
    uint32_t quantity;             /* 0: unknown */
    uint32_t score;                /* 0: none */
    int64_t amount_fen;            /* -1: unknown */
};

static bool chance(struct person *p, uint32_t of_1000) { return rng_below(&p->rng, 1000) < of_1000; }

/* ---- Text ---------------------------------------------------------------------------------- */

static void add_text(struct buf *b, const char *s) { buf_add(b, str_of(s)); }

static void add_hex(struct buf *b, uint64_t v, int digits)
{
    char *to = buf_room(b, 16);
    for (int i = 0; i < digits; i++) {
        to[i] = "0123456789abcdef"[v >> (60 - 4 * i) & 15];
    }
    b->len += (size_t)digits;
}

static void add_digits(struct buf *b, uint64_t v, int digits)
{
    char *to = buf_room(b, 20);
    for (int i = digits - 1; i >= 0; i--) {
        to[i] = (char)('0' + v % 10);
        v /= 10;
    }
    b->len += (size_t)digits;
}

static void add_fen(struct buf *b, int64_t fen)
{
    buf_add_i64(b, fen / 100);
    buf_add_byte(b, '.');
    add_digits(b, (uint64_t)(fen % 100), 2);
}

/* A number of its own for each person and kind of identity: hash_mix maps one to one. */
static uint64_t own_number(const struct sample *s, uint64_t no, uint32_t kind)
{
    return hash_mix(hash_mix(no + 1) + s->salt * 16 + kind);
}

static const char *const id_names[ID_KINDS] = {
    "device", "cookie", "device", "device", "user_id", "phone", "openid", "unionid", "external_userid",
    "member_no", "taobao_ouid", "douyin_openid"};

static void add_id(const struct sample *s, const struct person *p, uint32_t k, struct buf *b)
{
    switch (1u << k) {
    case ID_FAMILY: add_text(b, "pad-"); add_hex(b, own_number(s, p->no / 3, k), 14); return;
    case ID_TABLET: add_text(b, "shop-tablet-"); add_digits(b, p->shop, 3); return;
    case ID_USER: buf_add_i64(b, (int64_t)(10000000 + p->no)); return;
    case ID_PHONE:
        add_text(b, ((const char *[]){"13", "15", "17", "18", "19"})[own_number(s, p->no, k) % 5]);
        add_digits(b, (p->no % 1000000000u * 387420489u + s->salt % 1000000007u) % 1000000000u, 9);
        return;
    case ID_OPENID: add_text(b, "oP1x"); break;
    case ID_UNIONID: add_text(b, "oU6k"); break;
    case ID_EXTERNAL: add_text(b, "wmX0"); break;
    case ID_MEMBER: add_text(b, "M"); add_digits(b, p->no + 1, 9); return;
    case ID_OUID: add_text(b, "AAH"); break;
    case ID_DOUYIN: add_text(b, "dy"); break;
    default: add_text(b, k ? "c-" : "d-"); break;
    }
    add_hex(b, own_number(s, p->no, k), 16);
}

static void add_time(struct sample *s, int64_t local_ms, const char *offset)
{
    const int32_t day = (int32_t)(local_ms / DAY_MS);
    const uint64_t second = (uint64_t)(local_ms % DAY_MS) / 1000;
    if (day != s->text_day) {
        s->text_day = day;
        (void)day_format(day, s->day_text);
    }
    add_text(&s->out, s->day_text);
    buf_add_byte(&s->out, *offset ? 'T' : ' ');
    add_digits(&s->out, second / 3600, 2);
    buf_add_byte(&s->out, ':');
    add_digits(&s->out, second / 60 % 60, 2);
    buf_add_byte(&s->out, ':');
    add_digits(&s->out, second % 60, 2);
    add_text(&s->out, offset);
}

static void add_event_id(struct sample *s, const struct person *p)
{
    add_hex(&s->out, s->salt << 32, 8);
    buf_add_byte(&s->out, '-');
    buf_add_i64(&s->out, (int64_t)p->no);
    buf_add_byte(&s->out, '-');
    buf_add_i64(&s->out, p->events);
}

static void add_order(struct sample *s, const struct person *p, uint32_t order)
{
    add_text(&s->out, "D");
    add_hex(&s->out, s->salt << 32, 4);
    add_digits(&s->out, p->no, 9);
    add_digits(&s->out, order, 3);
}

static void put_member(struct buf *b, const char *key, const char *value)
{
    if (value) {
        add_text(b, ",\"");
        add_text(b, key);
        add_text(b, "\":\"");
        add_text(b, value);
        buf_add_byte(b, '"');
    }
}

/* Two identities of one kind (own device and shop tablet) become a list. */
static void json_identities(struct sample *s, const struct person *p, uint32_t ids)
{
    struct buf *b = &s->out;
    const uint32_t devices = ids & (ID_DEVICE | ID_FAMILY | ID_TABLET);
    const bool list = (devices & (devices - 1)) != 0;
    bool first = true;
    bool open = false;

    add_text(b, ",\"identities\":{");
    if (list) {
        add_text(b, "\"device\":[");
        for (uint32_t k = 0; k < 4; k++) {
            if (devices >> k & 1) {
                add_text(b, open ? ",\"" : "\"");
                add_id(s, p, k, b);
                buf_add_byte(b, '"');
                open = true;
            }
        }
        add_text(b, "]");
        first = false;
    }
    for (uint32_t k = 0; k < ID_KINDS; k++) {
        if (!(ids >> k & 1) || (list && (devices >> k & 1))) {
            continue;
        }
        add_text(b, first ? "\"" : ",\"");
        add_text(b, 1u << k == ID_OPENID ? "openid@wxa1b2c3" : id_names[k]);
        add_text(b, "\":\"");
        add_id(s, p, k, b);
        buf_add_byte(b, '"');
        first = false;
    }
    buf_add_byte(b, '}');
}

static void json_event(struct sample *s, const struct person *p, int64_t local_ms, const char *event, uint32_t ids,
                       const struct detail *d)
{
    struct buf *b = &s->out;

    add_text(b, "{\"id\":\"");
    add_event_id(s, p);
    add_text(b, "\",\"time\":\"");
    add_time(s, local_ms, LOCAL_OFFSET);
    add_text(b, "\",\"event\":\"");
    add_text(b, event);
    add_text(b, "\"");
    json_identities(s, p, ids);
    put_member(b, "channel", d->channel);
    put_member(b, "touchpoint", d->touchpoint);
    put_member(b, "campaign", d->campaign);
    if (d->good) {
        add_text(b, ",\"item\":\"SKU");
        add_digits(b, 1001 + (uint64_t)(d->good - goods), 4);
        buf_add_byte(b, '"');
        put_member(b, "category", d->good->category);
    }
    if (d->order) {
        add_text(b, ",\"order\":\"");
        add_order(s, p, d->order);
        buf_add_byte(b, '"');
    }
    if (d->quantity) {
        add_text(b, ",\"quantity\":");
        buf_add_i64(b, d->quantity);
    }
    if (d->quantity && d->good) {
        add_text(b, ",\"unit_price\":");
        add_fen(b, d->good->price_fen);
    }
    if (d->amount_fen >= 0) {
        add_text(b, ",\"amount\":");
        add_fen(b, d->amount_fen);
    }
    if (d->score) {
        add_text(b, ",\"score\":");
        buf_add_i64(b, d->score);
    }
    if (d->good) {
        add_text(b, ",\"properties\":{\"title\":\"");
        add_text(b, d->good->title);
        add_text(b, "\",\"city\":\"");
        add_text(b, cities[p->city]);
        add_text(b, "\"}");
    }
    add_text(b, "}\n");
}

static const char csv_header[] =
    "time,event,event_id,user_id,phone,openid,unionid,external_userid,member_no,taobao_ouid,douyin_openid,device,"
    "cookie,channel,touchpoint,campaign,item,category,order,quantity,unit_price,amount,score,title,city\n";

/* The identities in the order of the header; of several devices the weightiest one. */
static void csv_identities(struct sample *s, const struct person *p, uint32_t ids)
{
    static const uint32_t order[] = {4, 5, 6, 7, 8, 9, 10, 11};
    for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
        if (ids >> order[i] & 1) {
            add_id(s, p, order[i], &s->out);
        }
        buf_add_byte(&s->out, ',');
    }
    if (ids & (ID_DEVICE | ID_FAMILY | ID_TABLET)) {
        add_id(s, p, ids & ID_TABLET ? 3 : ids & ID_FAMILY ? 2 : 0, &s->out);
    }
    buf_add_byte(&s->out, ',');
    if (ids & ID_COOKIE) {
        add_id(s, p, 1, &s->out);
    }
    buf_add_byte(&s->out, ',');
}

static void csv_text(struct buf *b, const char *s)
{
    if (s) {
        add_text(b, s);
    }
    buf_add_byte(b, ',');
}

static void csv_event(struct sample *s, const struct person *p, int64_t local_ms, const char *event, uint32_t ids,
                      const struct detail *d)
{
    struct buf *b = &s->out;

    add_time(s, local_ms, "");
    buf_add_byte(b, ',');
    csv_text(b, event);
    add_event_id(s, p);
    buf_add_byte(b, ',');
    csv_identities(s, p, ids);
    csv_text(b, d->channel);
    csv_text(b, d->touchpoint);
    csv_text(b, d->campaign);
    if (d->good) {
        add_text(b, "SKU");
        add_digits(b, 1001 + (uint64_t)(d->good - goods), 4);
    }
    buf_add_byte(b, ',');
    csv_text(b, d->good ? d->good->category : NULL);
    if (d->order) {
        add_order(s, p, d->order);
    }
    buf_add_byte(b, ',');
    if (d->quantity) {
        buf_add_i64(b, d->quantity);
    }
    buf_add_byte(b, ',');
    if (d->quantity && d->good) {
        add_fen(b, d->good->price_fen);
    }
    buf_add_byte(b, ',');
    if (d->amount_fen >= 0) {
        add_fen(b, d->amount_fen);
    }
    buf_add_byte(b, ',');
    if (d->score) {
        buf_add_i64(b, d->score);
    }
    buf_add_byte(b, ',');
    csv_text(b, d->good ? d->good->title : NULL);
    add_text(b, d->good ? cities[p->city] : "");
    buf_add_byte(b, '\n');
}

/* Events behind the last day did not happen yet. */
static void emit(struct sample *s, struct person *p, int64_t local_ms, const char *event, uint32_t ids,
                 const struct detail *d)
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
    if (s->q->format == SAMPLE_CSV) {
        csv_event(s, p, local_ms, event, ids, d);
    } else {
        json_event(s, p, local_ms, event, ids, d);
    }
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
    static const uint8_t hours[] = {8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 20, 20, 20, 21, 21, 21, 22, 22, 23};
    const uint32_t hour = chance(p, 30) ? rng_below(&p->rng, 8) : hours[rng_below(&p->rng, sizeof(hours))];
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
        return (chance(p, 300) ? (uint32_t)ID_TABLET : 0u) | (p->member ? ID_MEMBER | ID_PHONE : ID_DEVICE);
    }
    if (strcmp(channel, "wechat_oa") == 0 || strcmp(channel, "mini_program") == 0) {
        return ID_OPENID | (p->follows || p->member ? ID_UNIONID : 0) | (p->user ? ID_USER : 0);
    }
    const uint32_t device = p->has_family && chance(p, 250) ? ID_FAMILY : chance(p, 300) ? ID_COOKIE : ID_DEVICE;
    return device | (p->user && chance(p, 700) ? ID_USER : 0);
}

static const char *visit_channel(struct person *p)
{
    static const char *const private_domain[] = {"mini_program", "mini_program", "h5", "wechat_oa", "live"};
    if (p->member || p->follows || p->friend) {
        return chance(p, 700) ? private_domain[rng_below(&p->rng, 5)] : doors[p->door].channel;
    }
    return p->door == DOOR_AD || p->door == DOOR_RED ? "h5" : doors[p->door].channel;
}

static void arrive_by_door(struct sample *s, struct person *p, int64_t *t)
{
    struct detail d = {.channel = doors[p->door].channel, .touchpoint = doors[p->door].touchpoint, .amount_fen = -1};
    const char *seen = p->door == DOOR_AD ? "ad_exposure" : p->door == DOOR_LIVE ? "live_view"
                       : p->door == DOOR_STORE ? "offline_reach" : p->door == DOOR_TMALL ? "category_search"
                       : "content_view";
    const uint32_t times = 1 + rng_below(&p->rng, 3);
    const uint32_t ids = p->door == DOOR_TMALL ? ID_OUID : p->door == DOOR_DOUYIN ? ID_DOUYIN
                         : p->door == DOOR_WECHAT ? ID_OPENID : p->door == DOOR_STORE && chance(p, 500) ? ID_TABLET
                         : ID_DEVICE;
    if (p->door == DOOR_AD) {
        d.campaign = ((const char *[]){"新客首购", "会员日", "夏日焕新", "双11蓄水"})[rng_below(&p->rng, 4)];
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
        emit(s, p, *t, "login", ids_at(p, channel) | ID_USER | (chance(p, 600) ? (uint32_t)ID_DEVICE : 0u), &d);
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

static void after_order(struct sample *s, struct person *p, const struct detail *order, int64_t t, uint32_t ids)
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

static void buy(struct sample *s, struct person *p, int64_t *t, const char *channel, const struct good *good)
{
    struct detail d = {.channel = channel, .touchpoint = doors[p->door].touchpoint, .good = good,
                       .order = ++p->orders, .quantity = chance(p, 200) ? 2 : 1};
    const bool own_site = strcmp(channel, "tmall") != 0 && strcmp(channel, "douyin") != 0;

    if (own_site && strcmp(channel, "store") != 0) {
        log_in(s, p, t, channel);
    }
    const uint32_t ids = ids_at(p, channel) | (own_site && p->user ? ID_USER : 0) |
                         (own_site && p->member && chance(p, 400) ? (uint32_t)ID_PHONE : 0u);
    d.amount_fen = (int64_t)good->price_fen * d.quantity;
    if (season((int32_t)(*t / DAY_MS)) > 150) {
        d.campaign = "大促";
        d.amount_fen = d.amount_fen * 8 / 10;
    }
    s->sum->purchases++;
    emit(s, p, *t, "purchase", ids, &d);
    after_order(s, p, &d, *t, ids);
}

static void share_out(struct sample *s, struct person *p, int64_t t, const struct good *good)
{
    const struct detail d = {.channel = "mini_program", .touchpoint = "分享海报", .good = good,
                             .quantity = rng_poisson(&p->rng, 1.2), .amount_fen = -1};
    emit(s, p, t, "share", ID_OPENID | ID_UNIONID | (p->user ? ID_USER : 0), &d);
}

static void visit(struct sample *s, struct person *p, int32_t day)
{
    const char *channel = visit_channel(p);
    int64_t t = moment(p, day);
    struct detail d = {.channel = channel, .touchpoint = doors[p->door].touchpoint, .amount_fen = -1};

    if (t < p->last_ms) {
        t = p->last_ms + 60000;
    }
    d.good = &goods[rng_below(&p->rng, GOODS)];
    if (p->events == 0 || (!p->member && chance(p, 500))) {
        arrive_by_door(s, p, &t);
    }
    const uint32_t ids = ids_at(p, channel);
    const uint32_t views = p->sort == sorts ? rng_below(&p->rng, 2) : 1 + rng_poisson(&p->rng, 1.0);
    for (uint32_t i = 0; i < views; i++) {
        emit(s, p, t, "item_view", ids, &d);
        t += 15000 + (int64_t)rng_below(&p->rng, 240) * 1000;
        if (chance(p, 300)) {
            d.good = &goods[rng_below(&p->rng, GOODS)];
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
        emit(s, p, t, "coupon_claim", ID_USER | ID_OPENID, &(struct detail){.channel = "mini_program", .amount_fen = -1});
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

static void add_truth(struct sample *s, const struct person *p)
{
    for (uint32_t k = 0; k < ID_KINDS; k++) {
        if (p->used >> k & 1) {
            buf_addf(&s->truth, "%llu,%s,", (unsigned long long)p->no,
                     1u << k == ID_OPENID && s->q->format == SAMPLE_NDJSON ? "openid@wxa1b2c3" : id_names[k]);
            add_id(s, p, k, &s->truth);
            buf_add_byte(&s->truth, '\n');
        }
    }
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
        add_truth(s, &p);
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
        return rc_fail(e, RC_INVALID, "--consumers must be 1..1,000,000,000");
    }
    if (q->days < 1 || q->days > 3650) {
        return rc_fail(e, RC_INVALID, "--days must be 1..3,650");
    }
    return q->end_day >= (int32_t)q->days ? RC_OK : rc_fail(e, RC_INVALID, "the days begin before 1970");
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
            if (q->stop && q->stop()) {
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
    struct sample s = {.q = q, .sum = out, .salt = hash_mix(q->seed + 0x9e3779b97f4a7c15u),
                       .from = q->end_day - (int32_t)q->days + 1, .to = q->end_day, .text_day = DAY_NONE};

    enum rc rc = check(q, e);
    if (rc) {
        return rc;
    }
    if (q->format == SAMPLE_CSV) {
        add_text(&s.out, csv_header);
    }
    if (q->truth_fd >= 0) {
        add_text(&s.truth, "person,kind,value\n");
    }
    rc = live_all(&s, e);
    buf_release(&s.out);
    buf_release(&s.truth);
    out->elapsed_ms = clock_steady_ms() - started_ms;
    return rc;
}
