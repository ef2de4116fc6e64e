/* Sensors Analytics (神策): what its events say. ID-Mapping 3.0 names all identities in `identities`; older
 * SDKs have distinct_id alone, and track_signup to say who it is. */
#include "collect/sensors.h"

#include "base/hash.h"

enum {
    TYPE,
    EVENT,
    TIME,
    DISTINCT,
    ORIGINAL,
    LOGIN,
    ANONYMOUS,
    IDENTITIES,
    TRACK_ID,
    FLUSH,
    PROPERTIES,
    LIB,
    KEYS
};
static const struct str event_keys[KEYS] = {
    [TYPE] = {"type", 4},
    [EVENT] = {"event", 5},
    [TIME] = {"time", 4},
    [DISTINCT] = {"distinct_id", 11},
    [ORIGINAL] = {"original_id", 11},
    [LOGIN] = {"login_id", 8},
    [ANONYMOUS] = {"anonymous_id", 12},
    [IDENTITIES] = {"identities", 10},
    [TRACK_ID] = {"_track_id", 9},
    [FLUSH] = {"_flush_time", 11},
    [PROPERTIES] = {"properties", 10},
    [LIB] = {"lib", 3},
};

enum what { NOTHING, TRACK, SIGNUP, BIND, UNBIND, PROFILE, ITEM };
struct type {
    struct str name;
    enum what what;
    const char *profile; /* the operation, kept as the property "profile"; NULL: plain set */
};

static const struct type *type_of(struct str name)
{
    static const struct type types[] = {
        {{"track", 5}, TRACK, NULL},
        {{"track_signup", 12}, SIGNUP, NULL},
        {{"track_id_bind", 13}, BIND, NULL},
        {{"track_id_unbind", 15}, UNBIND, NULL},
        {{"profile_set", 11}, PROFILE, NULL},
        {{"profile_set_once", 16}, PROFILE, "set_once"},
        {{"profile_increment", 17}, PROFILE, "increment"},
        {{"profile_append", 14}, PROFILE, "append"},
        {{"profile_unset", 13}, PROFILE, "unset"},
        {{"profile_delete", 14}, PROFILE, "delete"},
        {{"item_set", 8}, ITEM, NULL},
        {{"item_delete", 11}, ITEM, NULL},
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        if (str_eq(name, types[i].name)) {
            return &types[i];
        }
    }
    return NULL;
}

/* ---- Identities ---------------------------------------------------------------------------- */

static struct str known_kind(struct str key)
{
    static const struct {
        struct str key, kind;
    } known[] = {
        {{"login_id", 8}, {"user_id", 7}},     {{"mobile", 6}, {"phone", 5}},
        {{"cookie_id", 9}, {"cookie", 6}},     {{"mp_id", 5}, {"anonymous_id", 12}},
        {{"mp_unionid", 10}, {"unionid", 7}},  {{"mp_openid", 9}, {"openid", 6}},
        {{"idfv", 4}, {"device", 6}},          {{"idfa", 4}, {"device", 6}},
        {{"ios_uuid", 8}, {"device", 6}},      {{"android_id", 10}, {"device", 6}},
        {{"android_uuid", 12}, {"device", 6}}, {{"oaid", 4}, {"device", 6}},
        {{"imei", 4}, {"device", 6}},          {{"harmonyos_uuid", 14}, {"device", 6}},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (str_eq(key, known[i].key)) {
            return known[i].kind;
        }
    }
    return STR_NULL;
}

/* The rule for keys that no table has: the key without "$identity_", in lower case, other characters as "_". */
static struct str own_kind(struct str key, struct arena *a)
{
    char *to = arena_cstr(a, key);
    for (size_t i = 0; i < key.len; i++) {
        const char c = key.ptr[i];
        const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        to[i] = good ? c : c >= 'A' && c <= 'Z' ? (char)(c + 32) : '_';
    }
    return key.len <= 32 ? str_make(to, key.len) : STR_NULL;
}

struct str sensors_kind(struct str key, struct arena *a)
{
    const struct str openid = STR("_openid");

    if (str_starts(key, STR("$identity_"))) {
        key = str_slice(key, strlen("$identity_"), key.len);
    } else if (str_starts(key, STR("$"))) {
        key = str_slice(key, 1, key.len);
    }
    const struct str known = known_kind(key);
    if (known.len) {
        return known;
    }
    if (str_starts(key, STR("mp_")) && str_ends(key, openid) && key.len > openid.len + 3 &&
        key.len <= 64) {
        return arena_strf(a, "openid@%.*s", STR_FMT(str_slice(key, 3, key.len - openid.len)));
    }
    if (str_ends(key, STR("_unionid"))) {
        return STR("unionid");
    }
    return own_kind(key, a);
}

