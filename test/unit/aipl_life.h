/* Made-up lives of consumers, their evidence, and their stage on a day straight from the words of the
 * specification (section 3, model `aipl`): nothing here is shared with the product but the event names
 * and the store that is under test. */
#ifndef POND_TEST_AIPL_LIFE_H
#define POND_TEST_AIPL_LIFE_H

#include <math.h>

#include "aipl/model.h"
#include "base/day.h"
#include "base/rng.h"
#include "people/batch.h"
#include "people/evidence.h"

#define LIFE_EVENTS 60
#define LIFE_OWNERS 3

struct life_event {
    const char *name;
    int32_t day, refund_day; /* refunded in full on that day; DAY_NONE = kept */
    int64_t time_ms;
    double score, quantity;
    uint32_t touchpoint, owner; /* owner: which of the consumer's identities, 0.. */
};
struct life {
    struct life_event events[LIFE_EVENTS];
    int len;
};

static inline bool life_among(const char *name, const char *list)
{
    struct str rest = str_of(list);
    while (rest.ptr) {
        if (str_eq(str_cut(&rest, ' '), str_of(name))) {
            return true;
        }
    }
    return false;
}

#define LIFE_A "ad_exposure category_search content_view live_view sms_delivered offline_reach"
#define LIFE_I                                                                                 \
    "ad_click store_visit item_view brand_search interact coupon_claim trial_claim add_cart "  \
    "favorite consult live_interact message_reply"

/* ---- the definition ---- */

/* "in W days" covers D-W+1 .. D. */
static inline bool life_within(const struct life_event *x, int32_t day, int32_t window)
{
    return x->day <= day && x->day >= day - window + 1;
}
static inline bool life_bought(const struct life_event *x, int32_t day, int32_t window)
{
    return strcmp(x->name, "purchase") == 0 && life_within(x, day, window) &&
           (x->refund_day == DAY_NONE || day < x->refund_day);
}

/* One touchpoint's status at the end of a day: the last word on it decides, an end wins a tie. Ends
 * without a touchpoint are about every one; ends with one also about what began without. */
static inline bool life_holds_at(const struct life *l, int32_t day, const char *on,
                                 const char *off, uint32_t touchpoint)
{
    int64_t last_on = INT64_MIN, last_off = INT64_MIN;
    for (int i = 0; i < l->len; i++) {
        const struct life_event *x = &l->events[i];
        if (x->day > day) {
            continue;
        }
        if (strcmp(x->name, on) == 0 && x->touchpoint == touchpoint && x->time_ms > last_on) {
            last_on = x->time_ms;
        }
        bool about = x->touchpoint == 0 || x->touchpoint == touchpoint || touchpoint == 0;
        if (strcmp(x->name, off) == 0 && about && x->time_ms > last_off) {
            last_off = x->time_ms;
        }
    }
    return last_on > last_off;
}

static inline bool life_holds(const struct life *l, int32_t day, const char *on,
                              const char *off)
{
    for (uint32_t touchpoint = 0; touchpoint < 4; touchpoint++) {
        if (life_holds_at(l, day, on, off, touchpoint)) {
            return true;
        }
    }
    return false;
}

static inline bool life_loyal(const struct life *l, int32_t day)
{
    int32_t bought_on = DAY_NONE; /* loyal by purchase: two of them on different days */
    for (int i = 0; i < l->len; i++) {
        if (life_bought(&l->events[i], day, 365)) {
            if (bought_on != DAY_NONE && bought_on != l->events[i].day) {
                return true;
            }
            bought_on = l->events[i].day;
        }
    }
    for (int i = 0; i < l->len; i++) {
        const struct life_event *x = &l->events[i];
        if (life_within(x, day, 365) && ((strcmp(x->name, "review") == 0 && x->score >= 4) ||
                                         (strcmp(x->name, "share") == 0 && x->quantity >= 1) ||
                                         strcmp(x->name, "referral") == 0)) {
            return true;
        }
    }
    return false;
}

/* 0 none .. 4 loyalty; -1 not known yet. */
static inline int life_stage(const struct life *l, int32_t day)
{
    int stage = -1;
    for (int i = 0; i < l->len; i++) {
        const struct life_event *x = &l->events[i];
        int gives = x->day <= day ? 0 : -1;
        gives = life_within(x, day, 15) && life_among(x->name, LIFE_A) ? 1 : gives;
        gives = life_within(x, day, 15) && life_among(x->name, LIFE_I) ? 2 : gives;
        gives = life_bought(x, day, 913) ? 3 : gives;
        stage = gives > stage ? gives : stage;
    }
    bool member = life_holds(l, day, "follow", "unfollow") ||
                  life_holds(l, day, "friend_add", "friend_delete") ||
                  life_holds(l, day, "group_join", "group_leave") ||
                  life_holds(l, day, "member_join", "member_quit");
    stage = member && stage < 2 ? 2 : stage;
    return life_loyal(l, day) ? 4 : stage;
}

