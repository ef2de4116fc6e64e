/* Orders and refunds. See orders.h for the meaning.
 *
 * An order's first part lies in its record; further parts and the refunds hang on lists by index. Evidence
 * classes of a part are one of few distinct masks, so a part keeps an 8-bit number of its mask.
 */
#include "people/orders.h"

#include <stdlib.h>
#include <string.h>
#include "base/day.h"
#include "base/mem.h"

#define NO_DAY UINT16_MAX

struct part {
    uint32_t no;
    uint16_t day;
    uint8_t mask; /* index into masks */
    uint8_t used;
};
struct order {
    uint64_t key;
    int64_t amount_fen; /* sum of the known lines */
    struct part first;
    uint32_t more;         /* further parts: index + 1 into extra */
    uint32_t refund;       /* refunds: index + 1 into refunds     */
    uint16_t refunded_day; /* NO_DAY = it is not */
    uint8_t unknown;       /* a line's amount is unknown */
    uint8_t unused[5];
};
struct extra_part {
    struct part part;
    uint32_t next;
};
struct refund {
    int64_t time_ms, amount_fen;
    int32_t day;
    uint32_t next;
};

struct orders {
    VEC(struct order) list;
    VEC(struct extra_part) extra;
    VEC(struct refund) refunds;
    uint32_t *slot; /* index + 1 into list; slots is a power of two */
    uint64_t slots;
    uint64_t masks[256];
    uint32_t masks_len;
};

struct orders *orders_new(void)
{
    struct orders *o = mem_zalloc(sizeof(*o));
    o->slots = 1024;
    o->slot = mem_array(uint32_t, o->slots);
    return o;
}

void orders_free(struct orders *o)
{
    if (!o) {
        return;
    }
    vec_release(&o->list);
    vec_release(&o->extra);
    vec_release(&o->refunds);
    mem_free(o->slot);
    mem_free(o);
}

uint64_t orders_key(struct hash_key k, struct str channel, struct str order_no)
{
    struct hash_stream h;
    hash_stream_init(&h, k);
    hash_stream_add_u64(&h, channel.len);
    hash_stream_add(&h, channel);
    hash_stream_add(&h, order_no);
    return hash_stream_end(&h);
}

static uint64_t orders_slot(const struct orders *o, uint64_t key)
{
    uint64_t i = hash_mix(key) & (o->slots - 1);
    while (o->slot[i] && o->list.ptr[o->slot[i] - 1].key != key) {
        i = (i + 1) & (o->slots - 1);
    }
    return i;
}

static void orders_index(struct orders *o)
{
    memset(o->slot, 0, o->slots * sizeof(uint32_t));
    for (size_t i = 0; i < o->list.len; i++) {
        o->slot[orders_slot(o, o->list.ptr[i].key)] = (uint32_t)(i + 1);
    }
}

static struct order *orders_intern(struct orders *o, uint64_t key)
{
    uint64_t i = orders_slot(o, key);
    if (o->slot[i]) {
        return &o->list.ptr[o->slot[i] - 1];
    }
    if ((o->list.len + 1) * 10 > o->slots * 7) {
        o->slots *= 2;
        mem_free(o->slot);
        o->slot = mem_array(uint32_t, o->slots);
        orders_index(o);
        i = orders_slot(o, key);
    }
    struct order fresh = {.key = key, .refunded_day = NO_DAY};
    vec_push(&o->list, fresh);
    o->slot[i] = (uint32_t)o->list.len;
    return &o->list.ptr[o->list.len - 1];
}

static const struct order *orders_find(const struct orders *o, uint64_t key)
{
    uint64_t i = orders_slot(o, key);
    return o->slot[i] ? &o->list.ptr[o->slot[i] - 1] : NULL;
}

/* The number of a mask. A model has at most 64 classes but few combinations; when 256 distinct ones are
 * exceeded the last is widened, which keeps evidence complete at the cost of exactness. */
static uint8_t orders_mask(struct orders *o, uint64_t mask)
{
    for (uint32_t i = 0; i < o->masks_len; i++) {
        if (o->masks[i] == mask) {
            return (uint8_t)i;
        }
    }
    if (o->masks_len == 256) {
        o->masks[255] |= mask;
        return 255;
    }
    o->masks[o->masks_len] = mask;
    return (uint8_t)o->masks_len++;
}

/* ---- the day of a refund in full ---- */

static int refund_cmp(const void *a, const void *b)
{
    const struct order_refund *x = a, *y = b;
    return (x->time_ms > y->time_ms) - (x->time_ms < y->time_ms);
}

#define REFUNDS_SMALL 16u