/* Whether `identities` has this value; also as "key+value", which is how a login by an own key is written. */
static bool names_value(const struct json_value *identities, struct str value)
{
    if (!is_object(identities)) {
        return false;
    }
    const struct json_value *end = identities + identities->span;
    for (const struct json_value *m = identities + 1; m <= end; m += m->span + 1) {
        const size_t tail = m->key.len + 1;
        if (is_text(m) && (str_eq(m->value, value) ||
                           (value.len == tail + m->value.len && str_starts(value, m->key) &&
                            value.ptr[m->key.len] == '+' && str_ends(value, m->value)))) {
            return true;
        }
    }
    return false;
}

static void put_identities(struct run *r, const struct json_value *identities)
{
    if (!is_object(identities)) {
        return;
    }
    const struct json_value *end = identities + identities->span;
    for (const struct json_value *m = identities + 1; m <= end; m += m->span + 1) {
        const struct str kind = sensors_kind(m->key, r->a);
        if (!kind.len || !decoder_try_identities(r->d, kind, m)) {
            (void)decoder_put_prop(r->d, kind.len ? kind : m->key, m);
        }
    }
}

static bool same(const struct json_value *a, const struct json_value *b)
{
    return a && b && str_eq(a->value, b->value);
}

/* distinct_id is a user's once he has logged in; what an event says about that by itself. */
static bool is_login(const struct json_value *const *v)
{
    const struct json_value *flag = member(v[PROPERTIES], STR("$is_login_id"));
    return same(v[DISTINCT], v[LOGIN]) || (flag && flag->type == JSON_TRUE);
}

/* "$identity_mobile+13800138000": a login by an own key, as distinct_id has it. False: an id as it is. */
static bool put_keyed(struct run *r, const struct json_value *id)
{
    const size_t plus = str_find_byte(id->value, '+', 0);
    if (plus == SIZE_MAX || !str_starts(id->value, STR("$identity_"))) {
        return false;
    }
    struct json_value v = *id;
    const struct str kind = sensors_kind(str_slice(id->value, 0, plus), r->a);
    v.value = str_slice(id->value, plus + 1, id->value.len);
    if (kind.len) {
        (void)decoder_try_identities(r->d, kind, &v);
    }
    return true;
}

static void put_who(struct run *r, enum what what, const struct json_value *const *v)
{
    const bool login = what == SIGNUP || is_login(v);
    bool plus = false;

    if (v[LOGIN] && !names_value(v[IDENTITIES], v[LOGIN]->value)) {
        (void)decoder_put_identities(r->d, STR("user_id"), v[LOGIN]);
    }
    if (v[DISTINCT] && (login || !names_value(v[IDENTITIES], v[DISTINCT]->value))) {
        plus = names_value(v[IDENTITIES], v[DISTINCT]->value) &&
               str_find_byte(v[DISTINCT]->value, '+', 0) != SIZE_MAX;
        if (!plus) {
            (void)decoder_put_identities(r->d, login ? STR("user_id") : STR("anonymous_id"),
                                         v[DISTINCT]);
        }
    }
    put_identities(r, v[IDENTITIES]);
    if (v[ANONYMOUS]) {
        (void)decoder_try_identities(r->d, STR("anonymous_id"), v[ANONYMOUS]);
    }
    if (what != SIGNUP) {
        return;
    }
    if (v[ORIGINAL]) {
        (void)decoder_put_identities(r->d, STR("anonymous_id"), v[ORIGINAL]);
    }
    /* A server's SDK goes on with this distinct_id without saying that it is a login's, and all SDKs leave
     * login_id out when they unbind. */
    if (v[DISTINCT] && !plus) {
        (void)decoder_put_identities(r->d, STR("anonymous_id"), v[DISTINCT]);
    }
}

