/* Answers in each protocol's own words: which of them make its SDK keep or drop data is docs/collect.md.
 *
 * "Ours" is every failure that is not the sender's: the SDK is to send again, so it never gets an answer
 * that makes it drop. */
#include "collect/internal.h"

#define RETRY_BUSY_S 5
#define RETRY_S 30

static bool is_ours(enum rc rc)
{
    return rc && rc != RC_INVALID && rc != RC_DENIED && rc != RC_TOO_LARGE && rc != RC_MISSING;
}

static int retry_after(enum rc rc) { return rc == RC_BUSY ? RETRY_BUSY_S : RETRY_S; }

/* 400, 401, 413; what is ours as told. */
static int status_of(enum rc rc, int ours)
{
    switch (rc) {
    case RC_OK: return 200;
    case RC_INVALID: return 400;
    case RC_DENIED: return 401;
    case RC_MISSING: return 404;
    case RC_TOO_LARGE: return 413;
    case RC_CONFLICT:
    case RC_BUSY:
    case RC_IO:
    case RC_FULL:
    case RC_CORRUPT:
    case RC_STOPPED:
    case RC_REJECTS:
    case RC_BUG:
    case RC_COUNT: break;
    }
    return ours;
}

static struct str finish(struct arena *a, struct buf *b)
{
    const struct str out = arena_str(a, buf_str(b));
    buf_release(b);
    return out;
}

/* What went wrong, in words; ours are not explained to strangers. */
static const char *why(enum rc rc, const struct err *e)
{
    return is_ours(rc) ? "try again later" : e && e->msg[0] ? e->msg : rc_text(rc);
}

/* 429 with Retry-After is what Segment's SDKs keep data longest for: it is no counted retry. */
void answer_segment(enum rc rc, const struct err *e, const struct collect_outcome *o,
                    struct arena *a, struct collect_reply *out)
{
    struct buf b = {0};
    struct json j;

    (void)o;
    json_init(&j, &b);
    json_begin_object(&j);
    json_put_bool(&j, "success", rc == RC_OK);
    if (rc) {
        json_put_cstr(&j, "code", rc_name(rc));
        json_put_cstr(&j, "message", why(rc, e));
    }
    json_end_object(&j);
    *out = (struct collect_reply){.status = status_of(rc, 429),
                                  .type = "application/json",
                                  .body = finish(a, &b),
                                  .retry_after_s = is_ours(rc) ? retry_after(rc) : 0};
}

void answer_pond(enum rc rc, const struct err *e, const struct collect_outcome *o,
                 struct arena *a, struct collect_reply *out)
{
    struct buf b = {0};
    struct json j;

    json_init(&j, &b);
    json_begin_object(&j);
    if (rc) {
        json_put_cstr(&j, "code", rc_name(rc));
        json_put_cstr(&j, "msg", why(rc, e));
        if (e && e->hint[0] && !is_ours(rc)) {
            json_put_cstr(&j, "hint", e->hint);
        }
    } else if (o) {
        json_put_i64(&j, "events", o->events);
        json_put_i64(&j, "accepted", o->accepted);
        json_put_i64(&j, "duplicates", o->duplicates);
        json_put_i64(&j, "rejected", o->rejected);
        json_put_i64(&j, "ignored", o->ignored);
        if (o->first_reject.len) {
            json_put_str(&j, "first_reject", o->first_reject);
        }
    }
    json_end_object(&j);
    *out = (struct collect_reply){.status = status_of(rc, 503),
                                  .type = "application/json",
                                  .body = finish(a, &b),
                                  .retry_after_s = is_ours(rc) ? retry_after(rc) : 0};
}
