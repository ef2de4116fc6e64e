/* The log: accepted batches, durable before they are acknowledged, in order of seq, until the
 * transaction that lists the segment they went into removes them. Table store_log.
 *
 * seq numbers accepted rows, from 1, without gaps: a batch of n rows that begins at seq s holds
 * s .. s+n-1 (a batch without rows takes one number). The sequence is shared with big batches
 * that are sealed directly as a segment and never pass through the log: those take their
 * numbers with log_take in the transaction that lists the segment. What a payload means is not
 * known here.
 *
 * A payload is stored compressed (zstd) with an XXH3 checksum over (seq, rows, stored bytes).
 */
#ifndef POND_STORE_LOG_H
#define POND_STORE_LOG_H

#include "base/rc.h"
#include "base/str.h"
#include <stdint.h>

struct ledger;
struct tx;

#define LOG_PAYLOAD_MAX (256u << 20) /* bytes before compression */

struct log_batch {
    uint64_t seq; /* of its first row */
    uint32_t rows;
    struct str payload; /* decompressed; lives during the call it is handed to */
};

/* Appends a batch inside a transaction; several batches in one transaction are one group
 * commit. *seq receives its first number. RC_TOO_LARGE above LOG_PAYLOAD_MAX, else the ledger's
 * errors. */
enum rc log_append(struct tx *tx, struct str payload, uint32_t rows, uint64_t *seq,
                   struct err *e);
/* The number the next batch will get: stable for the one writer until it appends or takes. */
enum rc log_next_seq(struct ledger *l, uint64_t *seq, struct err *e);
/* Takes the numbers of `rows` rows that do not go through the log; *seq receives the first. */
enum rc log_take(struct tx *tx, uint32_t rows, uint64_t *seq, struct err *e);
/* Hands every batch whose first seq is >= from to fn, in order. A failure of fn ends the
 * reading and is returned. RC_CORRUPT "log row seq N" when bytes do not match their checksum.
 */
enum rc log_read(struct ledger *l, uint64_t from,
                 enum rc (*fn)(void *ctx, const struct log_batch *b, struct err *e), void *ctx,
                 struct err *e);
/* Removes every batch whose first seq is <= upto. */
enum rc log_trim(struct tx *tx, uint64_t upto, struct err *e);
/* What is waiting: batches, rows and stored bytes. Any pointer may be NULL. */
enum rc log_size(struct ledger *l, int64_t *batches, int64_t *rows, int64_t *bytes,
                 struct err *e);

#endif