/* ---- made-up lives ---- */

static inline void life_add(struct life *l, const char *name, int32_t day)
{
    l->events[l->len++] = (struct life_event){.name = name,
                                              .day = day,
                                              .refund_day = DAY_NONE,
                                              .time_ms = day * DAY_MS,
                                              .score = NAN,
                                              .quantity = NAN};
}

static inline void life_random(struct rng *r, struct life *l, int32_t from, uint32_t days)
{
    static const char *const names[] = {
        "ad_exposure",   "content_view", "sms_delivered", "item_view",   "add_cart",
        "favorite",      "purchase",     "purchase",      "purchase",    "review",
        "share",         "referral",     "follow",        "unfollow",    "friend_add",
        "friend_delete", "group_join",   "group_leave",   "member_join", "member_quit",
        "page_view",     "search"};
    uint32_t kinds =
        1 + rng_below(r, sizeof(names) / sizeof(names[0])); /* some lives have few */
    uint32_t shift = rng_below(r, sizeof(names) / sizeof(names[0]));
    int count = 1 + (int)rng_below(r, rng_below(r, 3) ? 12 : LIFE_EVENTS);
    l->len = 0;
    while (l->len < count) {
        uint32_t pick = (shift + rng_below(r, kinds)) % (sizeof(names) / sizeof(names[0]));
        int32_t day = from + (int32_t)rng_below(r, rng_below(r, 2) ? days : 40);
        struct life_event *x = &l->events[l->len];
        life_add(l, names[pick], day);
        x->time_ms += 6 * 3600000 * (int64_t)rng_below(r, 4);
        x->touchpoint = rng_below(r, 4);
        x->owner = rng_below(r, LIFE_OWNERS);
        x->score = rng_below(r, 4) ? 1 + (double)rng_below(r, 5) : NAN;
        x->quantity = rng_below(r, 3) ? (double)rng_below(r, 3) : NAN;
        if (strcmp(x->name, "purchase") == 0 && rng_below(r, 3) == 0) {
            x->refund_day = day + (int32_t)rng_below(r, rng_below(r, 2) ? 4 : 200) - 1;
        }
    }
}

/* ---- lives to evidence ---- */

static inline void life_fold_event(const struct life_event *x, const struct evidence_plan *p,
                                   const struct catalogue *c, struct evidence *ev, uint32_t no)
{
    uint16_t name = catalogue_find(c, str_of(x->name));
    uint8_t channel = 0;
    double score = x->score, quantity = x->quantity;
    int64_t amount = AMOUNT_UNKNOWN, price = PRICE_UNKNOWN;
    struct str none = STR_NULL;
    struct event_batch b = {.rows = 1,
                            .name = &name,
                            .channel = &channel,
                            .score = &score,
                            .quantity = &quantity,
                            .amount_fen = &amount,
                            .unit_price_e4 = &price,
                            .item = &none,
                            .category = &none,
                            .touchpoint = &none,
                            .campaign = &none,
                            .order_no = &none};
    evidence_seen(ev, no, x->day);
    uint64_t on = evidence_match(p, &b, 0), off = p->off[name];
    for (uint32_t cls = 0; cls < p->len; cls++) {
        if ((on | off) >> cls & 1 && p->classes[cls].unit == UNIT_STATUS) {
            evidence_add_status(ev, no, x->day, cls, x->time_ms, on >> cls & 1, x->touchpoint);
        } else if (on >> cls & 1) {
            evidence_add(ev, no, x->day, cls, 1);
            if (p->classes[cls].unit == UNIT_ORDERS && x->refund_day != DAY_NONE) {
                evidence_refund(ev, no, x->day, cls, x->refund_day);
            }
        }
    }
}

/* Identities nos[0..LIFE_OWNERS) take the events of their owner. */
static inline void life_fold(const struct life *l, const struct evidence_plan *p,
                             const struct catalogue *c, struct evidence *ev,
                             const uint32_t *nos)
{
    for (int i = 0; i < l->len; i++) {
        life_fold_event(&l->events[i], p, c, ev, nos[l->events[i].owner]);
    }
}

static inline struct stage_model *life_model(const char *preset, struct catalogue *c)
{
    struct stage_model *m = NULL;
    struct str text = STR_NULL;
    struct err e = {0};
    if (stage_model_preset(str_of(preset), LANG_EN, &text, &e) ||
        stage_model_parse(text, c, LANG_EN, &m, &e)) {
        printf("# %s: %s\n", preset, e.msg);
    }
    return m;
}

#endif
