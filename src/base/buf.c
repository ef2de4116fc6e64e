#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

void buf_release(struct buf *b)
{
    mem_free(b->ptr);
    *b = (struct buf){0};
}

void buf_clear(struct buf *b) { b->len = 0; }

char *buf_room(struct buf *b, size_t more)
{
    if (more > b->cap - b->len) {
        assert(more <= SIZE_MAX / 4);
        size_t cap = b->cap ? b->cap * 2 : 64;
        while (cap < b->len + more) {
            cap *= 2;
        }
        b->ptr = mem_resize(b->ptr, cap);
        b->cap = cap;
    }
    return b->ptr + b->len;
}

void buf_add(struct buf *b, struct str s)
{
    if (s.len) {
        memcpy(buf_room(b, s.len), s.ptr, s.len);
        b->len += s.len;
    }
}

void buf_add_byte(struct buf *b, char c)
{
    *buf_room(b, 1) = c;
    b->len++;
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list args;
    va_list again;
    va_start(args, fmt);
    va_copy(again, args);
    char *at = buf_room(b, 64);
    size_t room = b->cap - b->len;
    int len = vsnprintf(at, room, fmt, args);
    va_end(args);
    assert(len >= 0);
    if ((size_t)len >= room) {
        at = buf_room(b, (size_t)len + 1);
        (void)vsnprintf(at, (size_t)len + 1, fmt, again);
    }
    va_end(again);
    b->len += (size_t)len;
}

void buf_add_i64(struct buf *b, int64_t v)
{
    char digits[20];
    size_t n = 0;
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        digits[n++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    char *at = buf_room(b, n + 1);
    if (v < 0) {
        *at++ = '-';
        b->len++;
    }
    b->len += n;
    while (n) {
        *at++ = digits[--n];
    }
}

const char *buf_cstr(struct buf *b)
{
    *buf_room(b, 1) = '\0';
    return b->ptr;
}

/* Writes the low `bytes` bytes of v; compilers make one store of it on little-endian machines. */
static void put_le(struct buf *b, uint64_t v, size_t bytes)
{
    unsigned char le[8];
    for (size_t i = 0; i < 8; i++) {
        le[i] = (unsigned char)(v >> (8 * i));
    }
    memcpy(buf_room(b, bytes), le, bytes);
    b->len += bytes;
}

void buf_put_u8(struct buf *b, uint8_t v) { put_le(b, v, 1); }
void buf_put_u16(struct buf *b, uint16_t v) { put_le(b, v, 2); }
void buf_put_u32(struct buf *b, uint32_t v) { put_le(b, v, 4); }
void buf_put_u64(struct buf *b, uint64_t v) { put_le(b, v, 8); }

void buf_put_varint(struct buf *b, uint64_t v)
{
    char *at = buf_room(b, 10);
    size_t n = 0;
    while (v >= 0x80) {
        at[n++] = (char)(v | 0x80);
        v >>= 7;
    }
    at[n++] = (char)v;
    b->len += n;
}

void buf_put_str(struct buf *b, struct str s)
{
    buf_put_varint(b, s.len);
    buf_add(b, s);
}

static uint64_t get_le(struct reader *r, size_t bytes)
{
    if (r->bad || (size_t)(r->end - r->ptr) < bytes) {
        r->bad = true;
        return 0;
    }
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++) {
        v |= (uint64_t)r->ptr[i] << (8 * i);
    }
    r->ptr += bytes;
    return v;
}

uint8_t reader_u8(struct reader *r) { return (uint8_t)get_le(r, 1); }
uint16_t reader_u16(struct reader *r) { return (uint16_t)get_le(r, 2); }
uint32_t reader_u32(struct reader *r) { return (uint32_t)get_le(r, 4); }
uint64_t reader_u64(struct reader *r) { return get_le(r, 8); }

uint64_t reader_varint(struct reader *r)
{
    uint64_t v = 0;
    for (int shift = 0; shift < 64 && !r->bad; shift += 7) {
        if (r->ptr == r->end) {
            break;
        }
        uint8_t byte = *r->ptr++;
        if (shift == 63 && byte > 1) {
            break; /* would not fit 64 bits */
        }
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            return v;
        }
    }
    r->bad = true;
    return 0;
}

struct str reader_bytes(struct reader *r, size_t len)
{
    if (r->bad || (size_t)(r->end - r->ptr) < len) {
        r->bad = true;
        return STR_NULL;
    }
    struct str s = {(const char *)r->ptr, len};
    r->ptr += len;
    return s;
}

struct str reader_str(struct reader *r)
{
    uint64_t len = reader_varint(r);
    return r->bad ? STR_NULL : reader_bytes(r, len);
}
