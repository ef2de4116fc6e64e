/* Where bytes come from: a callback, so that decoders read files, memory and pipes alike. */
#ifndef POND_WIRE_SOURCE_H
#define POND_WIRE_SOURCE_H

#include "base/rc.h"
#include "base/str.h"
#include <stddef.h>

struct source {
    /* Puts up to cap bytes (cap >= 1) at dst and says how many in *got; *got == 0 means the
     * end, and every later call says so again. May give less than asked. May block. Never NULL.
     * A failure leaves *got untouched; the decoder hands it on and does not call again. */
    enum rc (*read)(void *ctx, char *dst, size_t cap, size_t *got, struct err *e);
    void *ctx;
};

/* Reads from memory; `view` is advanced and must outlive the source. */
struct source source_of_str(struct str *view);
/* Reads a file descriptor from where it stands; *fd must outlive the source, the caller closes.
 */
struct source source_of_fd(int *fd);

/* Reads to the end into an arena-free buffer the caller releases. RC_TOO_LARGE above `limit`.
 */
struct buf;
enum rc source_read_all(struct source s, size_t limit, struct buf *out, struct err *e);

#endif
