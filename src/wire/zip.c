/* The only file that includes zstd. */
#include "wire/zip.h"

#include <stdbool.h>
#include <stdlib.h>
#include <zstd.h>

void zip_pack(struct buf *out, struct str plain, int level)
{
    ZSTD_CCtx *c = ZSTD_createCCtx();
    size_t room = ZSTD_compressBound(plain.len);
    char *dst = buf_room(out, room);
    ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
    size_t n = ZSTD_compress2(c, dst, room, plain.ptr, plain.len);
    ZSTD_freeCCtx(c);
    if (ZSTD_isError(n)) {
        abort(); /* room is the bound, so only memory can have run out */
    }
    out->len += n;
}

enum rc zip_unpack(struct buf *out, struct str frame, size_t max, struct err *e)
{
    unsigned long long size = ZSTD_getFrameContentSize(frame.ptr, frame.len);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN ||
        ZSTD_findFrameCompressedSize(frame.ptr, frame.len) != frame.len) {
        return rc_fail(e, RC_CORRUPT, "compressed bytes are damaged or cut off");
    }
    if (size > max) {
        return rc_fail(e, RC_TOO_LARGE, "%llu bytes unpacked, more than the limit of %zu", size,
                       max);
    }
    char *dst = buf_room(out, (size_t)size + 1);
    size_t n = ZSTD_decompress(dst, (size_t)size, frame.ptr, frame.len);
    if (ZSTD_isError(n) || n != size) {
        rc_fail(e, RC_CORRUPT, "compressed bytes are damaged");
        err_detail(e, "zstd: %s", ZSTD_isError(n) ? ZSTD_getErrorName(n) : "wrong size");
        return RC_CORRUPT;
    }
    out->len += n;
    return RC_OK;
}

#define WINDOW_LOG_MAX 23
#define STEP ((size_t)64 << 10)

/* *unfinished: the last frame has not come to its end. */
static enum rc unpack_steps(ZSTD_DCtx *d, struct buf *out, ZSTD_inBuffer *in, size_t max,
                            size_t *unfinished, struct err *e)
{
    size_t start = out->len;
    bool full; /* of what was asked for: more may wait inside */
    do {
        size_t left = max - (out->len - start);
        size_t step = left < STEP ? left + 1 : STEP; /* one more, to see that there is more */
        ZSTD_outBuffer o = {buf_room(out, step), step, 0};
        *unfinished = ZSTD_decompressStream(d, &o, in);
        if (ZSTD_isError(*unfinished)) {
            rc_fail(e, RC_INVALID, "the zstd body is damaged");
            err_detail(e, "zstd: %s", ZSTD_getErrorName(*unfinished));
            return RC_INVALID;
        }
        if (o.pos > left) {
            return rc_fail(e, RC_TOO_LARGE, "unpacked more than the limit of %zu bytes", max);
        }
        out->len += o.pos;
        full = o.pos == step;
    } while (in->pos < in->size || full);
    return RC_OK;
}

enum rc zip_unpack_foreign(struct buf *out, struct str frames, size_t max, struct err *e)
{
    ZSTD_DCtx *d = ZSTD_createDCtx();
    ZSTD_inBuffer in = {frames.ptr, frames.len, 0};
    size_t unfinished = 1;
    if (!d) {
        abort(); /* only memory can have run out */
    }
    (void)ZSTD_DCtx_setParameter(d, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    enum rc rc = frames.len > 0 ? unpack_steps(d, out, &in, max, &unfinished, e) : RC_OK;
    ZSTD_freeDCtx(d);
    if (!rc && unfinished) {
        rc = rc_fail(e, RC_INVALID, "the zstd body is cut off");
    }
    return rc;
}
