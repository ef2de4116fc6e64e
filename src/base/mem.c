#include "base/mem.h"

#include <malloc.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Blocks from here on ask for pages of 2 MB: the big tables are read at random, and with small pages half
 * of that time goes into finding the page. Only advice: it may be ignored. */
#define HUGE_FROM (8u << 20)
#define HUGE_PAGE (2u << 20)

/* Of the whole 2 MB pages inside. */
static void advise(void *p, size_t size, int advice)
{
    uintptr_t from = ((uintptr_t)p + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
    uintptr_t to = ((uintptr_t)p + size) & ~(uintptr_t)(HUGE_PAGE - 1);
    if (p && size >= HUGE_FROM && to > from) {
        (void)madvise((void *)from, to - from, advice);
    }
}

static void *or_abort(void *p, size_t size)
{
    if (!p && size) {
        (void)fprintf(stderr, "pond: out of memory (%zu bytes asked)\n", size);
        abort();
    }
    advise(p, size, MADV_HUGEPAGE);
    return p;
}

void *mem_alloc(size_t size) { return or_abort(malloc(size ? size : 1), size); }

void *mem_zalloc(size_t size) { return or_abort(calloc(1, size ? size : 1), size); }

void *mem_resize(void *old, size_t size)
{
    return or_abort(realloc(old, size ? size : 1), size);
}

void mem_free(void *p) { free(p); }

void mem_give_back(void) { (void)malloc_trim(0); }

void mem_leave_out_of_forks(void *p, size_t size, bool out)
{
    advise(p, size, out ? MADV_DONTFORK : MADV_DOFORK);
}
