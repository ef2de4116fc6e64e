/* Heap memory that cannot fail: out of memory prints one line and aborts (R9). */
#ifndef POND_BASE_MEM_H
#define POND_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size); /* not zeroed */
void *mem_zalloc(size_t size);
void *mem_resize(void *old, size_t size); /* realloc    */
void mem_free(void *p);
#define mem_array(type, n) ((type *)mem_zalloc(sizeof(type) * (size_t)(n)))

#endif
