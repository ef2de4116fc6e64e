/* Sorting of many numbers: by bytes, in time that grows with their number alone. */
#ifndef POND_BASE_SORT_H
#define POND_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

struct keyed {
    uint64_t key;
    uint64_t at; /* goes along */
};
/* Ascending by the key without its lowest `skip` bytes (0..7); what is equal then stays in its order. Bytes in which no two
 * keys differ cost nothing, so small numbers sort faster. Takes n more of them in memory. */
void sort_keyed(struct keyed *list, size_t n, uint32_t skip);
/* Keys in the order of signed numbers, and back. */
static inline uint64_t sort_key_i64(int64_t x) { return (uint64_t)x ^ UINT64_C(1) << 63; }
static inline int64_t sort_i64_of(uint64_t key) { return (int64_t)(key ^ UINT64_C(1) << 63); }

#endif
