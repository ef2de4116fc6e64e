/* Replies of writes, kept under the client's own key so that a retry does not do it twice. */
#include <inttypes.h>

#include "access/internal.h"
#include "gen/sql_access.h"

#define KEEP_MS (24 * 3600 * (int64_t)1000)
#define CLAIM_MS (15 * 60 * (int64_t)1000)
#define REPLIES_MAX 10000
#define REQUEST_MAX 100u

static enum rc check(struct str key, struct str request_hash, struct err *e)
{
    bool good = key.len >= 1 && key.len <= IDEMPOTENCY_KEY_MAX && str_is_utf8(key);
    for (size_t i = 0; i < key.len && good; i++) {
        good = (unsigned char)key.ptr[i] >= 0x20;
    }
    if (!good) {
        return rc_fail(e, RC_INVALID, "an idempotency key has 1 to %u bytes of text",
                       IDEMPOTENCY_KEY_MAX);
    }
    return request_hash.len >= 1 && request_hash.len <= REQUEST_MAX
               ? RC_OK
               : rc_fail(e, RC_BUG, "a request's hash has 1 to %u bytes", REQUEST_MAX);
}

/* One request under one key. */
struct request {
    struct str who, key, hash;
    int64_t now_ms;
};

struct kept {
    int status; /* 0: the first request still runs */
    struct str reply;
    bool vacant; /* nothing stands under the key, or it is too old */
};

static enum rc put(struct ledger *l, const struct request *q, int status, struct str reply,
                   struct err *e)
{
    enum rc rc =
        ledger_run(l, &sql_reply_sweep, BINDS(bind_i64("before_ms", q->now_ms - KEEP_MS)), e);
    rc = rc ? rc
            : ledger_run(l, &sql_reply_put,
                         BINDS(bind_str("who", q->who), bind_str("key", q->key),
                               bind_str("request", q->hash), bind_i64("status", status),
                               bind_blob("reply", reply.ptr ? reply : STR("")),
                               bind_i64("at_ms", q->now_ms)),
                         e);
    return rc ? rc : ledger_run(l, &sql_reply_cap, BINDS(bind_i64("keep", REPLIES_MAX)), e);
}

static enum rc look(struct ledger *l, const struct request *q, struct arena *a,
                    struct kept *out, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    *out = (struct kept){.reply = STR_NULL};
    enum rc rc = ledger_prepare(l, &sql_reply_find, &s, e);
    if (!rc) {
        stmt_bind(s, BINDS(bind_str("who", q->who), bind_str("key", q->key)));
        rc = stmt_step(s, &row, e);
    }
    out->status = row ? (int)stmt_i64(s, 1) : 0;
    out->vacant = !row || q->now_ms - stmt_i64(s, 3) >= (out->status ? KEEP_MS : CLAIM_MS);
    if (!rc && !out->vacant) {
        if (!str_eq(stmt_str(s, 0), q->hash)) {
            rc = rc_fail(e, RC_CONFLICT, "this idempotency key was used for another request");
            err_hint(e, "take a new key for each request, the same only for its retries");
        } else if (!out->status) {
            rc = rc_fail(e, RC_BUSY, "the first request under this idempotency key still runs");
            err_hint(e, "try again in a moment");
        } else {
            out->reply = arena_str(a, stmt_str(s, 2));
        }
    }
    stmt_done(s);
    return rc;
}

enum rc idempotency_find(struct ledger *l, const struct principal *by, struct str key,
                         struct str request_hash, const struct clock *clock, struct arena *a,
                         int *status, struct str *reply, struct err *e)
{
    struct tx *tx = NULL;
    struct request q = {principal_text(by, a), key, request_hash, clock_now(clock)};
    struct kept k = {0};
    *status = 0;
    *reply = STR_NULL;
    enum rc rc = check(key, request_hash, e);
    rc = rc ? rc : ledger_begin(l, &tx, e);
    if (rc) {
        return rc;
    }
    rc = look(l, &q, a, &k, e);
    if (!rc && k.vacant) {
        rc = put(l, &q, 0, STR_NULL, e);
    } else if (!rc) {
        *status = k.status;
        *reply = k.reply;
    }
    return ledger_end(tx, rc, e);
}

enum rc idempotency_keep(struct ledger *l, const struct principal *by, struct str key,
                         struct str request_hash, int status, struct str reply,
                         const struct clock *clock, struct err *e)
{
    struct tx *tx = NULL;
    enum rc rc = check(key, request_hash, e);
    if (!rc && (status < 100 || status > 599)) {
        rc = rc_fail(e, RC_BUG, "%d is no status", status);
    }
    if (!rc && reply.len > IDEMPOTENCY_REPLY_MAX) {
        rc = rc_fail(e, RC_TOO_LARGE, "a reply to keep has %u bytes at most",
                     IDEMPOTENCY_REPLY_MAX);
    }
    rc = rc ? rc : ledger_begin(l, &tx, e);
    if (rc) {
        return rc;
    }
    struct arena *a = arena_new();
    struct request q = {principal_text(by, a), key, request_hash, clock_now(clock)};
    rc = put(l, &q, status, reply, e);
    arena_free(a);
    return ledger_end(tx, rc, e);
}

enum rc idempotency_drop(struct ledger *l, const struct principal *by, struct str key,
                         struct err *e)
{
    struct arena *a = arena_new();
    enum rc rc =
        ledger_run(l, &sql_reply_drop,
                   BINDS(bind_str("who", principal_text(by, a)), bind_str("key", key)), e);
    arena_free(a);
    return rc;
}
