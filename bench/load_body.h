/* Request bodies of made-up events: what a shop's SDKs send, 250 to 300 bytes an event.
 *
 * Event i of batch b is a function of (seed, b, i) but for its time, so a batch can be made again, and
 * who has the numbers of batches knows every event. Its id is "RUN-b-i" (hexadecimal of 8, 8 and 4
 * digits). Consumers are drawn from `users`; each has a user id and up to three anonymous ids. */
#ifndef POND_BENCH_LOAD_BODY_H
#define POND_BENCH_LOAD_BODY_H

#include <stdint.h>
#include <time.h>
#include "base/buf.h"
#include "base/hash.h"
#include "base/rng.h"

enum body_form { BODY_SEGMENT, BODY_TRACK, BODY_POND };

struct body_maker {
    enum body_form form;
    uint32_t events; /* a body; 1 for BODY_TRACK */
    uint32_t run;
    uint32_t users;
    uint64_t seed;
};

static inline void put_hex(struct buf *b, uint64_t v, int digits)
{
    char *p = buf_room(b, (size_t)digits);
    for (int i = digits - 1; i >= 0; i--, v >>= 4) {
        p[i] = "0123456789abcdef"[v & 15];
    }
    b->len += (size_t)digits;
}

static inline void put_digits(struct buf *b, uint64_t v, int digits)
{
    char *p = buf_room(b, (size_t)digits);
    for (int i = digits - 1; i >= 0; i--, v /= 10) {
        p[i] = (char)('0' + v % 10);
    }
    b->len += (size_t)digits;
}

#define PUT(b, text) buf_add(b, STR(text))

static inline void put_time(struct buf *b, int64_t ms)
{
    time_t s = (time_t)(ms / 1000);
    struct tm t;
    (void)gmtime_r(&s, &t);
    put_digits(b, (uint64_t)t.tm_year + 1900, 4);
    buf_add_byte(b, '-');
    put_digits(b, (uint64_t)t.tm_mon + 1, 2);
    buf_add_byte(b, '-');
    put_digits(b, (uint64_t)t.tm_mday, 2);
    buf_add_byte(b, 'T');
    put_digits(b, (uint64_t)t.tm_hour, 2);
    buf_add_byte(b, ':');
    put_digits(b, (uint64_t)t.tm_min, 2);
    buf_add_byte(b, ':');
    put_digits(b, (uint64_t)t.tm_sec, 2);
    buf_add_byte(b, '.');
    put_digits(b, (uint64_t)(ms % 1000), 3);
    buf_add_byte(b, 'Z');
}

/* What an event is, before it has a form. */
struct made {
    uint64_t batch;
    uint32_t index, user, item, yuan, kind; /* kind: per mille, see the tables below */
    bool known;                             /* names its user, not only a device */
    uint8_t device;
    struct str time;
};

static inline void put_id(struct buf *b, const struct body_maker *m, const struct made *e)
{
    put_hex(b, m->run, 8);
    buf_add_byte(b, '-');
    put_hex(b, e->batch, 8);
    buf_add_byte(b, '-');
    put_hex(b, e->index, 4);
}

static inline struct made make_event(const struct body_maker *m, uint64_t batch, uint32_t index,
                                     struct str time)
{
    struct rng r = rng_seed(m->seed ^ hash_mix(batch * 65536 + index));
    return (struct made){.batch = batch,
                         .index = index,
                         .time = time,
                         .user = rng_below(&r, m->users),
                         .device = (uint8_t)(rng_below(&r, 8) % 3),
                         .known = rng_below(&r, 10) < 6,
                         .item = rng_below(&r, 50000) / (1 + rng_below(&r, 16)),
                         .yuan = 9 + rng_below(&r, 990),
                         .kind = rng_below(&r, 1000)};
}

/* ---- Segment ---- */

static inline void put_product(struct buf *b, const struct made *e)
{
    PUT(b, "\"product_id\":\"SKU");
    put_digits(b, e->item, 6);
    PUT(b, "\",\"category\":\"\xe6\x8a\xa4\xe8\x82\xa4\",\"price\":");
    buf_add_i64(b, e->yuan);
    PUT(b, ".5");
}

static inline void put_order(struct buf *b, const struct body_maker *m, const struct made *e)
{
    PUT(b, "\"order_id\":\"");
    put_id(b, m, e);
    PUT(b, "\",\"total\":");
    buf_add_i64(b, e->yuan);
    PUT(b, ".5,\"currency\":\"CNY\",");
    put_product(b, e);
}

