/* A checkpoint: flat arrays by name in one file, so that a restart need not fold all of
 * history. It can be thrown away at any time: a lost or damaged one only costs the time of a
 * rebuild.
 *
 * Layout (little-endian): a page of 4096 bytes {magic "PONDCKPT", format, version, seq, model hash},
 * the sections, each beginning at a multiple of 4096, the table {name, offset, length, XXH3 of every
 * piece of 4 MB} and, at the end, 40 bytes {table offset, table length, XXH3 of page and table, magic}.
 * It is renamed into place when durable, so a torn one is only seen when a disk lies, and then the
 * checksums tell. Reading runs at the page cache's speed: 2 threads, each piece verified while it is
 * still in the processor's cache.
 */
#ifndef POND_STORE_CHECKPOINT_H
#define POND_STORE_CHECKPOINT_H

#include "base/rc.h"
#include "store/disk.h"
#include <stddef.h>
#include <stdint.h>

#define CHECKPOINT_NAME_MAX 31

struct checkpoint_head {
    uint32_t version;    /* of the meaning of the sections; the caller compares */
    uint64_t seq;        /* state after this seq */
    uint64_t model_hash; /* whatever else must match */
};

/* --- Writing: create, add, add, ..., finish (or drop) ----------------------------------------
 */
struct checkpoint_writer;
enum rc checkpoint_create(struct disk *d, const char *path, const struct checkpoint_head *head,
                          struct checkpoint_writer **out, struct err *e);
/* Writes one section at once; names are unique, 1..31 bytes, len may be 0. */
enum rc checkpoint_add(struct checkpoint_writer *w, const char *name, const void *data,
                       size_t len, struct err *e);
/* Makes it durable under its final name and frees the writer, whatever the outcome. */
enum rc checkpoint_finish(struct checkpoint_writer *w, struct err *e);
void checkpoint_drop(
    struct checkpoint_writer *w); /* gives up; the old file stays. NULL is fine */

/* --- Reading ---------------------------------------------------------------------------------
 */
struct checkpoint;
/* Opens and verifies head and table. RC_MISSING when there is none; RC_CORRUPT names the file;
 * RC_CONFLICT for another format of file (rebuild as for RC_MISSING). */
enum rc checkpoint_open(struct disk *d, const char *path, struct checkpoint **out,
                        struct err *e);
/* Reads every byte of the file: all sections against their checksums, zeros between them. For verifying only: a
 * load checks what it loads. RC_CORRUPT "file X section Y". */
enum rc checkpoint_check(struct checkpoint *c, struct err *e);
void checkpoint_close(struct checkpoint *c); /* loaded sections stay with the caller */
struct checkpoint_head checkpoint_head(const struct checkpoint *c);
/* Length of a section in bytes; false when it is not there. */
bool checkpoint_has(const struct checkpoint *c, const char *name, uint64_t *len);

struct checkpoint_want {
    const char *name;
    void **data; /* receives memory of mem_alloc, owned by the caller (mem_free); never NULL */
    size_t *len; /* receives its length in bytes */
};
/* Loads and verifies sections, 2 threads. RC_MISSING when a section is not there, RC_CORRUPT
 * "file X section Y"; on failure nothing is handed out (all *data NULL). */
enum rc checkpoint_load(struct checkpoint *c, const struct checkpoint_want *wants, size_t len,
                        struct err *e);

#endif
