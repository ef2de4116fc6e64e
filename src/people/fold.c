#include "people/fold.h"

#include <string.h>
#include "base/mem.h"

#define FOLD_AHEAD 12u

void fold_init(struct fold *f, const struct evidence_plan *plan, const struct zone *zone,
               const struct catalogue *c, struct hash_key key)
{
    *f = (struct fold){.plan = plan,
                       .zone = zone,
                       .catalogue = c,
                       .key = key,
                       .first_day = DAY_NONE,
                       .last_day = DAY_NONE};
    f->tallies = mem_array(struct event_tally, EVENT_NAMES_MAX);
    f->evidence = evidence_new();
    f->orders = orders_new();
}

void fold_release(struct fold *f)
{
    evidence_free(f->evidence);
    orders_free(f->orders);
    number_set_release(&f->unnamed);
    number_set_release(&f->matched);
    number_set_release(&f->dirty);
    vec_release(&f->dirty_list);
    mem_free(f->tallies);
    f->tallies = NULL;
    f->evidence = NULL;
    f->orders = NULL;
}

void fold_touch(struct fold *f, uint32_t no)
{
    if (f->watch && no && number_set_add(&f->dirty, no)) {
        vec_push(&f->dirty_list, no);
    }
}

static void fold_day(struct fold *f, int32_t day)
{
    if (f->first_day == DAY_NONE || day < f->first_day) {
        f->first_day = day;
    }
    if (f->last_day == DAY_NONE || day > f->last_day) {
        f->last_day = day;
    }
}

static void fold_tally(struct event_tally *t, int64_t time_ms, bool anonymous)
{
    t->first_ms = t->events && t->first_ms < time_ms ? t->first_ms : time_ms;
    t->last_ms = t->events && t->last_ms > time_ms ? t->last_ms : time_ms;
    t->events++;
    t->anonymous += anonymous;
}

/* Under a fixed key: it is part of evidence, and evidence must not depend on whose key file it is. */
static uint32_t fold_touchpoint(struct str touchpoint)
{
    static const struct hash_key fixed = {0x706f6e6420746f75u, 0x6368706f696e7400u};
    return touchpoint.len ? (uint32_t)hash_sip64(fixed, touchpoint) | 1u : 0;
}

static void fold_refund(struct fold *f, const struct event_batch *b, uint32_t r, uint32_t no,
                        int32_t day)
{
    if (!b->order_no[r].len) {
        if (no) {
            number_set_add(&f->unnamed, no);
        }
        return;
    }
    uint64_t order =
        orders_key(f->key, channel_name(f->catalogue, b->channel[r]), b->order_no[r]);
    orders_refund(f->orders, f->evidence, order, b->time_ms[r], day, b->amount_fen[r]);
    order_owner_vec owners = {0};
    orders_owners(f->orders, order, &owners);
    for (size_t i = 0; i < owners.len; i++) {
        fold_touch(f, owners.ptr[i]);
    }
    vec_release(&owners);
}

static void fold_purchase(struct fold *f, const struct event_batch *b, uint32_t r, uint32_t no,
                          int32_t day, uint64_t classes)
{
    if (b->order_no[r].len) {
        uint64_t order =
            orders_key(f->key, channel_name(f->catalogue, b->channel[r]), b->order_no[r]);
        orders_purchase(f->orders, f->evidence, order, no, day, classes, b->amount_fen[r]);
        return;
    }
    for (; no && classes; classes &= classes - 1) {
        evidence_add(f->evidence, no, day, (uint32_t)__builtin_ctzll(classes), 1);
    }
}

static void fold_status(struct fold *f, const struct event_batch *b, uint32_t r, uint32_t no,
                        int32_t day, uint64_t classes, bool on)
{
    uint32_t touchpoint = fold_touchpoint(b->touchpoint[r]);
    for (; classes; classes &= classes - 1) {
        evidence_add_status(f->evidence, no, day, (uint32_t)__builtin_ctzll(classes),
                            b->time_ms[r], on, touchpoint);
    }
}

