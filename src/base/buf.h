/* A growing byte buffer that owns its memory. Zero-initialise ({0}) or buf_init; buf_release. */
#ifndef POND_BASE_BUF_H
#define POND_BASE_BUF_H

#include <stdint.h>
#include "base/str.h"

struct buf {
    char *ptr;
    size_t len, cap;
};

void buf_release(struct buf *b); /* frees and zeroes                                 */
void buf_clear(struct buf *b);   /* length 0, memory kept                            */
char *buf_room(struct buf *b,
               size_t more); /* at least `more` free bytes at the end; returns it */
void buf_add(struct buf *b, struct str s);
void buf_add_byte(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_add_i64(struct buf *b, int64_t v);
static inline struct str buf_str(const struct buf *b) { return (struct str){b->ptr, b->len}; }
/* Adds a NUL behind the content (not counted) and returns it. */
const char *buf_cstr(struct buf *b);

/* Little-endian binary, for our own formats. */
void buf_put_u8(struct buf *b, uint8_t v);
void buf_put_u16(struct buf *b, uint16_t v);
void buf_put_u32(struct buf *b, uint32_t v);
void buf_put_u64(struct buf *b, uint64_t v);
void buf_put_varint(struct buf *b, uint64_t v); /* LEB128, 1..10 bytes */
void buf_put_str(struct buf *b, struct str s);  /* varint length, then bytes */

/* A reader over bytes: every get checks the bounds; after the first failure `bad` stays true and
 * gets return 0 / empty, so a decoder checks once at its end. */
struct reader {
    const uint8_t *ptr, *end;
    bool bad;
};
static inline struct reader reader_of(struct str s)
{
    return (struct reader){(const uint8_t *)s.ptr, (const uint8_t *)s.ptr + s.len, false};
}
uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r);
uint32_t reader_u32(struct reader *r);
uint64_t reader_u64(struct reader *r);
uint64_t reader_varint(struct reader *r);
struct str reader_str(struct reader *r); /* a view into the input */
struct str reader_bytes(struct reader *r, size_t len);

#endif