static int32_t order_full_day(const struct orders *o, const struct order *order,
                              const struct order_refund *extra, uint32_t extra_len)
{
    struct order_refund small[REFUNDS_SMALL], *all = small;
    uint32_t n = extra_len;
    for (uint32_t i = order->refund; i; i = o->refunds.ptr[i - 1].next) {
        n++;
    }
    if (!n || !order->first.used) {
        return DAY_NONE;
    }
    if (n > REFUNDS_SMALL) {
        all = mem_array(struct order_refund, n);
    }
    if (extra_len) {
        memcpy(all, extra, extra_len * sizeof(*extra));
    }
    n = extra_len;
    for (uint32_t i = order->refund; i; i = o->refunds.ptr[i - 1].next) {
        const struct refund *r = &o->refunds.ptr[i - 1];
        all[n++] = (struct order_refund){r->time_ms, r->day, r->amount_fen};
    }
    qsort(all, n, sizeof(*all), refund_cmp);
    int32_t day = DAY_NONE;
    int64_t sum = 0;
    for (uint32_t i = 0; i < n && day == DAY_NONE; i++) {
        bool whole = all[i].amount_fen == AMOUNT_UNKNOWN;
        sum += whole ? 0 : all[i].amount_fen;
        if (whole || (!order->unknown && sum >= order->amount_fen)) {
            day = all[i].day;
        }
    }
    if (all != small) {
        mem_free(all);
    }
    return day;
}

int32_t orders_refunded_day(const struct orders *o, uint64_t order,
                            const struct order_refund *extra, uint32_t extra_len)
{
    const struct order *found = orders_find(o, order);
    return found ? order_full_day(o, found, extra, extra_len) : DAY_NONE;
}

/* ---- evidence of parts ---- */

enum part_change { PART_PLACE, PART_TAKE };

static void part_evidence(struct evidence *ev, const struct part *p, uint64_t mask,
                          uint16_t refunded_day, enum part_change change)
{
    if (!p->no) {
        return;
    }
    while (mask) {
        uint32_t cls = (uint32_t)__builtin_ctzll(mask);
        mask &= mask - 1;
        if (change == PART_PLACE) {
            evidence_add(ev, p->no, p->day, cls, 1);
            if (refunded_day != NO_DAY) {
                evidence_refund(ev, p->no, p->day, cls, refunded_day);
            }
        } else {
            if (refunded_day != NO_DAY) {
                evidence_unrefund(ev, p->no, p->day, cls, refunded_day);
            }
            evidence_remove(ev, p->no, p->day, cls);
        }
    }
}

static void order_evidence(const struct orders *o, const struct order *order,
                           struct evidence *ev, enum part_change change)
{
    if (!order->first.used) {
        return;
    }
    part_evidence(ev, &order->first, o->masks[order->first.mask], order->refunded_day, change);
    for (uint32_t i = order->more; i; i = o->extra.ptr[i - 1].next) {
        const struct part *p = &o->extra.ptr[i - 1].part;
        part_evidence(ev, p, o->masks[p->mask], order->refunded_day, change);
    }
}

/* Recomputes the refunded day after a change; moves the parts' evidence when it differs. */
static void order_refresh(struct orders *o, struct order *order, struct evidence *ev)
{
    int32_t day = order_full_day(o, order, NULL, 0);
    uint16_t now = day == DAY_NONE ? NO_DAY : (uint16_t)day;
    if (now == order->refunded_day) {
        return;
    }
    order_evidence(o, order, ev, PART_TAKE);
    order->refunded_day = now;
    order_evidence(o, order, ev, PART_PLACE);
}

static struct part *order_part(struct orders *o, struct order *order, uint32_t no, uint16_t day)
{
    if (!order->first.used) {
        order->first =
            (struct part){.no = no, .day = day, .mask = orders_mask(o, 0), .used = 1};
        return &order->first;
    }
    if (order->first.no == no && order->first.day == day) {
        return &order->first;
    }
    for (uint32_t i = order->more; i; i = o->extra.ptr[i - 1].next) {
        struct part *p = &o->extra.ptr[i - 1].part;
        if (p->no == no && p->day == day) {
            return p;
        }
    }
    struct extra_part fresh = {{.no = no, .day = day, .mask = orders_mask(o, 0), .used = 1},
                               order->more};
    vec_push(&o->extra, fresh);
    order->more = (uint32_t)o->extra.len;
    return &o->extra.ptr[o->extra.len - 1].part;
}

void orders_purchase(struct orders *o, struct evidence *ev, uint64_t key, uint32_t no,
                     int32_t day, uint64_t classes, int64_t amount_fen)
{
    struct order *order = orders_intern(o, key);
    if (amount_fen == AMOUNT_UNKNOWN) {
        order->unknown = 1;
    } else {
        order->amount_fen += amount_fen;
    }
    struct part *p = order_part(o, order, no, (uint16_t)day);
    uint64_t had = o->masks[p->mask];
    p->mask = orders_mask(o, had | classes);
    part_evidence(ev, p, classes & ~had, order->refunded_day, PART_PLACE);
    if (order->refund) {
        order_refresh(o, order, ev);
    }
}

