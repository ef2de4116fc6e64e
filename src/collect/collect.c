/* The table of collectors, and what all of them go through. */
#include "collect/internal.h"

/* clang-format off */
static const char *const segment_paths[] = {
    "/v1/batch", "/v1/track", "/v1/identify", "/v1/alias", "/v1/page", "/v1/screen", "/v1/group", "/v1/import",
    "/v1/t", "/v1/i", "/v1/a", "/v1/p", "/v1/s", "/v1/g", NULL};
static const char *const pond_paths[] = {"/v1/events", NULL};
static const char *const sensors_paths[] = {"/sa", "/debug", NULL};
static const char *const sensors_image_paths[] = {"/sa.gif", "/debug.gif", NULL};
static const char *const posthog_paths[] = {"/batch", "/e", "/capture", "/track", "/i/v0/e", NULL};
static const char *const posthog_flag_paths[] = {"/flags", "/decide", NULL};
static const char *const thinking_paths[] = {"/sync_server", NULL};
static const char *const youzan_paths[] = {"/hooks/youzan/", "/hooks/youzan", NULL};
static const char *const taobao_paths[] = {"/hooks/taobao/", "/hooks/taobao", NULL};
static const char *const douyin_paths[] = {"/hooks/douyin/", "/hooks/douyin", NULL};
static const char *const shopify_paths[] = {"/hooks/shopify/", "/hooks/shopify", NULL};
static const char *const order_paths[] = {"/hooks/order/", "/hooks/order", NULL};
static const char *const json_paths[] = {"/hooks/json/", NULL};

static const struct collector table[] = {
    {"segment", "POST, OPTIONS", segment_paths, segment_key, segment_decode, answer_segment},
    {"sensors", "GET, POST, OPTIONS", sensors_paths, sensors_key, sensors_decode, answer_sensors},
    {"sensors", "GET, POST, OPTIONS", sensors_image_paths, sensors_key, sensors_decode, answer_sensors_image},
    {"posthog", "POST, OPTIONS", posthog_paths, posthog_key, posthog_decode, answer_posthog},
    {"posthog", "GET, POST, OPTIONS", posthog_flag_paths, posthog_key, posthog_flags, answer_posthog_flags},
    {"thinkingdata", "POST, OPTIONS", thinking_paths, thinking_key, thinking_decode, answer_thinking},
    {"youzan", "POST", youzan_paths, hook_key, youzan_decode, answer_hook},
    {"taobao", "POST", taobao_paths, hook_key, taobao_decode, answer_hook},
    {"douyin", "POST", douyin_paths, hook_key, douyin_decode, answer_hook},
    {"shopify", "POST", shopify_paths, hook_key, shopify_decode, answer_hook},
    {"order", "POST", order_paths, hook_key, order_decode, answer_hook},
    {"json", "POST", json_paths, hook_key, json_decode, answer_hook},
    {"pond", "POST, OPTIONS", pond_paths, pond_key, pond_decode, answer_pond},
};
/* clang-format on */
#define COLLECTORS (uint32_t)(sizeof(table) / sizeof(*table))

static bool path_is(struct str path, struct str want)
{
    if (str_ends(want, STR("/"))) {
        return str_starts(path, want) && path.len > want.len;
    }
    return str_eq(path, want) ||
           (path.len == want.len + 1 && str_starts(path, want) && str_ends(path, STR("/")));
}

static bool has_path(const struct collector *c, struct str path)
{
    for (const char *const *p = c->path; *p; p++) {
        if (path_is(path, str_of(*p))) {
            return true;
        }
    }
    return false;
}

static bool has_method(const struct collector *c, struct str method)
{
    for (struct str rest = str_of(c->methods); rest.len;) {
        if (str_eq(str_trim(str_cut(&rest, ',')), method)) {
            return !str_eq(method, STR("OPTIONS"));
        }
    }
    return false;
}

const struct collector *collect_find(struct str method, struct str path, const char **allowed)
{
    *allowed = NULL;
    for (uint32_t i = 0; i < COLLECTORS; i++) {
        if (has_path(&table[i], path)) {
            *allowed = table[i].methods;
            return has_method(&table[i], method) ? &table[i] : NULL;
        }
    }
    return NULL;
}

const char *collector_name(const struct collector *c) { return c->name; }
const char *const *collector_paths(const struct collector *c) { return c->path; }
const char *collector_methods(const struct collector *c) { return c->methods; }
uint32_t collect_count(void) { return COLLECTORS; }
const struct collector *collect_at(uint32_t i) { return &table[i]; }

enum rc collect_key(const struct collector *c, struct collect_state *s,
                    const struct collect_input *in, struct arena *a, struct str *key,
                    struct err *e)
{
    body_forget(s);
    *key = STR_NULL;
    if (in->body.len > COLLECT_BODY_MAX) {
        return rc_fail(e, RC_TOO_LARGE, "more than %u bytes", COLLECT_BODY_MAX);
    }
    return c->key(s, in, a, key, e);
}

static enum rc run_decode(struct run *r, struct err *e)
{
    if (r->in->body.len > COLLECT_BODY_MAX) {
        return rc_fail(e, RC_TOO_LARGE, "more than %u bytes", COLLECT_BODY_MAX);
    }
    enum rc rc = r->c->decode(r, e);
    if (!rc && (r->full || r->out->events > COLLECT_EVENTS_MAX)) {
        rc = rc_fail(e, RC_TOO_LARGE, "more than %u events in one body", COLLECT_EVENTS_MAX);
        err_hint(e, "send smaller batches");
    }
    return rc;
}

enum rc collect_decode(const struct collector *c, struct collect_state *s,
                       const struct collect_input *in, struct decoder *d,
                       const struct collect_settings *settings, struct arena *a,
                       struct collect_outcome *out, struct err *e)
{
    struct run r = {.c = c, .s = s, .in = in, .d = d, .settings = settings, .a = a, .out = out};
    const uint32_t before = decoder_len(d);

    *out = (struct collect_outcome){0};
    decoder_set_now(d, in->now_ms);
    enum rc rc = run_decode(&r, e);
    body_forget(s);
    if (rc) {
        decoder_cut(d, before); /* all or nothing of a body that is refused */
    }
    out->decoded = decoder_len(d) - before;
    return rc;
}

void collect_answer(const struct collector *c, enum rc rc, const struct err *e,
                    const struct collect_outcome *o, struct arena *a, struct collect_reply *out)
{
    c->answer(rc, e, o, a, out);
}
