/* The manifest: which Parquet files are the history. Table store_segment of the ledger. A file
 * that is not listed is not history: it is an unfinished or replaced one. */
#ifndef POND_STORE_MANIFEST_H
#define POND_STORE_MANIFEST_H

#include "base/arena.h"
#include "base/rc.h"
#include <stddef.h>
#include <stdint.h>

struct ledger;
struct tx;

#define SEGMENT_NAME_MAX 96

struct segment {
    int64_t id; /* given by manifest_add */
    char dataset[32];
    uint64_t seq_from, seq_to; /* rows' seq, both included */
    int64_t rows;
    int64_t bytes;
    int64_t min_ms, max_ms;      /* of the dataset's time column, UTC ms; 0, 0 without one */
    char checksum[33];           /* XXH3-128 of the whole file, lower hex */
    char file[SEGMENT_NAME_MAX]; /* name inside the lake directory */
};

/* Lists a segment that is durable on disk; fills its id. */
enum rc manifest_add(struct tx *tx, struct segment *s, struct err *e);
enum rc manifest_drop(struct tx *tx, int64_t id, struct err *e);
/* Segments of one dataset (NULL: of all), by dataset, then seq_from, then id, in arena memory.
 */
enum rc manifest_read(struct arena *a, struct ledger *l, const char *dataset,
                      struct segment **list, size_t *len, struct err *e);

#endif