void orders_refund(struct orders *o, struct evidence *ev, uint64_t key, int64_t time_ms,
                   int32_t day, int64_t amount_fen)
{
    struct order *order = orders_intern(o, key);
    struct refund fresh = {
        .time_ms = time_ms, .amount_fen = amount_fen, .day = day, .next = order->refund};
    vec_push(&o->refunds, fresh);
    order->refund = (uint32_t)o->refunds.len;
    order_refresh(o, order, ev);
}

void orders_owners(const struct orders *o, uint64_t key, order_owner_vec *out)
{
    const struct order *order = orders_find(o, key);
    if (!order || !order->first.used) {
        return;
    }
    if (order->first.no) {
        vec_push(out, order->first.no);
    }
    for (uint32_t i = order->more; i; i = o->extra.ptr[i - 1].next) {
        if (o->extra.ptr[i - 1].part.no) {
            vec_push(out, o->extra.ptr[i - 1].part.no);
        }
    }
}

void orders_each_refunded(const struct orders *o,
                          void (*each)(void *ctx, uint64_t order, uint32_t no, int32_t day,
                                       int32_t refunded_day),
                          void *ctx)
{
    for (size_t k = 0; k < o->list.len; k++) {
        const struct order *order = &o->list.ptr[k];
        if (order->refunded_day == NO_DAY || !order->first.used) {
            continue;
        }
        each(ctx, order->key, order->first.no, order->first.day, order->refunded_day);
        for (uint32_t i = order->more; i; i = o->extra.ptr[i - 1].next) {
            const struct part *p = &o->extra.ptr[i - 1].part;
            each(ctx, order->key, p->no, p->day, order->refunded_day);
        }
    }
}

size_t orders_bytes(const struct orders *o)
{
    return sizeof(*o) + o->list.cap * sizeof(struct order) +
           o->extra.cap * sizeof(struct extra_part) + o->refunds.cap * sizeof(struct refund) +
           o->slots * sizeof(uint32_t);
}

/* ---- checkpoint ---- */

enum rc orders_save(const struct orders *o, struct checkpoint_writer *w, struct err *e)
{
    enum rc rc =
        checkpoint_add(w, "orders.list", o->list.ptr, o->list.len * sizeof(struct order), e);
    if (!rc) {
        rc = checkpoint_add(w, "orders.extra", o->extra.ptr,
                            o->extra.len * sizeof(struct extra_part), e);
    }
    if (!rc) {
        rc = checkpoint_add(w, "orders.refunds", o->refunds.ptr,
                            o->refunds.len * sizeof(struct refund), e);
    }
    if (!rc) {
        rc = checkpoint_add(w, "orders.masks", o->masks, o->masks_len * sizeof(uint64_t), e);
    }
    return rc ? rc : checkpoint_add(w, "orders.slot", o->slot, o->slots * sizeof(uint32_t), e);
}

enum rc orders_load(struct orders *o, struct checkpoint *c, struct err *e)
{
    void *list = NULL, *extra = NULL, *refunds = NULL, *masks = NULL, *slot = NULL;
    size_t list_len = 0, extra_len = 0, refunds_len = 0, masks_len = 0, slot_len = 0;
    const struct checkpoint_want wants[] = {
        {"orders.list", &list, &list_len},          {"orders.extra", &extra, &extra_len},
        {"orders.refunds", &refunds, &refunds_len}, {"orders.masks", &masks, &masks_len},
        {"orders.slot", &slot, &slot_len},
    };
    enum rc rc = checkpoint_load(c, wants, sizeof(wants) / sizeof(wants[0]), e);
    if (rc) {
        return rc;
    }
    vec_release(&o->list);
    vec_release(&o->extra);
    vec_release(&o->refunds);
    mem_free(o->slot);
    o->list.ptr = list;
    o->list.len = o->list.cap = list_len / sizeof(struct order);
    o->extra.ptr = extra;
    o->extra.len = o->extra.cap = extra_len / sizeof(struct extra_part);
    o->refunds.ptr = refunds;
    o->refunds.len = o->refunds.cap = refunds_len / sizeof(struct refund);
    o->slot = slot;
    o->slots = slot_len / sizeof(uint32_t);
    o->masks_len = (uint32_t)(masks_len / sizeof(uint64_t));
    memcpy(o->masks, masks, masks_len);
    mem_free(masks);
    return RC_OK;
}
