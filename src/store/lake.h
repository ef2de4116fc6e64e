/* The lake: history as columns. Sealed rows are immutable Parquet files (segments) in one
 * directory; questions are SQL over all of them plus a tail of rows still in memory.
 *
 * Embedded engine: DuckDB in memory over the files; it is an engine, never the truth. This
 * header knows columns, not events: the caller declares its datasets. One `struct lake` may be
 * used from several threads for queries (each query has its own connection); lake_attach and
 * lake_write belong to one thread at a time.
 *
 * The life of a segment: lake_write makes the file durable; lake_commit lists it in the
 * ledger's manifest in the caller's transaction, with whatever must happen together with it
 * (log_trim). A file whose transaction never came, or that was replaced, is removed by lake_sweep
 * when a writer opens and nobody reads. Every listed file is checked against its checksum once per process before it is first
 * used. */
#ifndef POND_STORE_LAKE_H
#define POND_STORE_LAKE_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "store/bind.h"
#include "store/disk.h"
#include "store/manifest.h"
#include "store/sql.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ledger;
struct tx;
struct lake;
struct lake_result;

enum lake_type {
    LAKE_I64,      /* int64_t   BIGINT                                                        */
    LAKE_U32,      /* uint32_t  UINTEGER                                                      */
    LAKE_F64,      /* double    DOUBLE                                                        */
    LAKE_STR,      /* struct str  VARCHAR, UTF-8                                              */
    LAKE_CODE,     /* uint16_t  index into `names`; VARCHAR in the file                       */
    LAKE_U32_LIST, /* uint32_t  UINTEGER[]: row i has data[offsets[i] .. offsets[i + 1]) */
};
#define LAKE_CODE_NONE UINT16_MAX /* a text that is not among the names (reading), null */

/* Rows in memory, column by column; everything is borrowed. */
struct lake_column {
    const char *name;
    enum lake_type type;
    const void *data;
    const uint8_t *valid;    /* NULL: no nulls; else one byte a row, 0 = null. A LAKE_STR with
                                NULL pointer and a code LAKE_CODE_NONE are null as well */
    const struct str *names; /* LAKE_CODE only */
    uint32_t names_len;
    const uint32_t *offsets; /* LAKE_U32_LIST only: rows + 1 */
};
struct lake_rows {
    uint32_t rows;
    uint32_t columns_len;
    const struct lake_column *columns;
};

/* What a dataset looks like. Columns a file lacks (older than the column) read as null. */
struct lake_field {
    const char *name;
    enum lake_type type;
};
struct lake_dataset {
    const char *name; /* also the view's name; [a-z_]{1,24} */
    const struct lake_field *fields;
    uint32_t fields_len;
    const char *seq;  /* LAKE_I64 or LAKE_U32 field the manifest's seq range is of; NULL: the
                         caller sets seq_from and seq_to of the segment before lake_write */
    const char *time; /* LAKE_I64 field of UTC ms for min_ms, max_ms; may be NULL */
    /* LAKE_CODE field by whose text the rows of a file lie together: who asks for a few of the texts reads those
     * parts of the file only. NULL: rows lie as they came. */
    const char *cluster;
};

struct lake_options {
    const char *dir; /* of the Parquet files; made when missing */
    struct disk *disk;
    const struct lake_dataset *datasets; /* borrowed for the lake's life */
    uint32_t datasets_len;
    bool reads; /* while it is open no segment is swept; open it before the moment of the
                              ledger that it reads */
    bool later; /* the engine is opened by the first call that needs it (from one thread) */
    unsigned threads;      /* 0: as many as there are processors */
    uint64_t memory_bytes; /* limit for the engine; 0: half of the machine's */
};

/* Opens the engine; reads no file. RC_IO, RC_DENIED, RC_INVALID. Costs about 10 ms. */
enum rc lake_open(const struct lake_options *options, struct lake **out, struct err *e);
void lake_close(struct lake *k); /* NULL is fine; no result may be open */

/* --- Writing ----------------------------------------------------------------------------- */

/* Seals rows as one durable Parquet file. Columns are matched to the dataset's fields by name;
 * a field without a column is null in every row, a column without a field is RC_BUG. Rows may
 * come in several pieces (all with the same columns). Fills *out except id. The rows' seq
 * column must not fall; rows of one cluster keep their order. RC_FULL, RC_IO: nothing is left under the final name. */
enum rc lake_write(struct lake *k, const char *dataset, const struct lake_rows *pieces,
                   size_t pieces_len, struct segment *out, struct err *e);
/* Lists the segment (manifest_add): the moment it becomes history. */
enum rc lake_commit(struct tx *tx, struct segment *s, struct err *e);
/* Removes unfinished and unlisted files. Segments that are no longer listed stay while anybody
 * reads: older manifests may list them. The one writer calls it at open. `removed` may be NULL. */
enum rc lake_sweep(struct lake *k, struct ledger *l, uint32_t *removed, struct err *e);
/* Merges runs of neighbouring small segments (< 200,000 rows) of a dataset into ones of at most
 * 1,000,000 rows, one transaction per run. Replaced files stay on disk until the next
 * lake_sweep, so that readers of the older manifest keep working. `merged` (segments that went
 * away) may be NULL. Attach again afterwards. */
enum rc lake_compact(struct lake *k, struct ledger *l, const char *dataset, uint32_t *merged,
                     struct err *e);

/* The same in two steps, so that merging stops no writer: lake_merge writes one run of a dataset, as the ledger's view
 * lists it, as one segment (merged->rows 0: none is due); the ids of those it replaces come into drop (at most `cap`, *drops).
 * The caller lists it instead of them in a transaction (manifest_drop, manifest_add). */
