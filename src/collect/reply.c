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

/* ---- Sensors -------------------------------------------------------------------------------- */

/* Sensors answers with nothing; a fault is told as text, which its node SDK hands to the program. */
void answer_sensors(enum rc rc, const struct err *e, const struct collect_outcome *o,
                    struct arena *a, struct collect_reply *out)
{
    (void)o;
    (void)a;
    *out = (struct collect_reply){.status = status_of(rc, 503),
                                  .type = "text/plain; charset=utf-8",
                                  .body = rc ? arena_str(a, str_of(why(rc, e))) : STR_NULL,
                                  .retry_after_s = is_ours(rc) ? retry_after(rc) : 0};
}

void answer_sensors_image(enum rc rc, const struct err *e, const struct collect_outcome *o,
                          struct arena *a, struct collect_reply *out)
{
    /* One transparent pixel. */
    static const char gif[] = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
                              "!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00"
                              "\x00\x02\x02"
                              "D\x01\x00;";
    answer_sensors(rc, e, o, a, out);
    if (!rc) {
        out->type = "image/gif";
        out->body = str_make(gif, sizeof(gif) - 1);
    }
}

/* ---- PostHog -------------------------------------------------------------------------------- */

static void answer_json(enum rc rc, const struct err *e, const char *done, struct arena *a,
                        struct collect_reply *out)
{
    struct buf b = {0};
    struct json j;

    if (!rc) {
        buf_add(&b, str_of(done));
    } else {
        json_init(&j, &b);
        json_begin_object(&j);
        json_put_i64(&j, "status", 0);
        json_put_cstr(&j, "code", rc_name(rc));
        json_put_cstr(&j, "detail", why(rc, e));
        json_end_object(&j);
    }
    *out = (struct collect_reply){.status = status_of(rc, 503),
                                  .type = "application/json",
                                  .body = finish(a, &b),
                                  .retry_after_s = is_ours(rc) ? retry_after(rc) : 0};
}

void answer_posthog(enum rc rc, const struct err *e, const struct collect_outcome *o,
                    struct arena *a, struct collect_reply *out)
{
    (void)o;
    answer_json(rc, e, "{\"status\":1}", a, out);
}

/* Pond has no feature flags; without an answer the SDKs complain and ask again. */
void answer_posthog_flags(enum rc rc, const struct err *e, const struct collect_outcome *o,
                          struct arena *a, struct collect_reply *out)
{
    (void)o;
    answer_json(rc, e,
                "{\"flags\":{},\"featureFlags\":{},\"featureFlagPayloads\":{},"
                "\"errorsWhileComputingFlags\":false}",
                a, out);
}

/* ---- ThinkingData ---------------------------------------------------------------------------- */

/* Its SDKs read a code from an answer of status 200, and take any other status for a failure. */
void answer_thinking(enum rc rc, const struct err *e, const struct collect_outcome *o,
                     struct arena *a, struct collect_reply *out)
{
    struct buf b = {0};
    struct json j;

    (void)o;
    json_init(&j, &b);
    json_begin_object(&j);
    json_put_i64(&j, "code", rc == RC_OK ? 0 : rc == RC_DENIED ? -2 : -1);
    if (rc) {
        json_put_cstr(&j, "msg", why(rc, e));
    }
    json_end_object(&j);
    *out = (struct collect_reply){.status = is_ours(rc) ? 503 : 200,
                                  .type = "application/json",
                                  .body = finish(a, &b),
                                  .retry_after_s = is_ours(rc) ? retry_after(rc) : 0};
}

/* ---- Shops ---------------------------------------------------------------------------------- */

/* Youzan and Douyin look for code 0; Shopify only at the status. All of them send again after anything but 200. */
void answer_hook(enum rc rc, const struct err *e, const struct collect_outcome *o,
                 struct arena *a, struct collect_reply *out)
{
    struct buf b = {0};
    struct json j;

    json_init(&j, &b);
    json_begin_object(&j);
    json_put_i64(&j, "code", rc);
    json_put_cstr(&j, "msg", rc ? why(rc, e) : "success");
    if (!rc && o) {
        json_put_i64(&j, "orders", o->events);
        json_put_i64(&j, "accepted", o->accepted);
        json_put_i64(&j, "duplicates", o->duplicates);
        json_put_i64(&j, "rejected", o->rejected);
        json_put_i64(&j, "ignored", o->ignored);
    }
    if (!rc && o && o->first_reject.len) {
        json_put_str(&j, "first_reject", o->first_reject);
    }
    json_end_object(&j);
    *out = (struct collect_reply){.status = status_of(rc, 503),
                                  .type = "application/json",
                                  .body = finish(a, &b),
                                  .retry_after_s = is_ours(rc) ? retry_after(rc) : 0};
}
