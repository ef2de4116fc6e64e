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
#include "wire/json.h"
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

/* Text as `raw` of a reject shows it: phone numbers and e-mail addresses masked wherever they stand; all of it of a
 * personal value. */
void decode_mask(struct buf *out, struct str text, bool personal);

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
/* A second decoder under another mapping, with all else and the batch of the first, which outlives it: for a
 * body that a saved mapping explains. Its rows and rejects are its own count. Errors of decoder_new. */
enum rc decoder_like(const struct decoder *first, const struct mapping *m, struct decoder **out,
                     struct err *e);
/* Points the decoder at a batch; call it again after batch_clear. */
void decoder_begin(struct decoder *d, struct event_batch *b);
/* Decodes rows `from`.. of the block until its end or until the batch is full (a row may give two
 * events); returns the first row not decoded. */
uint32_t decoder_rows(struct decoder *d, const struct csv_block *block, uint32_t from);
uint32_t decoder_lines(struct decoder *d, const struct lines_block *block, uint32_t from);
/* One JSON event of Pond's own form. False when it was rejected. */
bool decoder_json(struct decoder *d, struct str text, uint64_t line);

/* ---- One event value by value: for what is neither a row nor a line (src/collect) ----
 *
 *     decoder_event_begin(d, 3, raw);
 *     decoder_put_time_ms(d, ms);
 *     decoder_put_name(d, STR("add_cart"));
 *     decoder_put_identity(d, STR("user_id"), value);
 *     decoder_put_json(d, MAP_ITEM, v);
 *     decoder_event_end(d);                      false: it was handed to the reject function
 *
 * The checks are those of rows and lines. A put that fails returns false; the first failure is kept, puts
 * behind it do nothing and return false, decoder_event_end rejects with its reason. So nobody has to look
 * at what a put returns. Text is copied; the views handed in need to live until decoder_event_end only.
 */

/* The moment of receipt, for "in the future": a decoder that lives long is told it for each request. */
void decoder_set_now(struct decoder *d, int64_t now_ms);
/* A new row of the batch. line: its place in the body, 1-based; raw: its text, for a reject. */
void decoder_event_begin(struct decoder *d, uint64_t line, struct str raw);
/* A further event of the same source event: finishes the one at hand and begins another with its time,
 * channel, touchpoint, campaign, order and identities. All of them are rejected if one is. */
bool decoder_event_more(struct decoder *d);
/* Checks the whole, keeps it, or hands it to the reject function. True when kept. */
bool decoder_event_end(struct decoder *d);
/* Rejects the event at hand with the caller's reason, in place of decoder_event_end. */
void decoder_event_drop(struct decoder *d, struct str field, const char *reason);
/* Takes the rows from `rows` on away again, as if they had never come (a dry run). */
void decoder_cut(struct decoder *d, uint32_t rows);
uint32_t decoder_len(const struct decoder *d);  /* rows of the batch */
uint32_t decoder_room(const struct decoder *d); /* rows that still fit into it */

bool decoder_put_time_ms(struct decoder *d, int64_t utc_ms);
/* The instant that a text or number means, unchecked: for clocks that are put right first. False: none. */
bool decoder_read_time(struct decoder *d, const struct json_value *v, int64_t *ms);
/* An event name exactly as written: no words are understood (mapping.h does that), an unknown one is an own name. */
bool decoder_put_name(struct decoder *d, struct str name);
/* Text of a column; MAP_TIME .. MAP_SCORE but for MAP_IDENTITY. */
bool decoder_put_text(struct decoder *d, enum map_field field, struct str text);
/* The same from a JSON value; MAP_EVENT understands words as lines do. null is nothing. */
bool decoder_put_json(struct decoder *d, enum map_field field, const struct json_value *v);
bool decoder_put_amount(struct decoder *d, int64_t fen);
/* The amount that a text or number means, checked as a put is (AMOUNT_UNKNOWN: none); stored nowhere. */
bool decoder_read_amount(struct decoder *d, const struct json_value *v, int64_t *fen);
bool decoder_put_identity(struct decoder *d, struct str kind, struct str value);
/* The same from a JSON value (text or number, or a list of them: v[1..span] are its elements). */
bool decoder_put_identities(struct decoder *d, struct str kind, const struct json_value *v);
/* A property; key and value are UTF-8, as what json_flat gives is; v[1..span] lie inside it. Keys that hold personal values (docs/import.md) are sealed, at
 * any depth. null is nothing. */
bool decoder_put_prop(struct decoder *d, struct str key, const struct json_value *v);
bool decoder_put_prop_text(struct decoder *d, struct str key,
                           struct str text); /* empty: none */
/* All members of an object of Pond's own form (docs/import.md): columns, identities, properties. */
bool decoder_put_object(struct decoder *d, const struct json_value *v);
/* As decoder_put_json and decoder_put_identities, but what does not hold leaves no trace and no failure:
 * false then, and the caller keeps the value otherwise. */
bool decoder_try_json(struct decoder *d, enum map_field field, const struct json_value *v);
bool decoder_try_identities(struct decoder *d, struct str kind, const struct json_value *v);
/* Rows looked at (the header is none) and rows set aside so far. */
uint64_t decoder_row_count(const struct decoder *d);
uint64_t decoder_reject_count(const struct decoder *d);

/* Adds a text in which whatever looks like a phone number or an e-mail address is masked. */
void decode_mask_text(struct buf *out, struct str text);

#endif
