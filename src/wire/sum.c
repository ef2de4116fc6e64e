/* The only file that includes xxHash. */
#include "wire/sum.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include <xxhash.h>
#include "base/mem.h"

#define CHUNK ((size_t)256 << 10)

struct sum_stream {
    XXH3_state_t *state;
};

static struct sum128 from_xxh(XXH128_hash_t h) { return (struct sum128){h.low64, h.high64}; }

uint64_t sum64(struct str bytes) { return XXH3_64bits(bytes.ptr, bytes.len); }

struct sum128 sum128(struct str bytes) { return from_xxh(XXH3_128bits(bytes.ptr, bytes.len)); }

char *sum128_hex(struct sum128 s, char out[33])
{
    (void)snprintf(out, 33, "%016llx%016llx", (unsigned long long)s.hi,
                   (unsigned long long)s.lo);
    return out;
}

static bool parse_half(struct str hex, uint64_t *out)
{
    uint64_t v = 0;
    for (size_t i = 0; i < 16; i++) {
        char c = hex.ptr[i];
        bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
        if (!digit && !letter) {
            return false;
        }
        v = v << 4 | (uint64_t)(digit ? c - '0' : c - 'a' + 10);
    }
    *out = v;
    return true;
}

bool sum128_parse(struct str hex, struct sum128 *out)
{
    struct sum128 s;
    if (hex.len != 32 || !parse_half(str_slice(hex, 0, 16), &s.hi) ||
        !parse_half(str_slice(hex, 16, 32), &s.lo)) {
        return false;
    }
    *out = s;
    return true;
}

struct sum_stream *sum_stream_new(void)
{
    struct sum_stream *s = mem_zalloc(sizeof(*s));
    s->state = XXH3_createState(); /* NULL only when memory is out: XXH3 then does nothing */
    XXH3_128bits_reset(s->state);
    return s;
}

void sum_stream_free(struct sum_stream *s)
{
    if (s) {
        XXH3_freeState(s->state);
        mem_free(s);
    }
}

void sum_stream_add(struct sum_stream *s, struct str bytes)
{
    if (bytes.len > 0) {
        XXH3_128bits_update(s->state, bytes.ptr, bytes.len);
    }
}

struct sum128 sum_stream_end(const struct sum_stream *s)
{
    return from_xxh(XXH3_128bits_digest(s->state));
}

enum rc sum128_fd(int fd, struct sum128 *out, uint64_t *size, struct err *e)
{
    enum rc rc = RC_OK;
    struct sum_stream *s = sum_stream_new();
    char *chunk = mem_alloc(CHUNK);
    uint64_t at = 0;
    for (;;) {
        ssize_t n = pread(fd, chunk, CHUNK, (off_t)at);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            rc = rc_errno(e, errno, "reading");
            goto done;
        }
        if (n == 0) {
            break;
        }
        sum_stream_add(s, str_make(chunk, (size_t)n));
        at += (uint64_t)n;
    }
    *out = sum_stream_end(s);
    if (size) {
        *size = at;
    }
done:
    mem_free(chunk);
    sum_stream_free(s);
    return rc;
}
