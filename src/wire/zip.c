/* The only file that includes zstd. */
#include "wire/zip.h"

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
