/* PostHog's capture API.
 *
 *     POST /batch/            {"api_key":"...","batch":[event...],"sent_at":...}
 *     POST /e/ /capture/ ...  one event with its api_key, or a list of events
 *     data=BASE64             either of them in a form, as old browsers' SDKs send it
 *
 * distinct_id is a user's where the event says so: $identify and $set, $is_identified or $user_id among the
 * properties. Anything else is anonymous_id: servers' SDKs do not say which it is. $identify links both, so that
 * what a server sends under the same distinct_id is the same consumer's. */
#include "collect/internal.h"

#include "wire/web.h"

enum { EVENT, DISTINCT, PROPERTIES, TIMESTAMP, UUID, SET, SET_ONCE, OFFSET, KEYS };
static const struct str event_keys[KEYS] = {
    [EVENT] = {"event", 5},
    [DISTINCT] = {"distinct_id", 11},
    [PROPERTIES] = {"properties", 10},
    [TIMESTAMP] = {"timestamp", 9},
    [UUID] = {"uuid", 4},
    [SET] = {"$set", 4},
    [SET_ONCE] = {"$set_once", 9},
    [OFFSET] = {"offset", 6},
};

enum {
    P_DISTINCT,
    P_TOKEN,
    P_ANON,
    P_ALIAS,
    P_IDENTIFIED,
    P_USER,
    P_SET,
    P_SET_ONCE,
    P_INSERT,
    PROPS
};
static const struct str prop_keys[PROPS] = {
    [P_DISTINCT] = {"distinct_id", 11},
    [P_TOKEN] = {"token", 5},
    [P_ANON] = {"$anon_distinct_id", 17},
    [P_ALIAS] = {"alias", 5},
    [P_IDENTIFIED] = {"$is_identified", 14},
    [P_USER] = {"$user_id", 8},
    [P_SET] = {"$set", 4},
    [P_SET_ONCE] = {"$set_once", 9},
    [P_INSERT] = {"$insert_id", 10},
};

/* ---- The body ------------------------------------------------------------------------------ */

/* JSON, or a form with JSON in base64, or plainly in a form. */
static enum rc parse(struct collect_state *s, const struct collect_input *in, struct arena *a,
                     struct err *e)
{
    if (s->parsed) {
        return RC_OK;
    }
    enum rc rc = body_unpack(s, in, a, e);
    if (rc) {
        return rc;
    }
    struct str text = s->text;
    if (str_starts(str_trim(text), STR("data="))) {
        const struct str data = web_form_get(a, str_trim(text), STR("data"));
        if (str_starts(data, STR("{")) || str_starts(data, STR("["))) {
            text = data;
        } else if (!web_base64_decode(a, data, &text)) {
            return rc_fail(e, RC_INVALID, "data is no base64");
        }
    }
    rc = body_parse_text(s, text, e);
    s->parsed = !rc;
    return rc;
}

static struct str token_of(const struct json_value *v)
{
    struct str key = member_text(v, STR("api_key"));
    key = key.len ? key : member_text(v, STR("token"));
    key = key.len ? key : member_text(member(v, STR("properties")), STR("token"));
    return key.len ? key : member_text(member(v, STR("properties")), STR("api_key"));
}

enum rc posthog_key(struct collect_state *s, const struct collect_input *in, struct arena *a,
                    struct str *key, struct err *e)
{
    enum rc rc = RC_OK;
    *key = web_form_get(a, in->query, STR("token"));
    *key = key->len ? *key : web_form_get(a, in->query, STR("api_key"));
    if (!key->len && in->body.len) {
        rc = parse(s, in, a, e);
    }
    if (!key->len && !rc && s->parsed) {
        const struct json_value *v = s->flat.item;
        *key = token_of(is_array(v) && v->span ? v + 1 : v);
    }
    return rc;
}

/* ---- Who ----------------------------------------------------------------------------------- */

static bool is_true(const struct json_value *v) { return v && v->type == JSON_TRUE; }

/* Both kinds: as the user, and as what a server's events call anonymous. */
static void put_both(struct run *r, const struct json_value *id)
{
    if (id) {
        (void)decoder_put_identities(r->d, STR("user_id"), id);
        (void)decoder_put_identities(r->d, STR("anonymous_id"), id);
    }
}

static void put_who(struct run *r, struct str event, const struct json_value *distinct,
                    const struct json_value *const *p)
{
    if (str_eq(event, STR("$create_alias"))) {
        put_both(r, distinct);
        if (p[P_ALIAS]) {
            (void)decoder_put_identities(r->d, STR("anonymous_id"), p[P_ALIAS]);
            if (!is_uuid(p[P_ALIAS]->value)) {
                (void)decoder_put_identities(r->d, STR("user_id"), p[P_ALIAS]);
            }
        }
    } else if (str_eq(event, STR("$identify")) || str_eq(event, STR("$set"))) {
        put_both(r, distinct);
    } else if (distinct) {
        const bool user = is_true(p[P_IDENTIFIED]) || p[P_USER];
        (void)decoder_put_identities(r->d, user ? STR("user_id") : STR("anonymous_id"),
                                     distinct);
    }
    if (p[P_ANON]) {
        (void)decoder_put_identities(r->d, STR("anonymous_id"), p[P_ANON]);
    }
}