/* Ends inside the object of properties or traits. */
static inline void put_segment_kind(struct buf *b, const struct body_maker *m,
                                    const struct made *e)
{
    bool typed = m->form == BODY_SEGMENT;
    if (typed && e->kind < 50) {
        PUT(b, "\"type\":\"identify\",\"traits\":{\"plan\":\"gold\",\"city\":\"\xe6\x9d\xad"
               "\xe5\xb7\x9e\"");
    } else if (typed && e->kind < 250) {
        PUT(b, "\"type\":\"page\",\"name\":\"\xe5\x95\x86\xe5\x93\x81\xe8\xaf\xa6\xe6\x83\x85"
               "\",\"properties\":{\"path\":\"/item/");
        put_digits(b, e->item, 6);
        PUT(b, "\"");
    } else if (e->kind < 300) {
        PUT(b, "\"type\":\"track\",\"event\":\"Order Completed\",\"properties\":{");
        put_order(b, m, e);
    } else {
        PUT(b, "\"type\":\"track\",\"event\":\"");
        buf_add(b, e->kind < 420   ? STR("Product Added")
                   : e->kind < 480 ? STR("Products Searched")
                                   : STR("Product Viewed"));
        PUT(b, "\",\"properties\":{");
        put_product(b, e);
    }
}

static inline void put_segment(struct buf *b, const struct body_maker *m, const struct made *e)
{
    PUT(b, "{\"messageId\":\"");
    put_id(b, m, e);
    PUT(b, "\",\"timestamp\":\"");
    buf_add(b, e->time);
    PUT(b, "\",\"anonymousId\":\"a");
    put_digits(b, e->user, 8);
    buf_add_byte(b, (char)('0' + e->device));
    if (e->known) {
        PUT(b, "\",\"userId\":\"u");
        put_digits(b, e->user, 8);
    }
    PUT(b, "\",");
    put_segment_kind(b, m, e);
    PUT(b,
        "},\"context\":{\"library\":{\"name\":\"@segment/analytics-node\",\"version\":\"3.1.0"
        "\"}},\"integrations\":{}}");
}

/* ---- Pond's own lines ---- */

static inline void put_pond(struct buf *b, const struct body_maker *m, const struct made *e)
{
    PUT(b, "{\"id\":\"");
    put_id(b, m, e);
    PUT(b, "\",\"time\":\"");
    buf_add(b, e->time);
    PUT(b, "\",\"identities\":{\"anonymous_id\":\"a");
    put_digits(b, e->user, 8);
    buf_add_byte(b, (char)('0' + e->device));
    if (e->known) {
        PUT(b, "\",\"user_id\":\"u");
        put_digits(b, e->user, 8);
    }
    PUT(b, "\"},\"channel\":\"mini_program\",\"touchpoint\":\"\xe9\xa6\x96\xe9\xa1\xb5\","
           "\"item\":\"SKU");
    put_digits(b, e->item, 6);
    PUT(b, "\",\"category\":\"\xe6\x8a\xa4\xe8\x82\xa4\",\"event\":\"");
    if (e->kind < 50) {
        PUT(b, "purchase\",\"order\":\"");
        put_id(b, m, e);
        PUT(b, "\",\"amount\":");
        buf_add_i64(b, e->yuan);
        PUT(b, ".5");
    } else {
        buf_add(b, e->kind < 170 ? STR("add_cart\"") : STR("item_view\""));
    }
    PUT(b, ",\"properties\":{\"city\":\"\xe6\x9d\xad\xe5\xb7\x9e\",\"page\":\"detail\"}}\n");
}

/* Appends the body of a batch. */
static inline void body_make(const struct body_maker *m, uint64_t batch, int64_t time_ms,
                             struct buf *b)
{
    struct buf at = {0};
    put_time(&at, time_ms);
    if (m->form == BODY_SEGMENT) {
        PUT(b, "{\"batch\":[");
    }
    for (uint32_t i = 0; i < m->events; i++) {
        struct made e = make_event(m, batch, i, buf_str(&at));
        if (i && m->form == BODY_SEGMENT) {
            buf_add_byte(b, ',');
        }
        if (m->form == BODY_POND) {
            put_pond(b, m, &e);
        } else {
            put_segment(b, m, &e);
        }
    }
    if (m->form == BODY_SEGMENT) {
        PUT(b, "],\"sentAt\":\"");
        buf_add(b, buf_str(&at));
        PUT(b, "\"}");
    }
    buf_release(&at);
}

#endif