static void fold_evidence(struct fold *f, const struct event_batch *b, uint32_t r, uint32_t no,
                          int32_t day)
{
    uint64_t on = f->plan->on[b->name[r]] ? evidence_match(f->plan, b, r) : 0;
    uint64_t orders = 0, status = 0;
    for (uint64_t m = on; m; m &= m - 1) {
        uint32_t cls = (uint32_t)__builtin_ctzll(m);
        switch (f->plan->classes[cls].unit) {
        case UNIT_EVENTS:
            if (no) {
                evidence_add(f->evidence, no, day, cls, 1);
            }
            break;
        case UNIT_ORDERS: orders |= 1ull << cls; break;
        case UNIT_STATUS: status |= 1ull << cls; break;
        }
    }
    if (b->name[r] == EVENT_PURCHASE) {
        fold_purchase(f, b, r, no, day, orders);
    } else if (b->name[r] == EVENT_REFUND) {
        fold_refund(f, b, r, no, day);
    }
    if (no && status) {
        fold_status(f, b, r, no, day, status, true);
    }
    if (no && f->plan->off[b->name[r]]) {
        fold_status(f, b, r, no, day, f->plan->off[b->name[r]], false);
    }
}

void fold_rows(struct fold *f, const struct event_batch *b, const uint32_t *owner)
{
    struct zone_cache cache = {0};
    for (uint32_t r = 0; r < b->rows; r++) {
        if (r + 2 * FOLD_AHEAD < b->rows) {
            evidence_prefetch_ref(f->evidence, owner[r + 2 * FOLD_AHEAD]);
            evidence_prefetch(f->evidence, owner[r + FOLD_AHEAD]);
        }
        int32_t day = zone_day(f->zone, &cache, b->time_ms[r]);
        fold_day(f, day);
        fold_tally(&f->tallies[b->name[r]], b->time_ms[r], !owner[r]);
        f->events++;
        if (owner[r]) {
            evidence_seen(f->evidence, owner[r], day);
            fold_touch(f, owner[r]);
        } else {
            f->anonymous++;
        }
        fold_evidence(f, b, r, owner[r], day);
    }
}

/* ---- checkpoint ---- */

struct fold_head {
    uint64_t events, anonymous;
    int32_t first_day, last_day;
    uint32_t unnamed, matched;
};

enum rc fold_save(const struct fold *f, struct checkpoint_writer *w, struct err *e)
{
    struct fold_head head = {f->events,   f->anonymous,   f->first_day,
                             f->last_day, f->unnamed.len, f->matched.len};
    enum rc rc = checkpoint_add(w, "fold.head", &head, sizeof(head), e);
    if (!rc) {
        rc = checkpoint_add(w, "fold.tallies", f->tallies,
                            catalogue_len(f->catalogue) * sizeof(*f->tallies), e);
    }
    if (!rc) {
        rc = checkpoint_add(w, "fold.unnamed", f->unnamed.bits,
                            f->unnamed.words * sizeof(uint64_t), e);
    }
    if (!rc) {
        rc = checkpoint_add(w, "fold.matched", f->matched.bits,
                            f->matched.words * sizeof(uint64_t), e);
    }
    if (!rc) {
        rc = evidence_save(f->evidence, w, e);
    }
    return rc ? rc : orders_save(f->orders, w, e);
}

enum rc fold_load(struct fold *f, struct checkpoint *c, struct err *e)
{
    struct fold_head *head = NULL;
    struct event_tally *tallies = NULL;
    uint64_t *unnamed = NULL, *matched = NULL;
    size_t head_len = 0, tallies_len = 0, unnamed_len = 0, matched_len = 0;
    const struct checkpoint_want wants[] = {
        {"fold.head", (void **)&head, &head_len},
        {"fold.tallies", (void **)&tallies, &tallies_len},
        {"fold.unnamed", (void **)&unnamed, &unnamed_len},
        {"fold.matched", (void **)&matched, &matched_len},
    };
    enum rc rc = checkpoint_load(c, wants, sizeof(wants) / sizeof(wants[0]), e);
    if (rc) {
        return rc;
    }
    f->events = head->events;
    f->anonymous = head->anonymous;
    f->first_day = head->first_day;
    f->last_day = head->last_day;
    f->unnamed =
        (struct number_set){unnamed, (uint32_t)(unnamed_len / sizeof(uint64_t)), head->unnamed};
    f->matched =
        (struct number_set){matched, (uint32_t)(matched_len / sizeof(uint64_t)), head->matched};
    memcpy(f->tallies, tallies, tallies_len);
    mem_free(head);
    mem_free(tallies);
    rc = evidence_load(f->evidence, c, e);
    return rc ? rc : orders_load(f->orders, c, e);
}