/* ---- One event ----------------------------------------------------------------------------- */

static bool tells_person(const struct json_value *set)
{
    if (!is_object(set)) {
        return false;
    }
    for (const struct json_value *m = set + 1; m <= set + set->span; m += m->span + 1) {
        if (!str_starts(m->key, STR("$"))) {
            return true;
        }
    }
    return false;
}

/* What an event of another name says about the person becomes an identify of its own. */
static void put_person(struct run *r, const struct json_value *set,
                       const struct json_value *once)
{
    const bool tells = tells_person(set) || tells_person(once);
    if (!tells || !decoder_event_more(r->d)) {
        return;
    }
    (void)decoder_put_name(r->d, STR("identify"));
    (void)decoder_put_text(r->d, MAP_ORDER, STR_NULL);
    if (r->id.len) {
        (void)decoder_put_text(r->d, MAP_ID, arena_strf(r->a, "%.*s/set", STR_FMT(r->id)));
    }
    put_traits(r, set, true);
    put_traits(r, once, true);
}

static const char *channel_of(struct str lib)
{
    if (str_eq(lib, STR("web")) || str_eq(lib, STR("js"))) {
        return "web";
    }
    static const char *const app[] = {"posthog-ios", "posthog-android", "posthog-react-native",
                                      "posthog-flutter"};
    for (size_t i = 0; i < sizeof(app) / sizeof(*app); i++) {
        if (str_eq(lib, str_of(app[i]))) {
            return "app";
        }
    }
    return NULL;
}

/* Old SDKs say how many ms ago it was. */
static void put_when(struct run *r, const struct json_value *const *v, int64_t skew_ms)
{
    int64_t ago;
    if (!v[TIMESTAMP] && v[OFFSET] && str_i64(v[OFFSET]->value, &ago) && ago >= 0 &&
        ago < 100 * 365 * 86400000LL) {
        (void)decoder_put_time_ms(r->d, r->in->now_ms - ago);
    } else {
        put_time(r, v[TIMESTAMP], skew_ms);
    }
}

static void put_event(struct run *r, const struct json_value *const *v)
{
    const struct json_value *p[PROPS];
    const struct named *n = names_event(r->s->names, PRODUCT_POSTHOG, v[EVENT]->value);
    const bool identify = str_eq(n->name, STR("identify"));

    pick(v[PROPERTIES], prop_keys, PROPS, p);
    const struct json_value *id = v[UUID] ? v[UUID] : p[P_INSERT];
    put_id(r, "ph:", is_text(id) ? id->value : STR_NULL);
    (void)decoder_put_name(r->d, n->name);
    put_who(r, v[EVENT]->value, v[DISTINCT] ? v[DISTINCT] : p[P_DISTINCT], p);
    if (!n->money) {
        put_channel(r, channel_of(member_text(v[PROPERTIES], STR("$lib"))));
    }
    for (uint32_t i = 0; i < PROPS; i++) {
        const bool own = i == P_IDENTIFIED || (i == P_ALIAS && !identify);
        put_skip(r, own ? NULL : p[i]);
    }
    const struct json_value *set = v[SET] ? v[SET] : p[P_SET];
    const struct json_value *once = v[SET_ONCE] ? v[SET_ONCE] : p[P_SET_ONCE];
    put_properties(r, n, v[PROPERTIES]);
    if (identify) {
        put_traits(r, set, true);
        put_traits(r, once, true);
    } else {
        put_person(r, set, once);
    }
}

static void take_event(struct run *r, const struct json_value *event, int64_t skew_ms)
{
    const struct json_value *v[KEYS];

    pick(event, event_keys, KEYS, v);
    if (v[EVENT] && str_eq(v[EVENT]->value, STR("$groupidentify"))) {
        event_ignore(r);
        return;
    }
    if (!event_begin(r, event)) {
        return;
    }
    if (!v[EVENT] || v[EVENT]->type != JSON_STRING) {
        event_drop(r, STR("event"), "there is no event name");
        return;
    }
    put_when(r, v, skew_ms);
    put_event(r, v);
    event_end(r);
}

enum rc posthog_decode(struct run *r, struct err *e)
{
    enum rc rc = parse(r->s, r->in, r->a, e);
    if (rc) {
        return rc;
    }
    const struct json_value *body = r->s->flat.item;
    const struct json_value *batch = is_array(body) ? body : member(body, STR("batch"));
    const int64_t skew = clock_skew(r, member(body, STR("sent_at")));

    if (is_array(batch)) {
        const struct json_value *end = batch + batch->span;
        for (const struct json_value *m = batch + 1; m <= end; m += m->span + 1) {
            take_event(r, m, skew);
        }
        return RC_OK;
    }
    if (batch || !member(body, STR("event"))) {
        return rc_fail(e, RC_INVALID,
                       "the body is neither an event nor has it a list \"batch\"");
    }
    take_event(r, body, skew);
    return RC_OK;
}

enum rc posthog_flags(struct run *r, struct err *e)
{
    (void)r;
    (void)e;
    return RC_OK;
}
