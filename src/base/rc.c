#include "base/rc.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <errno.h>

/* Copies a text that may be cut: never in the middle of a UTF-8 character. */
static void put(char *out, size_t size, const char *text)
{
    size_t len = strlen(text);
    if (len >= size) {
        len = size - 1;
        while (len && ((unsigned char)text[len] & 0xc0) == 0x80) {
            len--;
        }
    }
    memmove(out, text, len);
    out[len] = '\0';
}

/* Formats aside first: an argument may point into the field that is written. */
#define FORMAT_MAX 1024
#define PUT_FORMATTED(field, fmt)                                                              \
    do {                                                                                       \
        char text_[FORMAT_MAX];                                                                \
        va_list args_;                                                                         \
        va_start(args_, fmt);                                                                  \
        (void)vsnprintf(text_, sizeof(text_), fmt, args_);                                     \
        va_end(args_);                                                                         \
        put(field, sizeof(field), text_);                                                      \
    } while (0)

enum rc rc_fail(struct err *e, enum rc rc, const char *fmt, ...)
{
    if (e) {
        PUT_FORMATTED(e->msg, fmt);
        e->rc = rc;
        e->detail[0] = '\0';
        e->hint[0] = '\0';
    }
    return rc;
}

void err_hint(struct err *e, const char *fmt, ...)
{
    if (e) {
        PUT_FORMATTED(e->hint, fmt);
    }
}

void err_detail(struct err *e, const char *fmt, ...)
{
    if (e) {
        PUT_FORMATTED(e->detail, fmt);
    }
}

void err_prefix(struct err *e, const char *fmt, ...)
{
    if (!e) {
        return;
    }
    char prefix[sizeof(e->msg)];
    char whole[sizeof(prefix) + sizeof(e->msg) + 2];
    PUT_FORMATTED(prefix, fmt);
    (void)snprintf(whole, sizeof(whole), "%s: %s", prefix, e->msg);
    put(e->msg, sizeof(e->msg), whole);
}

static enum rc rc_of_errno(int errno_value)
{
    switch (errno_value) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return RC_FULL;
    case ENOENT: return RC_MISSING;
    case EACCES:
    case EPERM: return RC_DENIED;
    default: return RC_IO;
    }
}

enum rc rc_errno(struct err *e, int errno_value, const char *fmt, ...)
{
    enum rc rc = rc_of_errno(errno_value);
    if (e) {
        char what[sizeof(e->msg)];
        char reason[128];
        PUT_FORMATTED(what, fmt);
        rc_fail(e, rc, "%s: %s", what, strerror_r(errno_value, reason, sizeof(reason)));
        if (rc == RC_FULL) {
            err_hint(e, "make space (or raise the limit), then do it again");
        }
    }
    return rc;
}

struct row {
    const char *name;
    int http, exit;
    const char *text;
};

static const struct row *row_of(enum rc rc)
{
    static const struct row rows[] = {
#define X(code, name, http, exit, text) {name, http, exit, text},
        RC_MAP(X)
#undef X
    };
    return &rows[(unsigned)rc < RC_COUNT ? rc : RC_BUG];
}

const char *rc_name(enum rc rc) { return row_of(rc)->name; }
const char *rc_text(enum rc rc) { return row_of(rc)->text; }
int rc_http(enum rc rc) { return row_of(rc)->http; }
int rc_exit(enum rc rc) { return row_of(rc)->exit; }
