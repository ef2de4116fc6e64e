/* Private to store/: what lake.c (files, manifest, views) asks of the engine in lake_duckdb.c.
 */
#ifndef POND_STORE_INTERNAL_H
#define POND_STORE_INTERNAL_H

#include "base/buf.h"
#include "store/lake.h"

struct engine;
struct lockfile;
struct map;

struct lake {
    struct engine *engine;
    struct disk *disk;
    char *dir;             /* absolute */
    struct lockfile *hold; /* a reader's: keeps segments from being swept */
    const struct lake_dataset *datasets;
    uint32_t datasets_len;
    unsigned threads; /* of the engine, as its options said */
    uint64_t memory_bytes;
    struct map *verified;     /* files whose checksum held in this process */
    struct segment *attached; /* what the views are made of */
    size_t attached_len;
};

/* A column by name; NULL when the piece has none. */
const struct lake_column *lake_column_of(const struct lake_rows *piece, const char *name);
/* RC_BUG when a column is none of the dataset's, or of another type. */
enum rc lake_check_columns(const struct lake_dataset *d, const struct lake_rows *piece,
                           struct err *e);
/* Opens the engine unless it is open. */
enum rc lake_start(struct lake *k, struct err *e);
/* Index of a dataset by name; -1 when it is not declared. */
int lake_dataset_index(const struct lake *k, const char *name);
/* Seals what a select gives: names the file, writes, syncs, renames, checksums. dataset, seq range,
 * rows and times of *s are the caller's; file, bytes and checksum are filled. */
enum rc lake_seal(struct lake *k, const char *select, struct segment *s, struct err *e);
/* Appends the rows of a dataset: all fields of the tail (`tail`: and its rows), then those of the files. */
void lake_add_rows(const struct lake *k, struct buf *text, uint32_t dataset, bool tail,
                   const struct segment *list, size_t len);
/* Appends a select of a slot's rows. */
void lake_add_slot(struct buf *b, uint32_t slot);
/* Appends "read_parquet([...])" over the listed files of one dataset (at least one). */
void lake_add_files(const struct lake *k, struct buf *text, const char *dataset,
                    const struct segment *list, size_t len);
/* Verifies the files not yet verified by this lake. */
enum rc lake_verify_list(struct lake *k, const struct segment *list, size_t len, struct err *e);

/* --- The engine ------------------------------------------------------------------------------ */

/* The few texts of a LAKE_CODE field: the engine writes them from numbers of one byte. */
#define ENGINE_FEW_MAX 254
struct engine_few {
    uint32_t len; /* 0: the field is written as texts */
    const char *name[ENGINE_FEW_MAX];
    uint8_t *of; /* by code: index into name, UINT8_MAX for null */
    uint32_t codes;
};

/* Where a row of several pieces is. */
struct engine_row {
    uint32_t piece, row;
};
/* Rows in memory that SQL reads as lake_rows(SLOT). */
struct engine_source {
    const struct lake_field *fields; /* the columns SQL sees, in order */
    uint32_t fields_len;
    const struct engine_few *few; /* by field; NULL: none */
    const struct lake_rows *pieces;
    size_t pieces_len;
    const struct engine_row *order; /* every row once, as they come out; NULL: as they lie */
    uint64_t rows;                  /* of all pieces: counted by engine_set_source */
};
enum {
    ENGINE_DATASETS = 16,           /* slots 0..15: the tails of the datasets */
    ENGINE_WRITE = ENGINE_DATASETS, /* what lake_write seals */
    ENGINE_SLOTS = ENGINE_DATASETS + 1,
    ENGINE_DOMAINS = 8,
};

enum rc engine_open(unsigned threads, uint64_t memory_bytes, struct engine **out,
                    struct err *e);
/* From here on SQL reaches files in `dir` only, an absolute path; or, with NULL, the one file that is
 * open as `fd`, by the name /proc/self/fd/FD. The engine's configuration is locked. */
enum rc engine_fence(struct engine *g, const char *dir, int fd, struct err *e);
void engine_close(struct engine *g);
/* What lake_rows(slot) reads from the next statement on. Borrowed. */
void engine_set_source(struct engine *g, uint32_t slot, struct engine_source s);
/* Runs a statement without rows. */
enum rc engine_run(struct engine *g, const char *text, struct err *e);
/* whole: begins it, and all its rows are there when the first is fetched; else rows stream. */
enum rc engine_query(struct engine *g, const struct sql *sql, struct binds binds, bool whole,
                     struct lake_result **out, struct err *e);
/* Makes the result own its engine and a descriptor: lake_done closes both. */
void engine_give(struct lake_result *r, int fd);
enum rc engine_set_names(struct engine *g, const char *domain, const struct str *names,
                         uint32_t len, struct err *e);
void engine_interrupt(struct engine *g);
/* The code that the engine's text means, with words of ours; the text goes into the detail. */
enum rc engine_fail(const char *what, const char *text, struct err *e);
/* Appends a text as an SQL literal / a name as an SQL identifier. */
void engine_add_text(struct buf *b, struct str text);
void engine_add_name(struct buf *b, struct str name);
/* The engine's word for a type of ours. */
const char *engine_type_name(enum lake_type type);

#endif
