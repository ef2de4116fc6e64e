/* Heap memory that cannot fail: out of memory prints one line and aborts (R9). */
#ifndef POND_BASE_MEM_H
#define POND_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

void *mem_alloc(size_t size); /* not zeroed */
void *mem_zalloc(size_t size);
void *mem_resize(void *old, size_t size); /* realloc    */
void mem_free(void *p);
/* Freed memory that the allocator keeps goes back to the system; what is asked for next is new, and costs more. */
void mem_give_back(void);
/* Leaves the whole 2 MB pages of a block out of forked processes, which must then not touch them, or no longer. Pages
 * that nobody shares cost nothing when they are written. Take it back behind the fork: memory that is freed is used again. */
void mem_leave_out_of_forks(void *p, size_t size, bool out);
#define mem_array(type, n) ((type *)mem_zalloc(sizeof(type) * (size_t)(n)))

#endif
