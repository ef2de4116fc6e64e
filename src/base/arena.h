/* Memory that dies together: one arena per request, per job step, per process.
 * Allocation never returns NULL: out of memory aborts (callers cap sizes first). */
#ifndef POND_BASE_ARENA_H
#define POND_BASE_ARENA_H

#include <stddef.h>
#include "base/str.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);  /* NULL is fine; runs deferred calls, newest first */
void arena_reset(struct arena *a); /* as free+new, keeping the first block            */
void *arena_alloc(struct arena *a, size_t size);  /* 16-byte aligned, not zeroed              */
void *arena_zalloc(struct arena *a, size_t size); /* zeroed                                   */
struct str arena_str(struct arena *a, struct str s); /* copy; a NUL follows the bytes        */
char *arena_cstr(struct arena *a, struct str s);
struct str arena_strf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Calls drop(thing) when the arena is freed or reset. */
void arena_defer(struct arena *a, void (*drop)(void *), void *thing);
size_t arena_used(const struct arena *a); /* bytes handed out since the last reset */

#define arena_new_of(a, type) ((type *)arena_zalloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_zalloc((a), sizeof(type) * (size_t)(n)))

#endif
