/* An arena is a chain of blocks, the newest first; each new block is twice as large as the one
 * before it up to BLOCK_MAX. Something larger than half a block gets a block of its own, put
 * behind the current one, so that the current one keeps filling. */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

#define ALIGN 16
#define BLOCK_MIN ((size_t)4096)
#define BLOCK_MAX ((size_t)1 << 20)

struct block {
    struct block *older;
    size_t size, used; /* of the bytes behind this head */
    _Alignas(ALIGN) char bytes[];
};

struct deferred {
    struct deferred *older;
    void (*drop)(void *);
    void *thing;
};

struct arena {
    struct block *current; /* allocations come from here      */
    struct block *first;   /* the oldest; survives a reset    */
    struct deferred *deferred;
    size_t used;
};

static struct block *block_new(size_t size, struct block *older)
{
    struct block *b = mem_alloc(sizeof(struct block) + size);
    b->older = older;
    b->size = size;
    b->used = 0;
    return b;
}

struct arena *arena_new(void)
{
    struct arena *a = mem_zalloc(sizeof(struct arena));
    a->first = a->current = block_new(BLOCK_MIN - sizeof(struct block), NULL);
    return a;
}

static void run_deferred(struct arena *a)
{
    while (a->deferred) {
        struct deferred *d = a->deferred;
        a->deferred = d->older; /* first, so that drop may defer again */
        d->drop(d->thing);
    }
}

/* Frees every block but `keep`. */
static void free_blocks(struct arena *a, const struct block *keep)
{
    struct block *b = a->current;
    while (b) {
        struct block *older = b->older;
        if (b != keep) {
            mem_free(b);
        }
        b = older;
    }
}

void arena_free(struct arena *a)
{
    if (!a) {
        return;
    }
    run_deferred(a);
    free_blocks(a, NULL);
    mem_free(a);
}

void arena_reset(struct arena *a)
{
    run_deferred(a);
    free_blocks(a, a->first);
    a->first->older = NULL;
    a->first->used = 0;
    a->current = a->first;
    a->used = 0;
}

static void *alloc_slow(struct arena *a, size_t size)
{
    struct block *current = a->current;
    size_t grown = current->size * 2 < BLOCK_MAX ? current->size * 2 : BLOCK_MAX;
    if (size > grown / 2) {
        struct block *own = block_new(size, current->older);
        own->used = size;
        current->older = own;
        return own->bytes;
    }
    a->current = block_new(grown, current);
    a->current->used = size;
    return a->current->bytes;
}

void *arena_alloc(struct arena *a, size_t size)
{
    assert(size <= SIZE_MAX / 2);
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    a->used += size;
    struct block *b = a->current;
    if (size > b->size - b->used) {
        return alloc_slow(a, size);
    }
    void *p = b->bytes + b->used;
    b->used += size;
    return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
    return memset(arena_alloc(a, size ? size : 1), 0, size);
}

struct str arena_str(struct arena *a, struct str s)
{
    return (struct str){arena_cstr(a, s), s.len};
}

char *arena_cstr(struct arena *a, struct str s)
{
    char *copy = arena_alloc(a, s.len + 1);
    if (s.len) {
        memcpy(copy, s.ptr, s.len);
    }
    copy[s.len] = '\0';
    return copy;
}

struct str arena_strf(struct arena *a, const char *fmt, ...)
{
    va_list args;
    va_list again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    assert(len >= 0);
    char *text = arena_alloc(a, (size_t)len + 1);
    (void)vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    return (struct str){text, (size_t)len};
}

void arena_defer(struct arena *a, void (*drop)(void *), void *thing)
{
    struct deferred *d = arena_alloc(a, sizeof(struct deferred));
    *d = (struct deferred){a->deferred, drop, thing};
    a->deferred = d;
}

size_t arena_used(const struct arena *a) { return a->used; }
