/* A batch of events: the unit that is decoded, made durable, applied and sealed.
 *
 * Columnar. Row r has its identities at ident[ident_at[r]] .. ident[ident_at[r + 1] - 1]; every
 * other column has one value a row. Text is borrowed: it lives in the batch's own arena (or in
 * memory that the producer keeps alive as long as the batch). Unknown values are the *_UNKNOWN
 * constants; unknown text is {NULL, 0}. Zero is a value, never "unknown".
 *
 *   time_ms        UTC ms of the event
 *   name           code of the event name (people/catalogue.h)
 *   channel        code of the channel    (people/catalogue.h)
 *   quantity       items bought; people brought, for share and referral
 *   unit_price_e4  1/10,000 of the currency unit
 *   amount_fen     1/100 of the currency unit, what was paid (purchase) or given back (refund)
 *   score          a review's score
 *   props          a JSON object of everything else; personal values in it are already sealed
 *   event_id       the source's own id of the event
 *   key            the event's key (people/seen.h), filled by people_accept
 */
#ifndef POND_PEOPLE_BATCH_H
#define POND_PEOPLE_BATCH_H

#include <math.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/hash.h"
#include "base/rc.h"
#include "base/str.h"
#include "store/lake.h"

#define AMOUNT_UNKNOWN INT64_MIN
#define PRICE_UNKNOWN INT64_MIN
#define QUANTITY_UNKNOWN NAN
#define SCORE_UNKNOWN NAN
#define BATCH_ROWS_MAX (1u << 20)
#define BATCH_IDENT_MAX 8 /* identities of one event; more is refused by the decoder */

/* One identity as an event names it. */
struct ident {
    struct str value;    /* canonical (people/kind.h), plain text                     */
    struct hash128 hash; /* keyed hash of (kind, value): the dictionary's key         */
    uint32_t no;         /* its number, filled when the batch is numbered; else 0     */
    uint8_t kind;
};

struct event_batch {
    struct arena *arena;
    uint32_t rows, cap;
    int64_t *time_ms;
    uint16_t *name;
    uint8_t *channel;
    double *quantity, *score;
    int64_t *unit_price_e4, *amount_fen;
    struct str *touchpoint, *campaign, *item, *category, *order_no, *props, *event_id;
    uint64_t *key;
    uint64_t
        *source_row;    /* 1-based row of the source it came from; the decoder's, not stored */
    uint32_t *ident_at; /* rows + 1 offsets into ident */
    struct ident *ident;
    uint32_t idents, ident_cap;
};

/* An empty batch with room for `cap` rows (1..BATCH_ROWS_MAX) and 2 * cap identities. */
struct event_batch *batch_new(uint32_t cap);
void batch_free(struct event_batch *b);
void batch_clear(struct event_batch *b);
/* Adds a row with everything unknown and no identity; returns its index. The batch must have room. */
uint32_t batch_add(struct event_batch *b);
/* Adds an identity to the last row (dropped silently when the row already has this very one).
 * `value` must be canonical and live as long as the batch; `hash` from identity_hash.
 * RC_TOO_LARGE behind BATCH_IDENT_MAX. */
enum rc batch_add_ident(struct event_batch *b, uint8_t kind, struct str value,
                        struct hash128 hash, struct err *e);
/* Adds all rows of another batch behind those of b, which must have room (b->cap). Text stays where it is: `from` must
 * live, untouched, as long as b's rows. */
void batch_append(struct event_batch *b, const struct event_batch *from);
/* Takes the row added last away again, with its identities. */
void batch_drop_last(struct event_batch *b);
/* Removes the rows whose keep[r] is 0, keeping the order. */
void batch_filter(struct event_batch *b, const uint8_t *keep);

/* The identity of a row that owns the event: the strongest kind, then the smallest value; -1 for
 * an identity-less row. Index into b->ident. `priority` is indexed by kind, 1 is strongest. */
int64_t batch_owner(const struct event_batch *b, uint32_t row, const uint16_t *priority);

#endif
