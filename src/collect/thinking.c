/* ThinkingData (数数): POST /sync_server with a list of events; the key is the header "appid".
 *
 * Times have no zone; "#zone_offset" among the properties is theirs, else the brand's zone. */
#include "collect/internal.h"

enum {
    TYPE,
    TIME,
    DISTINCT,
    ACCOUNT,
    EVENT,
    UUID,
    PROPERTIES,
    IP,
    EVENT_ID,
    FIRST_CHECK,
    KEYS
};
static const struct str event_keys[KEYS] = {
    [TYPE] = {"#type", 5},
    [TIME] = {"#time", 5},
    [DISTINCT] = {"#distinct_id", 12},
    [ACCOUNT] = {"#account_id", 11},
    [EVENT] = {"#event_name", 11},
    [UUID] = {"#uuid", 5},
    [PROPERTIES] = {"properties", 10},
    [IP] = {"#ip", 3},
    [EVENT_ID] = {"#event_id", 9},
    [FIRST_CHECK] = {"#first_check_id", 15},
};

struct type {
    const char *name;
    bool track;
    const char
        *op; /* kept as the property "profile" (user_...) or "track"; NULL: the plain one */
};

static const struct type *type_of(struct str name)
{
    static const struct type types[] = {
        {"track", true, NULL},
        {"track_first", true, "first"},
        {"track_update", true, "update"},
        {"track_overwrite", true, "overwrite"},
        {"user_set", false, NULL},
        {"user_setOnce", false, "set_once"},
        {"user_add", false, "increment"},
        {"user_append", false, "append"},
        {"user_uniq_append", false, "uniq_append"},
        {"user_unset", false, "unset"},
        {"user_del", false, "delete"},
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        if (str_eq(name, str_of(types[i].name))) {
            return &types[i];
        }
    }
    return NULL;
}

enum rc thinking_key(struct collect_state *s, const struct collect_input *in, struct arena *a,
                     struct str *key, struct err *e)
{
    (void)s;
    (void)a;
    (void)e;
    *key = in->header(in->ctx, "appid");
    return RC_OK;
}

/* "2026-01-01 08:00:00.000" and #zone_offset 8 or -3.5. */
static void put_when(struct run *r, const struct json_value *const *v)
{
    double hours;
    struct json_value at = {.type = JSON_STRING, .key = STR("#time")};
    const struct str zone = member_text(v[PROPERTIES], STR("#zone_offset"));

    if (!v[TIME] || v[TIME]->type != JSON_STRING || !str_f64(zone, &hours) || hours < -14 ||
        hours > 14) {
        put_time(r, v[TIME], 0);
        return;
    }
    const int minutes = (int)(hours * 60 + (hours < 0 ? -0.5 : 0.5));
    const int size = minutes < 0 ? -minutes : minutes;
    at.value = arena_strf(r->a, "%.*s%c%02d:%02d", STR_FMT(v[TIME]->value),
                          minutes < 0 ? '-' : '+', size / 60, size % 60);
    put_time(r, &at, 0);
}

static void put_event(struct run *r, const struct type *t, const struct json_value *const *v)
{
    const struct str name = t->track ? v[EVENT]->value : STR("identify");
    const struct named *n = names_event(r->s->names, PRODUCT_THINKING, name);

    (void)decoder_put_name(r->d, n->name);
    if (v[ACCOUNT]) {
        (void)decoder_put_identities(r->d, STR("user_id"), v[ACCOUNT]);
    }
    if (v[DISTINCT]) {
        (void)decoder_put_identities(r->d, STR("anonymous_id"), v[DISTINCT]);
    }
    if (v[IP]) {
        (void)decoder_try_identities(r->d, STR("ip"), v[IP]);
    }
    if (v[EVENT_ID]) {
        (void)decoder_put_prop(r->d, STR("#event_id"), v[EVENT_ID]);
    }
    if (v[FIRST_CHECK]) {
        (void)decoder_put_prop(r->d, STR("#first_check_id"), v[FIRST_CHECK]);
    }
    (void)decoder_put_prop_text(r->d, t->track ? STR("track") : STR("profile"), str_of(t->op));
    if (t->track) {
        put_properties(r, n, v[PROPERTIES]);
    } else {
        put_traits(r, v[PROPERTIES], true);
    }
}

static void take_event(struct run *r, const struct json_value *event)
{
    const struct json_value *v[KEYS];

    pick(event, event_keys, KEYS, v);
    const struct type *t = is_text(v[TYPE]) ? type_of(v[TYPE]->value) : NULL;
    if (!event_begin(r, event)) {
        return;
    }
    if (!t) {
        event_drop(r, STR("#type"), "the type is none of track..., user_...");
        return;
    }
    if (t->track && (!v[EVENT] || v[EVENT]->type != JSON_STRING)) {
        event_drop(r, STR("#event_name"), "there is no event name");
        return;
    }
    put_when(r, v);
    put_id(r, "ta:", is_text(v[UUID]) ? v[UUID]->value : STR_NULL);
    put_event(r, t, v);
    event_end(r);
}

enum rc thinking_decode(struct run *r, struct err *e)
{
    enum rc rc = body_parse(r->s, r->in, r->a, e);
    if (rc) {
        return rc;
    }
    const struct json_value *v = r->s->flat.item;
    if (is_object(v)) {
        take_event(r, v);
        return RC_OK;
    }
    for (const struct json_value *m = v + 1; m <= v + v->span; m += m->span + 1) {
        take_event(r, m);
    }
    return RC_OK;
}
