#include "app/sample_internal.h"

#include "base/day.h"
#include "base/hash.h"

#define LOCAL_OFFSET "+08:00"

/* clang-format off */
const struct good sample_goods[GOODS] = {
    {"护肤", "玻尿酸保湿面霜", 16900, 1}, {"护肤", "烟酰胺精华液", 23900, 0}, {"护肤", "氨基酸洁面乳", 7900, 6},
    {"护肤", "舒缓修护面膜", 9900, 0}, {"护肤", "抗皱眼霜", 29900, 1}, {"护肤", "防晒乳 SPF50", 12900, 8},
    {"护肤", "爽肤水", 10900, 0}, {"护肤", "精华油", 35900, 3}, {"护肤", "卸妆膏", 11900, 2},
    {"彩妆", "丝绒口红", 13900, 14}, {"彩妆", "气垫粉底", 19900, 13}, {"彩妆", "眉笔", 4900, 12},
    {"彩妆", "眼影盘", 15900, 11}, {"彩妆", "散粉", 12900, 10}, {"彩妆", "腮红", 8900, 9},
    {"洗护", "氨基酸洗发水", 6900, 16}, {"洗护", "护发素", 5900, 15}, {"洗护", "香氛沐浴露", 5900, 18},
    {"洗护", "磨砂膏", 7900, 17}, {"洗护", "护手霜", 3900, 17}, {"母婴", "婴儿润肤乳", 8900, 23},
    {"母婴", "婴儿洗衣液", 5900, 23}, {"母婴", "孕妈护理油", 18900, 20}, {"母婴", "婴儿湿巾", 2900, 21},
    {"食品", "胶原蛋白饮", 25900, 26}, {"食品", "即食燕窝", 39900, 24}, {"食品", "代餐奶昔", 14900, 24},
    {"家居", "香薰蜡烛", 12900, 28}, {"家居", "扩香石", 8900, 27}, {"家居", "真丝枕套", 26900, 27},
};
const char *const sample_cities[CITIES] = {"上海", "北京", "杭州", "广州", "深圳", "成都", "武汉", "南京", "西安", "长沙",
                                     "重庆", "苏州", "郑州", "青岛", "合肥", "宁波"};
/* clang-format on */

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
    "device", "cookie",  "device",          "device",    "user_id",     "phone",
    "openid", "unionid", "external_userid", "member_no", "taobao_ouid", "douyin_openid"};

static void add_id(const struct sample *s, const struct person *p, uint32_t k, struct buf *b)
{
    switch (1u << k) {
    case ID_FAMILY:
        add_text(b, "pad-");
        add_hex(b, own_number(s, p->no / 3, k), 14);
        return;
    case ID_TABLET:
        add_text(b, "shop-tablet-");
        add_digits(b, p->shop, 3);
        return;
    case ID_USER: buf_add_i64(b, (int64_t)(10000000 + p->no)); return;
    case ID_PHONE:
        add_text(b,
                 ((const char *[]){"13", "15", "17", "18", "19"})[own_number(s, p->no, k) % 5]);
        add_digits(b, (p->no % 1000000000u * 387420489u + s->salt % 1000000007u) % 1000000000u,
                   9);
        return;
    case ID_OPENID: add_text(b, "oP1x"); break;
    case ID_UNIONID: add_text(b, "oU6k"); break;
    case ID_EXTERNAL: add_text(b, "wmX0"); break;
    case ID_MEMBER:
        add_text(b, "M");
        add_digits(b, p->no + 1, 9);
        return;
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

static void json_event(struct sample *s, const struct person *p, int64_t local_ms,
                       const char *event, uint32_t ids, const struct detail *d)
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
        add_digits(b, 1001 + (uint64_t)(d->good - sample_goods), 4);
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
        add_text(b, sample_cities[p->city]);
        add_text(b, "\"}");
    }
    add_text(b, "}\n");
}

static const char csv_header[] = "time,event,event_id,user_id,phone,openid,unionid,external_"
                                 "userid,member_no,taobao_ouid,douyin_openid,device,"
                                 "cookie,channel,touchpoint,campaign,item,category,order,"
                                 "quantity,unit_price,amount,score,title,city\n";

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

static void csv_event(struct sample *s, const struct person *p, int64_t local_ms,
                      const char *event, uint32_t ids, const struct detail *d)
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
        add_digits(b, 1001 + (uint64_t)(d->good - sample_goods), 4);
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
    add_text(b, d->good ? sample_cities[p->city] : "");
    buf_add_byte(b, '\n');
}

void sample_put(struct sample *s, const struct person *p, int64_t local_ms, const char *event,
                uint32_t ids, const struct detail *d)
{
    if (s->q->format == SAMPLE_CSV) {
        csv_event(s, p, local_ms, event, ids, d);
    } else {
        json_event(s, p, local_ms, event, ids, d);
    }
}

void sample_put_header(struct sample *s)
{
    if (s->q->format == SAMPLE_CSV) {
        add_text(&s->out, csv_header);
    }
}

void sample_put_truth(struct sample *s, const struct person *p)
{
    for (uint32_t k = 0; k < ID_KINDS; k++) {
        if (p->used >> k & 1) {
            buf_addf(&s->truth, "%llu,%s,", (unsigned long long)p->no,
                     1u << k == ID_OPENID && s->q->format == SAMPLE_NDJSON ? "openid@wxa1b2c3"
                                                                           : id_names[k]);
            add_id(s, p, k, &s->truth);
            buf_add_byte(&s->truth, '\n');
        }
    }
}
