/* The page of one consumer: its identities and why they are one, what it did, and when.
 *
 * Reads the graph and the lake, writes nothing. The brand must be settled. All results live in
 * the arena that is handed in. Cost: a scan of the event segments' identity column. */
#ifndef POND_PEOPLE_CONSUMER_H
#define POND_PEOPLE_CONSUMER_H

#include "base/arena.h"
#include "people/brand.h"
#include <stdbool.h>
#include <stdint.h>

struct consumer_identity {
    uint32_t no;
    uint8_t kind;
    bool shared; /* seen with too many consumers: it joins nothing any more */
    struct str kind_name;
    struct str value;  /* plain: only for the eyes of who may see it */
    struct str masked; /* personal kinds masked, others whole        */
    int32_t first_day; /* of events of this identity; DAY_NONE: it owns none */
};
struct consumer_event {
    int64_t time_ms;
    struct str name, channel, touchpoint, item, order_no; /* empty: unknown */
    double quantity, score;                               /* NaN: unknown */
    int64_t amount_fen;                                   /* AMOUNT_UNKNOWN */
    uint32_t identity;
};
struct consumer_count { /* of one event name */
    struct str name;
    uint64_t events;
    int64_t last_ms;
};
struct consumer_page {
    uint32_t id; /* the smallest number among its identities */
    struct consumer_identity *identities;
    uint32_t identities_len;
    uint64_t events, purchases;
    int64_t first_ms, last_ms; /* of its events; valid when events > 0 */
    int64_t paid_fen, refunded_fen;
    struct consumer_count *counts; /* most frequent first */
    uint32_t counts_len;
    struct consumer_event *timeline; /* newest first */
    uint32_t timeline_len;
    uint64_t matching; /* events that the timeline is a part of */
};
/* Which events the timeline shows. */
struct consumer_timeline {
    uint32_t most, skip;    /* 0..10,000; the newest 0..100,000 are left out */
    int64_t from_ms, to_ms; /* to excluded */
    const struct str *names;
    uint32_t names_len; /* 0: all */
};

/* no: any identity of the consumer. Errors of brand_values and of the lake. */
enum rc consumer_page_read(struct brand *b, struct arena *a, uint32_t no,
                           const struct consumer_timeline *want, struct consumer_page *out,
                           struct err *e);
/* Only the identities, in order of their numbers. */
enum rc consumer_identities(struct brand *b, struct arena *a, uint32_t no,
                            struct consumer_identity **list, uint32_t *len, struct err *e);
/* Describes any identities, in the order given. */
enum rc consumer_describe(struct brand *b, struct arena *a, const uint32_t *nos, uint32_t n,
                          struct consumer_identity *out, struct err *e);

/* The event that first named two identities together. *found false when history holds none (a
 * join by hand). first_ms: where to look from (struct link_info). brand_attach is called. */
struct consumer_proof {
    bool found;
    int64_t time_ms;
    struct str name, channel, touchpoint;
};
enum rc consumer_proof(struct brand *b, struct arena *a, const struct link_info *link,
                       struct consumer_proof *out, struct err *e);

/* What operators decided. */
struct consumer_decision {
    int64_t id;
    bool split; /* else a join */
    int64_t at_ms;
    bool undone;
    struct str reason;
    uint32_t *pairs; /* 2 * pairs_len identity numbers */
    uint32_t pairs_len;
};
/* Splits, then joins, each oldest first. */
enum rc consumer_decisions(struct brand *b, struct arena *a, struct consumer_decision **list,
                           uint32_t *len, struct err *e);

/* "phone:138...", or "consumer:12" (any number of an identity), or "#12". RC_MISSING,
 * RC_INVALID as brand_find_identity. */
enum rc consumer_find(struct brand *b, struct str text, uint32_t *no, struct err *e);
/* Why a link does not join (or that it does), a phrase for people. */
const char *consumer_link_text(enum link_state state, bool zh);
const char *consumer_link_name(enum link_state state); /* "honoured", "cut", ... */

#endif
