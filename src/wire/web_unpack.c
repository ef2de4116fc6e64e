/* Bodies that come compressed. The only file that includes zlib. */
#include "wire/web.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/buf.h"
#include "wire/zip.h"

#define STEP ((size_t)64 << 10)
#define GZIP_BITS (15 + 16)
#define ZLIB_BITS 15
#define RAW_BITS (-15)
/* zlib counts in 32 bits. */
#define PIECE_MAX ((size_t)1 << 30)

enum rc web_coding_of(struct str header, enum web_coding *out, struct err *e)
{
    struct str s = str_trim(header);
    if (s.len == 0 || str_eq_nocase(s, STR("identity"))) {
        *out = WEB_PLAIN;
    } else if (str_eq_nocase(s, STR("gzip")) || str_eq_nocase(s, STR("x-gzip"))) {
        *out = WEB_GZIP;
    } else if (str_eq_nocase(s, STR("deflate"))) {
        *out = WEB_DEFLATE;
    } else if (str_eq_nocase(s, STR("zstd"))) {
        *out = WEB_ZSTD;
    } else {
        rc_fail(e, RC_INVALID, "the body's Content-Encoding is not known");
        err_hint(e, "send it as it is, or with gzip, deflate or zstd");
        return RC_INVALID;
    }
    return RC_OK;
}

bool web_is_gzip(struct str s)
{
    return s.len > 2 && s.ptr[0] == 0x1f && (uint8_t)s.ptr[1] == 0x8b && s.ptr[2] == 8;
}

/* "deflate" means the zlib format, but some send it bare (RFC 9110 section 8.4.1.2). */
static int deflate_bits(struct str s)
{
    const uint8_t *b = (const uint8_t *)s.ptr;
    bool zlib = s.len >= 2 && (b[0] & 0x0f) == 8 && (b[0] << 8 | b[1]) % 31 == 0;
    return zlib ? ZLIB_BITS : RAW_BITS;
}

static enum rc damaged(const z_stream *z, int code, struct err *e)
{
    if (code == Z_MEM_ERROR) {
        abort();
    }
    if (code == Z_BUF_ERROR || code == Z_OK) {
        return rc_fail(e, RC_INVALID, "the compressed body is cut off");
    }
    rc_fail(e, RC_INVALID, "the compressed body is damaged");
    err_detail(e, "zlib: %s", z->msg ? z->msg : "no reason");
    return RC_INVALID;
}

/* Reads one stream from its start to its end; z->next_in is then behind it. */
static enum rc inflate_one(z_stream *z, struct buf *out, size_t limit, struct err *e)
{
    int code = Z_OK;
    while (code != Z_STREAM_END) {
        size_t left = limit - out->len;
        size_t step = left < STEP ? left + 1 : STEP; /* one more, to see that there is more */
        z->next_out = (Bytef *)buf_room(out, step);
        z->avail_out = (uInt)step;
        code = inflate(z, Z_NO_FLUSH);
        size_t n = step - z->avail_out;
        if (code != Z_OK && code != Z_STREAM_END) {
            return damaged(z, code, e);
        }
        if (n > left) {
            return rc_fail(e, RC_TOO_LARGE, "unpacked more than the limit of %zu bytes", limit);
        }
        out->len += n;
        if (code == Z_OK && z->avail_in == 0 && z->avail_out > 0) {
            return damaged(z, code, e);
        }
    }
    return RC_OK;
}

static enum rc inflate_all(struct str packed, int bits, struct buf *out, size_t limit,
                           struct err *e)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)packed.ptr, .avail_in = (uInt)packed.len};
    if (packed.len > PIECE_MAX) {
        return rc_fail(e, RC_TOO_LARGE, "a compressed body of %zu bytes", packed.len);
    }
    if (inflateInit2(&z, bits) != Z_OK) {
        abort(); /* only memory can have run out */
    }
    enum rc rc = RC_OK;
    do { /* gzip: several members in a row are one text */
        rc = inflate_one(&z, out, limit, e);
    } while (!rc && bits == GZIP_BITS && z.avail_in > 0 && inflateReset(&z) == Z_OK);
    if (!rc && z.avail_in > 0) {
        rc = rc_fail(e, RC_INVALID, "something follows the compressed body");
    }
    (void)inflateEnd(&z);
    return rc;
}

static void drop_buf(void *b) { buf_release(b); }

enum rc web_unpack(struct arena *a, enum web_coding coding, struct str packed, size_t limit,
                   struct str *out, struct err *e)
{
    if (coding == WEB_PLAIN) {
        if (packed.len > limit) {
            return rc_fail(e, RC_TOO_LARGE, "more than the limit of %zu bytes", limit);
        }
        *out = packed;
        return RC_OK;
    }
    struct buf *b = arena_new_of(a, struct buf);
    arena_defer(a, drop_buf, b);
    enum rc rc;
    if (coding == WEB_ZSTD) {
        rc = zip_unpack_foreign(b, packed, limit, e);
    } else {
        rc = inflate_all(packed, coding == WEB_GZIP ? GZIP_BITS : deflate_bits(packed), b,
                         limit, e);
    }
    if (rc) {
        buf_release(b);
        return rc;
    }
    *out = str_make(buf_cstr(b), b->len);
    return RC_OK;
}

enum rc web_gzip(struct str plain, struct buf *out, struct err *e)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)plain.ptr, .avail_in = (uInt)plain.len};
    if (plain.len > PIECE_MAX) {
        return rc_fail(e, RC_TOO_LARGE, "%zu bytes are too many to compress at once",
                       plain.len);
    }
    if (deflateInit2(&z, 1, Z_DEFLATED, GZIP_BITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        abort();
    }
    size_t room = deflateBound(&z, (uLong)plain.len);
    z.next_out = (Bytef *)buf_room(out, room);
    z.avail_out = (uInt)room;
    int code = deflate(&z, Z_FINISH);
    (void)deflateEnd(&z);
    if (code != Z_STREAM_END) {
        return rc_fail(e, RC_BUG, "compressing failed");
    }
    out->len += room - z.avail_out;
    return RC_OK;
}
