/* The metrics of running a private domain (私域运营指标) that events tell: sales, members, friends, groups, messages, coupons.
 *
 * First counts, then metrics: each is a count, or one count over another; the table metric_defs is their only
 * definition, shown by `pond report metrics` and copied in docs/analysis.md.
 *
 *   order, buyer     orders not refunded in full by the last day, as everywhere
 *   gmv              paid - given back, amounts of purchases and refunds on their own days; unknown amounts are 0
 *   held             a relation (fan, friend, group, member) holds from its event on, at its touchpoint, until the event
 *                    that undoes it there, or one that names no touchpoint; begun twice, it holds once
 *   start, end       at the end of the day before the first day; at the end of the last day
 *
 * start + joined - left = end, for each kind of relation. Cost: two histories of the names concerned. */
#ifndef POND_REPORT_METRIC_H
#define POND_REPORT_METRIC_H

#include <stdint.h>
#include "base/day.h"
#include "who/history.h"

enum relation { RELATION_FAN, RELATION_FRIEND, RELATION_GROUP, RELATION_MEMBER, RELATIONS };

/* clang-format off */
enum metric_count {
    COUNT_ONE, /* 1: of metrics that are a count */
    COUNT_ORDERS, COUNT_BUYERS, COUNT_REPEAT_BUYERS, COUNT_NEW_BUYERS, COUNT_PIECES,
    COUNT_GMV, COUNT_MEMBER_GMV, COUNT_PRIVATE_GMV, /* fen */
    COUNT_OLD_MEMBERS, COUNT_OLD_MEMBERS_BACK, /* members at the start with an order before it; of these with one now */
    COUNT_START_MEMBERS, COUNT_IDLE_MEMBERS,   /* members at the start; of these without an order now */
    COUNT_START,                        /* + relation */
    COUNT_JOINED = COUNT_START + RELATIONS,
    COUNT_LEFT = COUNT_JOINED + RELATIONS,
    COUNT_END = COUNT_LEFT + RELATIONS,
    COUNT_HAD = COUNT_END + RELATIONS,  /* start + joined */
    COUNT_NET = COUNT_HAD + RELATIONS,  /* joined - left; may be negative */
    COUNT_NEW_FRIENDS = COUNT_NET + RELATIONS, COUNT_NEW_FRIENDS_BOUGHT, /* consumers; of these with an order within 7 d */
    COUNT_GROUPS, COUNT_GROUPS_ACTIVE,         /* touchpoints with a member; of these with a message */
    COUNT_GROUP_PEOPLE, COUNT_GROUP_PEOPLE_ACTIVE, /* consumers in a group; of these with a message */
    COUNT_SENT, COUNT_DELIVERED, COUNT_OPENED, COUNT_CLICKED, COUNT_REPLIED, /* events */
    COUNT_CLAIMED, COUNT_REDEEMED,             /* coupons */
    COUNT_REFERRERS, COUNT_BROUGHT,            /* consumers; people they brought */
    COUNT_PRIVATE, COUNT_KNOWN,                /* consumers with a relation at the end; all known then */
    METRIC_COUNTS
};
/* clang-format on */
enum metric_kind { METRIC_NUMBER, METRIC_SHARE, METRIC_RATIO, METRIC_YUAN };
struct metric_def {
    const char *name, *zh;
    const char *group, *group_zh;
    enum metric_kind kind;
    uint8_t over, under; /* counts: value = over / under */
    const char *formula, *formula_zh;
};
extern const struct metric_def metric_defs[]; /* ends with name NULL */

struct metric_spec {
    int32_t from, to; /* days, both included; from DAY_NONE: open */
    const struct zone *zone;
    uint64_t known; /* consumers known at the end */
};
struct metrics {
    double count[METRIC_COUNTS];
};
/* What the two histories hold: relations and orders; money. */
void metric_want(const struct metric_spec *s, struct history_want *lives,
                 struct history_want *money);
void metric_add_lives(const struct metric_spec *s, const struct history *h, int threads,
                      struct metrics *out);
void metric_add_money(const struct metric_spec *s, const struct history *h, int threads,
                      struct metrics *out);
/* NaN when there is nothing to divide by. Money in yuan. */
double metric_value(const struct metric_def *d, const struct metrics *m);

#endif
