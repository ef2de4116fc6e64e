#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

static void *or_abort(void *p, size_t size)
{
    if (!p && size) {
        (void)fprintf(stderr, "pond: out of memory (%zu bytes asked)\n", size);
        abort();
    }
    return p;
}

void *mem_alloc(size_t size) { return or_abort(malloc(size ? size : 1), size); }

void *mem_zalloc(size_t size) { return or_abort(calloc(1, size ? size : 1), size); }

void *mem_resize(void *old, size_t size)
{
    return or_abort(realloc(old, size ? size : 1), size);
}

void mem_free(void *p) { free(p); }
