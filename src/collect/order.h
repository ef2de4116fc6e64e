/* An order of a shop, whatever the shop, and the events that it is.
 *
 *     not paid                order_create at its creation
 *     paid                    one purchase a line, at the time of payment
 *     cancelled, not paid     also order_cancel
 *     shipped, received       order_ship, order_receive
 *     refunds                 one refund each, naming the order
 *
 * The meaning is that of imported orders (people/decode_shape.c). Ids are SHOP:NUMBER/WHAT/LINE, so an order
 * that is sent again adds only what its new state adds.
 */
#ifndef POND_COLLECT_ORDER_H
#define POND_COLLECT_ORDER_H

#include "collect/internal.h"

#define ORDER_NO_TIME INT64_MIN
#define ORDER_LINES 1000u /* of one order; more is rejected */
#define ORDER_WHO BATCH_IDENT_MAX
#define LINE_PROPS 8u

struct order_prop {
    const char *key;
    const struct json_value *value; /* NULL: none */
};

struct order_line {
    struct str id; /* the shop's own; empty: its place */
    struct str item, category;
    const struct json_value *quantity; /* may be NULL */
    struct str unit_price;             /* in yuan; empty: unknown */
    int64_t weight;                    /* its part of what was paid, in fen; below 0: unknown */
    bool refunded;                     /* in full */
    struct order_prop prop[LINE_PROPS];
    uint32_t props;
};

struct order_refund {
    struct str id;
    int64_t time_ms, fen; /* AMOUNT_UNKNOWN: in full */
    struct str item;      /* may be empty */
};

struct order {
    const char *shop; /* prefix of ids */
    struct str no;
    struct str channel, touchpoint, campaign;
    int64_t created_ms, paid_ms, shipped_ms, received_ms, cancelled_ms;
    int64_t changed_ms; /* when a refund happened that has no time of its own */
    int64_t paid_fen;   /* AMOUNT_UNKNOWN */
    bool all_refunded;  /* in full, without a list */
    struct order_line *line;
    uint32_t lines;
    struct order_refund *refund;
    uint32_t refunds;
    struct {
        struct str kind;
        const struct json_value *value;
    } who[ORDER_WHO];
    uint32_t whos;
    struct order_prop prop[LINE_PROPS]; /* of the order, kept with its first event */
    uint32_t props;
};

/* All times unknown, no lines. */
void order_init(struct order *o, const char *shop, const char *channel);
/* Times and amounts of an order. Times without an offset are Beijing time when `beijing`. 0, empty and what is no
 * time: ORDER_NO_TIME. */
int64_t order_time(struct run *r, const struct json_value *v, bool beijing);
int64_t order_yuan(const struct json_value *v);  /* in fen; AMOUNT_UNKNOWN */
int64_t order_fen(const struct json_value *v);   /* an amount in fen */
struct str fen_text(struct run *r, int64_t fen); /* "12.34"; empty for unknown */
void order_who(struct order *o, const char *kind, const struct json_value *v); /* NULL: none */
void order_prop(struct order *o, const char *key, const struct json_value *v);
void line_prop(struct order_line *l, const char *key, const struct json_value *v);
/* Room for the lines of a list; at most ORDER_LINES (o->lines is then larger, and order_put rejects). */
void order_lines(struct run *r, struct order *o, const struct json_value *list);
/* Puts the order's events and counts them; event_begin was called with its text. */
void order_put(struct run *r, struct order *o);
/* Only its refunds: for a message that tells of nothing else. */
void order_put_refunds(struct run *r, struct order *o);

/* The channel and touchpoint that a hook's address asks for: ?channel=taobao&touchpoint=... */
void order_place(struct run *r, struct order *o);
/* The list or object below "a.b.c", for bodies that are wrapped; NULL. */
const struct json_value *inside(const struct json_value *v, const char *path);
/* What signatures are made with. RC_DENIED with a hint when none is set. */
enum rc hook_secret(struct run *r, struct str *secret, struct err *e);

#endif
