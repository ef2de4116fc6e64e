/* Compression of log batches and checkpoints (zstd frames, RFC 8878, with the content size and
 * a checksum in the frame). */
#ifndef POND_WIRE_ZIP_H
#define POND_WIRE_ZIP_H

#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"

/* Appends the frame. level 1..19; 1 and 3 are the useful ones. Cannot fail. */
void zip_pack(struct buf *out, struct str plain, int level);
/* Appends the content. RC_CORRUPT for anything but one whole frame with a right checksum,
 * RC_TOO_LARGE when it says or grows beyond max bytes (no more than that is ever allocated). */
enum rc zip_unpack(struct buf *out, struct str frame, size_t max, struct err *e);
/* The same for frames that others made: no size or checksum need be told, several frames in a row are
 * one text, windows up to 8 MiB (RFC 9659). Appends at most max bytes. RC_INVALID for damaged or cut
 * bytes, RC_TOO_LARGE behind max; what was appended till then stays. */
enum rc zip_unpack_foreign(struct buf *out, struct str frames, size_t max, struct err *e);

#endif
