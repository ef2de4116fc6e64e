/* A batch as history keeps it: rows with identity numbers instead of identities, and the identities that
 * it is the first to name. One form, three uses: columns for a Parquet segment, the payload of a log
 * row, and what the fold reads.
 *
 * Event rows      `identity` = number of the strongest identity (0: nobody's), `also` = the others.
 * Identity rows   (no, kind, value); the value of a personal kind is sealed (AES-SIV, base64url).
 */
#ifndef POND_PEOPLE_STORED_H
#define POND_PEOPLE_STORED_H

#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "people/batch.h"
#include "people/catalogue.h"
#include "people/dictionary.h"
#include "people/kind.h"
#include "store/lake.h"
#include "wire/crypt.h"

struct stored_batch {
    struct event_batch *batch; /* ident[].no is set; borrowed unless `owned` */
    bool owned;
    int64_t seq;              /* of the first row; the same for all rows of the batch */
    uint32_t *owner;          /* a row: ident no of the owner, 0 = nobody */
    uint32_t *also, *also_at; /* the others: also[also_at[r]] .. also[also_at[r + 1] - 1] */
    uint32_t fresh;           /* identities named first here ... */
    uint32_t fresh_from;      /* ... have the numbers fresh_from .. fresh_from + fresh - 1 */
    uint8_t *fresh_kind;
    struct str *fresh_value; /* as stored */
};

/* The lake's datasets (store/lake.h). All behind the second are only ever tails: `wanted`, numbers to join with, and what
 * questions read beside history (brand_attach_with):
 *
 *   person    identity, consumer: the partition
 *   span      consumer, stage, from_day, to_day: both included
 *   refunded  purchases refunded in full from from_day on (people/refunded.h): the columns of the event, of
 *             those with an order only identity, name, channel, order_no
 *   mark      slot, identity: a tag, a crowd ... under a number
 *   score     slot, identity, number, words: a field's known values under a number */
extern const struct lake_dataset stored_datasets[];
extern const uint32_t stored_datasets_len;

/* Gives every identity of the batch its number, adding unknown ones to the dictionary, and lays out
 * owners and others in `a` (which must outlive *out). RC_TOO_LARGE behind 2^32 - 2 identities. */
enum rc stored_make(struct event_batch *b, struct dictionary *d, const struct kind_table *kinds,
                    struct siv *siv, struct arena *a, struct stored_batch *out, struct err *e);
/* Releases the batch when it is owned. */
void stored_release(struct stored_batch *s);

/* Columns for the lake, in `a`. With `all` every field is present (pieces must look alike), else columns
 * without any value are left out. */
struct lake_rows stored_events(const struct stored_batch *s, const struct catalogue *c,
                               bool all, struct arena *a);
struct lake_rows stored_identities(const struct stored_batch *s, const struct kind_table *kinds,
                                   struct arena *a);

/* Log payload (format 1: little-endian columns; only ever read by us, checked anyway). */
void stored_encode(const struct stored_batch *s, struct buf *out);
/* RC_CORRUPT for bytes that are not such a payload. Text is copied; *out owns its batch. Identities carry
 * numbers only. */
enum rc stored_decode(struct str payload, int64_t seq, struct arena *a,
                      struct stored_batch *out, struct err *e);

/* The stored form of an identity's value and back (in `a`). */
enum rc stored_seal_value(const struct kind_table *kinds, uint8_t kind, struct str plain,
                          struct siv *siv, struct arena *a, struct str *out, struct err *e);
enum rc stored_open_value(const struct kind_table *kinds, uint8_t kind, struct str stored,
                          struct siv *siv, struct arena *a, struct str *out, struct err *e);

#endif
