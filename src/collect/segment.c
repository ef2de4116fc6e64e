/* Segment's HTTP tracking API, which RudderStack speaks too.
 *
 *     POST /v1/batch      {"batch":[event...],"sentAt":...,"writeKey":...}
 *     POST /v1/track ...  one event; analytics.js has one-letter paths
 *
 * Clocks: a device's clock may be wrong, but it is wrong by the same when an event happens and when it
 * is sent. So an event's time is receipt - (sentAt - timestamp); done only when the clock is off by more
 * than COLLECT_AHEAD_MS or COLLECT_BEHIND_MS, as the difference is the way of the message otherwise. */
#include "collect/internal.h"

#include "wire/web.h"

enum {
    TYPE,
    EVENT,
    NAME,
    CATEGORY,
    USER,
    ANONYMOUS,
    PREVIOUS,
    TRAITS,
    PROPERTIES,
    CONTEXT,
    ORIGINAL,
    TIMESTAMP,
    SENT,
    MESSAGE,
    KEYS
};
static const struct str event_keys[KEYS] = {
    [TYPE] = {"type", 4},
    [EVENT] = {"event", 5},
    [NAME] = {"name", 4},
    [CATEGORY] = {"category", 8},
    [USER] = {"userId", 6},
    [ANONYMOUS] = {"anonymousId", 11},
    [PREVIOUS] = {"previousId", 10},
    [TRAITS] = {"traits", 6},
    [PROPERTIES] = {"properties", 10},
    [CONTEXT] = {"context", 7},
    [ORIGINAL] = {"originalTimestamp", 17},
    [TIMESTAMP] = {"timestamp", 9},
    [SENT] = {"sentAt", 6},
    [MESSAGE] = {"messageId", 9},
};

enum { LIBRARY, CAMPAIGN, PAGE, DEVICE, PERSON, IP, CONTEXTS };
static const struct str context_keys[CONTEXTS] = {
    [LIBRARY] = {"library", 7}, [CAMPAIGN] = {"campaign", 8}, [PAGE] = {"page", 4},
    [DEVICE] = {"device", 6},   [PERSON] = {"traits", 6},     [IP] = {"ip", 2},
};

/* ---- What kind of call --------------------------------------------------------------------- */

enum call {
    CALL_NONE,
    CALL_TRACK,
    CALL_IDENTIFY,
    CALL_ALIAS,
    CALL_PAGE,
    CALL_SCREEN,
    CALL_GROUP
};

static enum call call_of(struct str type)
{
    static const struct {
        struct str name;
        enum call call;
    } calls[] = {
        {{"track", 5}, CALL_TRACK}, {{"identify", 8}, CALL_IDENTIFY},
        {{"page", 4}, CALL_PAGE},   {{"screen", 6}, CALL_SCREEN},
        {{"group", 5}, CALL_GROUP}, {{"alias", 5}, CALL_ALIAS},
        {{"t", 1}, CALL_TRACK},     {{"i", 1}, CALL_IDENTIFY},
        {{"p", 1}, CALL_PAGE},      {{"s", 1}, CALL_SCREEN},
        {{"g", 1}, CALL_GROUP},     {{"a", 1}, CALL_ALIAS},
    };
    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
        if (str_eq(type, calls[i].name)) {
            return calls[i].call;
        }
    }
    return CALL_NONE;
}

/* ---- Context ------------------------------------------------------------------------------- */

static bool has_word(struct str s, const char *word)
{
    return str_find(s, str_of(word), 0) != SIZE_MAX;
}

/* Where the library runs; NULL on servers, which may speak for any place. */
static const char *channel_of(struct str library)
{
    static const char *const app[] = {"ios",     "android",      "swift", "kotlin",
                                      "flutter", "react-native", "unity", "cordova"};
    if (str_eq(library, STR("analytics.js")) || has_word(library, "JavaScript SDK")) {
        return "web";
    }
    for (size_t i = 0; i < sizeof(app) / sizeof(*app); i++) {
        if (has_word(library, app[i])) {
            return "app";
        }
    }
    return NULL;
}

