/* One file as a stream of rows or lines: opened, told what it is, turned into UTF-8. */
#ifndef POND_APP_IMPORT_SOURCE_H
#define POND_APP_IMPORT_SOURCE_H

#include "app/import_child.h"
#include "base/arena.h"
#include "base/buf.h"
#include "people/mapping.h"
#include "wire/csv.h"
#include "wire/lines.h"
#include "wire/text.h"

enum import_kind { IMPORT_CSV, IMPORT_NDJSON, IMPORT_XLSX, IMPORT_PARQUET };

struct import_source {
    const char *path;
    int fd;
    uint64_t size;        /* 0: unknown (a pipe) */
    uint64_t read;        /* bytes so far; another thread may look (__atomic) */
    char fingerprint[40]; /* of size, beginning and end; empty for a pipe */
    enum import_kind kind;
    enum text_kind encoding;
    struct mapping *mapping;
    uint32_t skip; /* leading columns that are ours */
    struct csv_reader *csv;
    struct csv_block block; /* the first rows, already read */
    struct lines_reader *lines;
    /* Inside: */
    struct buf head; /* the first bytes, read ahead */
    size_t head_at;
    struct transcoder *transcoder;
    struct import_child *child;
};

/* Opens the file, finds out what it is and how it maps (into `a`). The source is to be released also
 * after a failure. RC_MISSING, RC_DENIED, RC_IO; RC_INVALID for a directory, an empty or binary file, a
 * compressed one, one that is not of the format asked for, or whose columns cannot be told. */
enum rc import_source_open(struct import_source *s, struct arena *a, const char *path,
                           const struct mapping_request *q, struct err *e);
/* The next rows (kinds other than NDJSON); the first call gives the block that was read ahead. */
enum rc import_source_rows(struct import_source *s, struct csv_block *out, struct err *e);
/* After the last row: how the child process ended. */
enum rc import_source_end(struct import_source *s, struct err *e);
void import_source_release(struct import_source *s);
const char *import_kind_name(enum import_kind k);

#endif
