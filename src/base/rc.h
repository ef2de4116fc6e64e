/* The one list of result codes and the one error record.
 *
 * Every call that can fail returns `enum rc` and takes `struct err *e` last. The list below
 * expands to the enum, the log name, the HTTP status, the exit code and the documentation, so the
 * same failure has one name in C, on the wire, in the shell and in the console.
 *
 * `msg` is for the user; `detail` is for our own log only (may hold internals, never personal
 * data); `hint` says what to do. `e` may be NULL and is untouched on success.
 */
#ifndef POND_BASE_RC_H
#define POND_BASE_RC_H

/* clang-format off */
/*    code          name           http exit  meaning                                            */
#define RC_MAP(X)                                                                               \
    X(RC_OK,        "ok",          200, 0,  "done")                                             \
    X(RC_INVALID,   "invalid",     400, 2,  "the request or the input is malformed")            \
    X(RC_MISSING,   "missing",     404, 3,  "what was named does not exist")                    \
    X(RC_CONFLICT,  "conflict",    409, 4,  "the state does not allow it")                      \
    X(RC_DENIED,    "denied",      403, 5,  "a key or a right is missing")                      \
    X(RC_BUSY,      "busy",        503, 6,  "another process holds it; try again")              \
    X(RC_IO,        "io",          500, 7,  "a disk or a file failed; nothing was acknowledged")\
    X(RC_FULL,      "full",        507, 8,  "no space is left; nothing was acknowledged")       \
    X(RC_CORRUPT,   "corrupt",     500, 9,  "stored bytes fail their checksum")                 \
    X(RC_TOO_LARGE, "too_large",   413, 10, "a stated limit is exceeded")                       \
    X(RC_STOPPED,   "stopped",     503, 11, "interrupted; what was acknowledged is kept")       \
    X(RC_REJECTS,   "rejects",     200, 12, "done, but some rows were set aside")               \
    X(RC_BUG,       "bug",         500, 70, "a mistake of ours; please report it")

enum rc {
#define X(code, name, http, exit, text) code,
    RC_MAP(X)
#undef X
    RC_COUNT
};
/* clang-format on */

struct err {
    enum rc rc;
    char msg[320];
    char detail[240];
    char hint[240];
};

/* Fills *e (when not NULL) and returns rc, so a failure is one line: return rc_fail(e, ...). */
enum rc rc_fail(struct err *e, enum rc rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds what to do / what our log should hold to an error already filled. `e` may be NULL. */
void err_hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void err_detail(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Puts "PREFIX: " before the message: the place of a failure is added by who knows it. */
void err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* RC_FULL for ENOSPC/EDQUOT/EFBIG, RC_MISSING for ENOENT, RC_DENIED for EACCES/EPERM, else RC_IO; the
 * message is "WHAT: strerror(errno_value)". */
enum rc rc_errno(struct err *e, int errno_value, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

const char *rc_name(enum rc rc);
const char *rc_text(enum rc rc);
int rc_http(enum rc rc);
int rc_exit(enum rc rc);

#endif