/* Whoever is left when the identities given up are taken away; they are kept as properties. */
static void put_unbound(struct run *r, const struct json_value *const *v)
{
    const struct json_value *gone = v[IDENTITIES];
    static const int left[] = {LOGIN, DISTINCT, ANONYMOUS};

    for (size_t i = 0; i < sizeof(left) / sizeof(*left); i++) {
        const struct json_value *id = v[left[i]];
        if (id && !names_value(gone, id->value) && !put_keyed(r, id)) {
            const bool user = left[i] == LOGIN || (left[i] == DISTINCT && is_login(v));
            (void)decoder_put_identities(r->d, user ? STR("user_id") : STR("anonymous_id"), id);
        }
    }
    if (!is_object(gone)) {
        return;
    }
    for (const struct json_value *m = gone + 1; m <= gone + gone->span; m += m->span + 1) {
        const struct str kind = sensors_kind(m->key, r->a);
        (void)decoder_put_prop_text(r->d, STR("unbind"), kind.len ? kind : m->key);
        (void)decoder_put_prop(r->d, kind.len ? kind : m->key, m);
    }
}

/* ---- One event ----------------------------------------------------------------------------- */

static const char *channel_of(struct str lib)
{
    static const struct {
        const char *lib, *channel;
    } libs[] = {{"js", "web"},          {"MiniProgram", "mini_program"},
                {"Android", "app"},     {"iOS", "app"},
                {"HarmonyOS", "app"},   {"Flutter", "app"},
                {"ReactNative", "app"}, {"AlipayMini", "alipay_mini"}};
    for (size_t i = 0; i < sizeof(libs) / sizeof(*libs); i++) {
        if (str_eq(lib, str_of(libs[i].lib))) {
            return libs[i].channel;
        }
    }
    return NULL;
}

/* A retry is told by who, when, what and the number that the SDK drew; without one, by its properties. */
static void put_event_id(struct run *r, const struct json_value *const *v)
{
    struct buf *b = &r->s->scratch;
    if (!v[DISTINCT] || !v[TIME]) {
        return;
    }
    buf_clear(b);
    buf_add(b, v[DISTINCT]->value);
    buf_add_byte(b, ':');
    buf_add(b, v[TIME]->value);
    buf_add_byte(b, ':');
    buf_add(b, v[EVENT] ? v[EVENT]->value : v[TYPE]->value);
    buf_add_byte(b, ':');
    if (v[TRACK_ID]) {
        buf_add(b, v[TRACK_ID]->value);
    } else {
        const struct str text = v[PROPERTIES] ? v[PROPERTIES]->value : STR_NULL;
        const struct hash128 h = hash_sip128((struct hash_key){0}, text);
        buf_addf(b, "%016llx%016llx", (unsigned long long)h.hi, (unsigned long long)h.lo);
    }
    put_id(r, "sa:", arena_str(r->a, buf_str(b)));
}

static void put_what(struct run *r, const struct type *t, const struct json_value *const *v)
{
    const struct str name = t->what == TRACK    ? v[EVENT]->value
                            : t->what == UNBIND ? STR("identity_unbind")
                                                : STR("identify");
    const struct named *n = names_event(r->s->names, PRODUCT_SENSORS, name);

    (void)decoder_put_name(r->d, n->name);
    if (!n->money) {
        struct str lib = member_text(v[LIB], STR("$lib"));
        lib = lib.len ? lib : member_text(v[PROPERTIES], STR("$lib"));
        put_channel(r, channel_of(lib));
    }
    if (t->what == UNBIND) {
        put_unbound(r, v);
    } else {
        put_who(r, t->what, v);
    }
    if (t->what == PROFILE) {
        (void)decoder_put_prop_text(r->d, STR("profile"), str_of(t->profile));
        put_traits(r, v[PROPERTIES], true);
    } else {
        put_properties(r, n, v[PROPERTIES]);
    }
}

void sensors_event(struct run *r, const struct json_value *event)
{
    const struct json_value *v[KEYS];

    pick(event, event_keys, KEYS, v);
    const struct type *t = is_text(v[TYPE]) ? type_of(v[TYPE]->value) : NULL;
    if (t && t->what == ITEM) {
        event_ignore(r);
        return;
    }
    if (!event_begin(r, event)) {
        return;
    }
    if (!t) {
        event_drop(r, STR("type"),
                   "the type is none of track, track_signup, track_id_bind, "
                   "track_id_unbind, profile_..., item_...");
        return;
    }
    if (t->what == TRACK && (!v[EVENT] || v[EVENT]->type != JSON_STRING)) {
        event_drop(r, STR("event"), "there is no event name");
        return;
    }
    put_time(r, v[TIME], clock_skew(r, v[FLUSH]));
    put_event_id(r, v);
    put_what(r, t, v);
    event_end(r);
}