/* The events of a body come from one library. */
static const char *channel_met(struct collect_state *s, struct str library)
{
    if (str_eq(library, str_make(s->library, s->library_len))) {
        return s->library_channel;
    }
    const char *channel = channel_of(library);
    if (library.len <= sizeof(s->library)) {
        memcpy(s->library, library.ptr, library.len);
        s->library_len = library.len;
        s->library_channel = channel;
    }
    return channel;
}

static void put_campaign(struct run *r, const struct json_value *campaign)
{
    static const char *const tags[] = {"source", "medium", "term", "content"};
    const struct json_value *name = member(campaign, STR("name"));

    if (name) {
        (void)decoder_try_json(r->d, MAP_CAMPAIGN, name);
    }
    for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
        const struct json_value *v = member(campaign, str_of(tags[i]));
        if (v) {
            (void)decoder_put_prop(r->d, arena_strf(r->a, "utm_%s", tags[i]), v);
        }
    }
}

static void put_page(struct run *r, const struct json_value *page,
                     const struct json_value *props)
{
    static const char *const keys[] = {"url", "referrer", "title"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        const struct json_value *v = member(page, str_of(keys[i]));
        if (v && !member(props, str_of(keys[i]))) {
            (void)decoder_put_prop(r->d, str_of(keys[i]), v);
        }
    }
}

static void put_context(struct run *r, const struct json_value *const *v, bool money)
{
    const struct json_value *c[CONTEXTS];

    if (!is_object(v[CONTEXT])) {
        return;
    }
    pick(v[CONTEXT], context_keys, CONTEXTS, c);
    if (!money) {
        /* Orders are told apart by channel and number: a refund that a server sends must find the
         * purchase of the browser. */
        const struct str library = member_text(c[LIBRARY], STR("name"));
        const char *channel = library.len ? channel_met(r->s, library) : NULL;
        put_channel(r, channel ? channel : is_object(c[PAGE]) ? "web" : NULL);
    }
    if (is_object(c[CAMPAIGN])) {
        put_campaign(r, c[CAMPAIGN]);
    }
    if (is_object(c[PAGE])) {
        put_page(r, c[PAGE], v[PROPERTIES]);
    }
    if (is_object(c[DEVICE])) {
        const struct json_value *id = member(c[DEVICE], STR("id"));
        (void)(id && decoder_try_identities(r->d, STR("device"), id));
    }
    put_traits(r, c[PERSON], false);
    if (c[IP] && (v[USER] || v[ANONYMOUS])) {
        (void)decoder_try_identities(r->d, STR("ip"), c[IP]);
    }
}

/* ---- One event ----------------------------------------------------------------------------- */

static void put_who(struct run *r, const struct json_value *const *v)
{
    if (v[USER]) {
        (void)decoder_put_identities(r->d, STR("user_id"), v[USER]);
    }
    if (v[ANONYMOUS]) {
        (void)decoder_put_identities(r->d, STR("anonymous_id"), v[ANONYMOUS]);
    }
}

/* The id given up may be one that the program made up, or one a server used as a user's: it is linked as
 * whatever it can have been. */
static void put_previous(struct run *r, const struct json_value *previous)
{
    if (!previous) {
        return;
    }
    (void)decoder_put_identities(r->d, STR("anonymous_id"), previous);
    if (!is_uuid(previous->value)) {
        (void)decoder_put_identities(r->d, STR("user_id"), previous);
    }
}

/* Page calls repeat their name and category among the properties. */
static const struct json_value *page_word(const struct json_value *own,
                                          const struct json_value *props, struct str key)
{
    return own ? own : member(props, key);
}

static void put_view(struct run *r, const struct named *n, const struct json_value *const *v,
                     bool screen)
{
    const struct json_value *p = v[PROPERTIES];
    const struct json_value *name = page_word(v[NAME], p, STR("name"));
    const struct json_value *category = page_word(v[CATEGORY], p, STR("category"));

    if (name && (!decoder_try_json(r->d, MAP_TOUCHPOINT, name) || screen)) {
        (void)decoder_put_prop(r->d, screen ? STR("screen") : STR("page"), name);
    }
    if (category) {
        (void)decoder_put_prop(r->d, STR("page_category"), category);
    }
    if (!is_object(p)) {
        return;
    }
    for (const struct json_value *m = p + 1; m <= p + p->span; m += m->span + 1) {
        if (!str_eq(m->key, STR("name")) && !str_eq(m->key, STR("category"))) {
            put_property(r, n, m);
        }
    }
}

