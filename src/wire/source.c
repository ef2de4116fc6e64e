#include "wire/source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/buf.h"

static enum rc read_str(void *ctx, char *dst, size_t cap, size_t *got, struct err *e)
{
    struct str *view = ctx;
    (void)e;
    size_t n = view->len < cap ? view->len : cap;
    if (n > 0) {
        memcpy(dst, view->ptr, n);
        view->ptr += n;
        view->len -= n;
    }
    *got = n;
    return RC_OK;
}

struct source source_of_str(struct str *view)
{
    return (struct source){.read = read_str, .ctx = view};
}

static enum rc read_fd(void *ctx, char *dst, size_t cap, size_t *got, struct err *e)
{
    const int *fd = ctx;
    for (;;) {
        ssize_t n = read(*fd, dst, cap);
        if (n >= 0) {
            *got = (size_t)n;
            return RC_OK;
        }
        if (errno != EINTR) {
            return rc_errno(e, errno, "reading");
        }
    }
}

struct source source_of_fd(int *fd) { return (struct source){.read = read_fd, .ctx = fd}; }

enum rc source_read_all(struct source s, size_t limit, struct buf *out, struct err *e)
{
    size_t before = out->len;
    for (;;) {
        size_t step = 64 * 1024, got = 0;
        char *dst = buf_room(out, step);
        enum rc rc = s.read(s.ctx, dst, step, &got, e);
        if (rc) {
            return rc;
        }
        if (got == 0) {
            return RC_OK;
        }
        out->len += got;
        if (out->len - before > limit) {
            return rc_fail(e, RC_TOO_LARGE, "more than %zu bytes", limit);
        }
    }
}
