/* The decoder: rows and JSON lines from outside into an event batch, under a mapping.
 *
 * Everything is checked here and nowhere behind: times, amounts, names, identities, limits. A row
 * that does not hold is handed to the reject function with its line, column and reason, and leaves
 * no trace in the batch; nothing is silently changed. Text is copied into the batch's arena, so the
 * input may be reused at once. Personal columns other than identities are sealed (AES-SIV) before
 * they enter `props`; raw text of rejected rows has personal values masked.
 *
 * Cost   a mapping is compiled into one list of actions; a row runs through it without comparing
 *        names. Taobao behaviour rows have a path of their own. See docs/import.md for figures.
 */
#ifndef POND_PEOPLE_DECODE_H
#define POND_PEOPLE_DECODE_H

#include <pthread.h>
#include <stdint.h>
#include "base/day.h"
#include "people/batch.h"
#include "people/catalogue.h"
#include "people/kind.h"
#include "people/mapping.h"
#include "wire/crypt.h"
#include "wire/csv.h"
#include "wire/lines.h"

#define DECODE_FUTURE_MS DAY_MS /* later than this behind now: set aside */
#define DECODE_DAY_MAX 65744    /* 2150-01-01, excluded */
#define DECODE_TEXT_MAX 4096    /* bytes of item, category, order, touchpoint ... */
#define DECODE_PROPS_MAX (64u << 10)
#define DECODE_SEALED "~siv1:" /* in front of the base64url of a sealed property */

struct reject {
    uint64_t line;    /* 1-based physical line (spreadsheets: row) */
    uint32_t column;  /* 1-based column of the row; of JSON: byte; 0 = the whole row */
    struct str field; /* its header or path; may be empty */
    const char *reason;
    struct str raw; /* the row's text, personal values masked, cut at 2 KiB */
};

struct decoder;
struct decoder_setup {
    const struct mapping *mapping; /* all of these must outlive the decoder */
    struct kind_table *kinds;
    struct catalogue *catalogue;
    const struct secret *secret;
    struct hash_key identity_key; /* for identity_hash */
    const struct zone *zone;      /* of times without an offset */
    int64_t now_ms;
    /* Held while a new name is added to `kinds` or `catalogue`; another thread that reads them holds
     * it too. NULL: one thread only. */
    pthread_mutex_t *lock;
    uint32_t skip; /* leading columns that are ours: 0, or 2 (row, flags) */
    void (*reject)(void *ctx, const struct reject *r); /* never NULL; views die with the call */
    void *ctx;
};

/* RC_INVALID when the mapping's constants or kinds are no valid names. */
enum rc decoder_new(const struct decoder_setup *s, struct decoder **out, struct err *e);
void decoder_free(struct decoder *d);
/* Points the decoder at a batch; call it again after batch_clear. */
void decoder_begin(struct decoder *d, struct event_batch *b);
/* Decodes rows `from`.. of the block until its end or until the batch is full (a row may give two
 * events); returns the first row not decoded. */
uint32_t decoder_rows(struct decoder *d, const struct csv_block *block, uint32_t from);
uint32_t decoder_lines(struct decoder *d, const struct lines_block *block, uint32_t from);
/* One JSON event as the body of a request. False when it was rejected. */
bool decoder_json(struct decoder *d, struct str text, uint64_t line);
/* Rows looked at (the header is none) and rows set aside so far. */
uint64_t decoder_row_count(const struct decoder *d);
uint64_t decoder_reject_count(const struct decoder *d);

#endif