enum rc lake_merge(struct lake *k, struct ledger *l, const char *dataset,
                   struct segment *merged, int64_t *drop, uint32_t cap, uint32_t *drops,
                   struct err *e);
/* Takes over which files another lake of the same directory has verified, also after a fork. */
void lake_inherit(struct lake *k, const struct lake *from);
/* This process knows the file's bytes (another one that it trusts wrote them). */
void lake_trust(struct lake *k, const char *file);

/* --- Reading ------------------------------------------------------------------------------ */

struct lake_tail {
    const char *dataset;
    const struct lake_rows *pieces; /* borrowed until the next lake_attach or lake_close */
    size_t pieces_len;
};
/* Makes the views: one per dataset, named as it, over the listed segments and the given tails.
 * A dataset without any row is an empty view of its fields. Verifies every file not yet
 * verified by this process (2 threads). RC_CORRUPT names the segment's file, RC_MISSING a lost
 * one. */
enum rc lake_attach(struct lake *k, struct ledger *l, const struct lake_tail *tails,
                    size_t tails_len, struct err *e);
/* Re-reads every listed file and compares checksums, whatever was verified before. */
enum rc lake_verify(struct lake *k, struct ledger *l, struct err *e);

/* Names for `code_DOMAIN(text)` in SQL: the index of text in names as USMALLINT (LAKE_CODE on
 * reading), LAKE_CODE_NONE when it is not among them or null. Computed once per distinct text
 * of a file's dictionary, so it is the fast way to read a column of few distinct texts. Copied.
 * Call it between queries. domain: [a-z_]{1,24}, at most 8 of them. */
enum rc lake_set_names(struct lake *k, const char *domain, const struct str *names,
                       uint32_t len, struct err *e);

struct lake_vector {
    enum lake_type type;
    const void *data;      /* I64, U32, F64, CODE: a C array; STR, LIST: see the getters */
    const uint64_t *valid; /* bit i of word i / 64; NULL: no nulls */
    const uint32_t *list;  /* U32_LIST: the children of all rows */
};
struct lake_chunk {
    uint32_t rows; /* 1..2048 */
    uint32_t columns_len;
    const struct lake_vector *columns;
};
/* Runs a statement; rows stream, so memory stays small whatever the size. Parameters are
 * written $name. Result columns are BIGINT -> I64, UINTEGER -> U32, USMALLINT ->
 * CODE, other whole numbers and BOOLEAN -> I64, DOUBLE -> F64, VARCHAR -> STR, UINTEGER[] ->
 * LIST; sums (HUGEINT) and DECIMAL are to be cast in the text, else RC_BUG. Several threads
 * work on it unless the text has an order; without "order by" rows come in any order.
 * RC_STOPPED after lake_interrupt; RC_TOO_LARGE when the memory limit is hit; RC_CORRUPT,
 * RC_IO. */
enum rc lake_query(struct lake *k, const struct sql *sql, struct binds binds,
                   struct lake_result **out, struct err *e);
/* The same for answers that are small beside what is read: the statement only begins here, on the engine's threads; the
 * first lake_next helps until all rows are there, in memory and packed 2048 a chunk (rows that stream come as they were found,
 * maybe few a chunk, and each chunk has its price). What lake_result_* say is known after the first lake_next. Errors of
 * running it come with that, too. `sql->name` must live as long. */
enum rc lake_query_whole(struct lake *k, const struct sql *sql, struct binds binds,
                         struct lake_result **out, struct err *e);
/* Texts to stand behind "from", one after the other: together they have the rows of the dataset's view. So a large answer of
 * lake_query_whole can be taken part by part. The number of texts, at least 1; they hold as the view does, in `a`. */
struct lake_cut {
    const char *dataset;
    int64_t from_ms,
        to_ms;     /* the times asked about, both included: files of others do not count */
    uint64_t rows; /* of a part, about */
};
uint32_t lake_parts(const struct lake *k, struct lake_cut cut, struct arena *a,
                    struct str **texts);
/* The next rows, valid until the next call; chunk->rows 0 at the end. */
enum rc lake_next(struct lake_result *r, struct lake_chunk *chunk, struct err *e);
void lake_done(struct lake_result *r); /* NULL is fine; at any time */
/* First column of the first row as a number; 0 when null or no row. */
enum rc lake_get_i64(struct lake *k, const struct sql *sql, struct binds binds, int64_t *out,
                     struct err *e);
/* Stops the running queries of this lake; callable from another thread (not from a signal). */
void lake_interrupt(struct lake *k);

uint32_t lake_result_columns(const struct lake_result *r);
const char *lake_result_name(const struct lake_result *r, uint32_t column);
enum lake_type lake_result_type(const struct lake_result *r, uint32_t column);

static inline bool lake_is_null(const struct lake_vector *v, uint32_t row)
{
    return v->valid && !(v->valid[row / 64] >> (row % 64) & 1u);
}
/* The text of a row; {NULL, 0} for null. Lives until the next lake_next. */
struct str lake_str(const struct lake_vector *v, uint32_t row);
/* The numbers of a list; a null list has length 0. */
const uint32_t *lake_list(const struct lake_vector *v, uint32_t row, uint32_t *len);

/* --- A file of the user's ------------------------------------------------------------------
 */

/* Opens a Parquet file from outside as a result of lake_next: columns as in lake_query,
 * anything else (DECIMAL, DATE, nested …) as its text, TIMESTAMP as its ISO text. It needs no
 * lake; it is meant for a child process with few rights. RC_INVALID when it is no Parquet file.
 */
enum rc lake_read_file(const char *path, unsigned threads, uint64_t memory_bytes,
                       struct lake_result **out, struct err *e);

#endif
