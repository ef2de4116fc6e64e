/* Importing files: told by content, decoded by one thread, accepted by the caller's, batch by batch.
 *
 *     file ─ read, to UTF-8, rows ─ decode, hash ─► queue of batches ─► brand_accept ─► durable
 *             (one thread)                                            (the caller's thread)
 *
 * What was accepted stays, whatever happens behind it; the same file again adds only what is missing
 * (people/seen.h), so an interrupted import is continued by starting it again. Workbooks and Parquet
 * files are decoded in a child process with few rights (import_child.h).
 *
 * For every file and in sum: rows = accepted + duplicates + rejected. A row counts once, whatever number
 * of events it gives: it is a duplicate when all its events were known.
 */
#ifndef POND_APP_IMPORT_H
#define POND_APP_IMPORT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "app/pond.h"
#include "people/brand.h"
#include "people/mapping.h"

#define IMPORT_PREVIEW_ROWS 1000

struct import_request {
    const struct str *path; /* files; "-" is standard input */
    uint32_t paths;
    struct str format;      /* empty: found out */
    const struct str *spec; /* --map */
    uint32_t specs;
    struct str mapping_name; /* a saved mapping; empty: none */
    struct str save_as;      /* keeps the mapping used under this name; empty: no */
    struct str zone; /* of times without an offset; empty: the mapping's or the brand's */
    bool dry_run;    /* look only; the brand may be open for reading */
    bool whole;      /* with dry_run: at every row, not only the first IMPORT_PREVIEW_ROWS */
    bool strict;     /* any reject makes the outcome RC_REJECTS */
    uint32_t batch_rows;                /* 0: 262,144 */
    bool (*stop)(const struct pond *p); /* true: end behind the batch at hand. May be NULL */
    struct pond *pond; /* the brand's; a lent one rests between batches (pond_rest) */
};

/* Where it stands, for who shows it. */
struct import_state {
    struct str path;
    uint32_t file, files; /* 1-based */
    uint64_t bytes, size; /* read so far, of; size 0 = unknown */
    uint64_t rows;        /* accepted, duplicate and rejected so far */
    int64_t elapsed_ms;
    bool done; /* the file's last call */
};
struct import_progress {
    /* Called at least every half second and at the end of each file. May be NULL. */
    void (*show)(void *ctx, const struct import_state *s);
    void *ctx;
};

/* What a dry run saw, for who shows it and has it corrected. */
#define IMPORT_SAMPLES 8u
#define IMPORT_REJECTS 100u
#define IMPORT_REASONS 50u
struct import_column {
    struct str sample[IMPORT_SAMPLES]; /* different values, personal ones masked */
    uint32_t samples;
    uint32_t filled, of; /* of so many of the first rows */
    uint64_t refused;    /* rows set aside because of it */
};
struct import_reject {
    uint64_t line, column; /* column 0: the whole row */
    struct str field, reason, raw;
};
struct import_reason {
    struct str field, reason;
    uint64_t rows;
};
struct import_look {
    struct import_column *column; /* as many as the mapping has */
    struct import_reject *reject; /* the first IMPORT_REJECTS */
    uint32_t rejects;
    struct import_reason reason[IMPORT_REASONS]; /* what is beyond is not told apart */
    uint32_t reasons;
    bool whole; /* every row was looked at */
};

struct import_file {
    struct str path;
    struct str kind;               /* "csv", "ndjson", "xlsx", "parquet" */
    struct str encoding;           /* "UTF-8", "GB18030", ... */
    char delimiter;                /* of csv; 0 otherwise */
    const struct mapping *mapping; /* NULL when it failed before one was chosen */
    uint64_t size;
    uint64_t rows, accepted, duplicates, rejected;
    uint64_t anonymous; /* accepted rows that name nobody */
    uint64_t events;    /* accepted events: a row may give two */
    int64_t elapsed_ms;
    struct str rejects;      /* path of the file of rejected rows; empty: none */
    struct str first_reject; /* "line 7, column 5 (time): ..." */
    uint64_t continued;      /* rows an earlier, interrupted import of it had got to; 0: none */
    int64_t imported_ms;     /* when it was imported in full before; 0: never */
    struct event_batch
        *preview; /* dry run: the first rows as understood; lives with the summary */
    struct import_look *look; /* dry run; NULL when no mapping could be begun */
    enum rc rc;
    struct err err;
};

struct import_summary {
    struct arena *arena; /* everything here lives in it */
    struct import_file *file;
    uint32_t files;
    uint64_t rows, accepted, duplicates, rejected, anonymous, events;
    uint64_t consumers; /* in the pond afterwards */
    int64_t elapsed_ms;
};

/* Imports the files one after another; a file that cannot be read does not keep the others from being
 * imported, but the first such failure is the outcome. *out is always filled (release it).
 *
 * Returns  RC_OK, also when some rows were set aside; RC_REJECTS when all rows of a file were, or any
 *          with `strict`; RC_STOPPED; RC_MISSING, RC_DENIED, RC_INVALID for a file or mapping; RC_IO,
 *          RC_FULL and others of brand_accept, which end everything.
 */
enum rc import_run(struct brand *b, const struct import_request *q,
                   const struct import_progress *p, struct import_summary *out, struct err *e);
void import_release(struct import_summary *s);

/* ---- saved mappings (app/import_mapping.c) ---- */

/* The JSON of one (people/mapping.h), in the arena. RC_MISSING with the nearest name. */
enum rc import_mapping_get(struct ledger *l, struct str name, struct arena *a, struct str *out,
                           struct err *e);
/* Gives one another name. Inside a transaction of the caller. RC_MISSING; RC_INVALID for an impossible name; RC_CONFLICT
 * when another has it. */
enum rc import_mapping_rename(struct ledger *l, struct str name, struct str to, struct err *e);
/* Inside a transaction of the caller. RC_MISSING. */
enum rc import_mapping_delete(struct ledger *l, struct str name, struct err *e);
/* Every saved mapping: its name and its JSON; views die with the call. Errors of the ledger. */
enum rc import_mappings(struct ledger *l,
                        void (*each)(void *ctx, struct str name, struct str json), void *ctx,
                        struct err *e);

#endif