static void put_call(struct run *r, enum call call, const struct json_value *const *v)
{
    static const char *const names[] = {[CALL_IDENTIFY] = "identify",
                                        [CALL_ALIAS] = "identify",
                                        [CALL_PAGE] = "page_view",
                                        [CALL_SCREEN] = "screen_view"};
    const struct str name = call == CALL_TRACK ? v[EVENT]->value : str_of(names[call]);
    const struct named *n = names_event(r->s->names, PRODUCT_SEGMENT, name);

    (void)decoder_put_name(r->d, n->name);
    put_who(r, v);
    put_context(r, v, n->money);
    switch (call) {
    case CALL_TRACK: put_properties(r, n, v[PROPERTIES]); break;
    case CALL_IDENTIFY: put_traits(r, v[TRAITS], true); break;
    case CALL_ALIAS: put_previous(r, v[PREVIOUS]); break;
    case CALL_PAGE:
    case CALL_SCREEN: put_view(r, n, v, call == CALL_SCREEN); break;
    case CALL_NONE:
    case CALL_GROUP: break;
    }
}

/* call: of the path; CALL_NONE: the event's type says. skew_ms: of the body; an event that says when it was sent
 * has its own. */
static void take_event(struct run *r, const struct json_value *event, enum call call,
                       int64_t skew_ms)
{
    const struct json_value *v[KEYS];

    pick(event, event_keys, KEYS, v);
    if (call == CALL_NONE) {
        call = v[TYPE] ? call_of(v[TYPE]->value) : CALL_NONE;
    }
    if (call == CALL_GROUP) {
        event_ignore(r);
        return;
    }
    if (!event_begin(r, event)) {
        return;
    }
    if (call == CALL_NONE) {
        event_drop(r, STR("type"),
                   "the type is none of track, identify, alias, page, screen, "
                   "group");
        return;
    }
    if (call == CALL_TRACK && (!v[EVENT] || v[EVENT]->type != JSON_STRING)) {
        event_drop(r, STR("event"), "there is no event name");
        return;
    }
    const struct json_value *at = v[ORIGINAL] ? v[ORIGINAL] : v[TIMESTAMP];
    put_time(r, at, v[SENT] ? clock_skew(r, v[SENT]) : skew_ms);
    if (v[MESSAGE]) {
        put_id(r, "seg:", is_text(v[MESSAGE]) ? v[MESSAGE]->value : STR_NULL);
    }
    put_call(r, call, v);
    event_end(r);
}

/* ---- The body ------------------------------------------------------------------------------ */

enum rc segment_key(struct collect_state *s, const struct collect_input *in, struct arena *a,
                    struct str *key, struct err *e)
{
    *key = body_authorization(in, a);
    if (key->len) {
        return RC_OK;
    }
    *key = web_form_get(a, in->query, STR("writeKey"));
    if (key->len) {
        return RC_OK;
    }
    enum rc rc = body_parse(s, in, a, e);
    if (!rc) {
        *key = member_text(s->flat.item, STR("writeKey"));
    }
    return rc;
}

enum rc segment_decode(struct run *r, struct err *e)
{
    enum rc rc = body_parse(r->s, r->in, r->a, e);
    if (rc) {
        return rc;
    }
    const struct json_value *body = r->s->flat.item;
    struct str what = str_slice(r->in->path, strlen("/v1/"), r->in->path.len);
    what = str_cut(&what, '/');
    const enum call call = call_of(what);
    const struct json_value *batch = member(body, STR("batch"));

    if (call != CALL_NONE || (!batch && member(body, STR("type")))) {
        take_event(r, body, call, 0);
        return RC_OK;
    }
    if (!is_array(batch)) {
        return rc_fail(e, RC_INVALID, "the body has no list \"batch\"");
    }
    const int64_t skew = clock_skew(r, member(body, STR("sentAt")));
    for (const struct json_value *m = batch + 1; m <= batch + batch->span; m += m->span + 1) {
        take_event(r, m, CALL_NONE, skew);
    }
    return RC_OK;
}
