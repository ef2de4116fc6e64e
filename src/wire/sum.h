/* Checksums of our own files (XXH3, xxHash 0.8): against rot, not against forgers. */
#ifndef POND_WIRE_SUM_H
#define POND_WIRE_SUM_H

#include "base/rc.h"
#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

struct sum128 {
    uint64_t lo, hi;
};

uint64_t sum64(struct str bytes);
struct sum128 sum128(struct str bytes);
static inline bool sum128_eq(struct sum128 a, struct sum128 b)
{
    return a.lo == b.lo && a.hi == b.hi;
}
/* 32 lower-case hex digits (the high half first) and a NUL; returns out. */
char *sum128_hex(struct sum128 s, char out[33]);
bool sum128_parse(struct str hex, struct sum128 *out);

/* The same sum over bytes that come in pieces. */
struct sum_stream;
struct sum_stream *sum_stream_new(void);
void sum_stream_free(struct sum_stream *s);
void sum_stream_add(struct sum_stream *s, struct str bytes);
struct sum128 sum_stream_end(const struct sum_stream *s); /* may go on being added to */

/* Of a whole file by descriptor, from its start, without moving its position; *size (may be
 * NULL) gets its length. RC_IO. */
enum rc sum128_fd(int fd, struct sum128 *out, uint64_t *size, struct err *e);

#endif
