#include "people/kind.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"

#define NAME_MAX_BYTES 32
#define SUFFIX_MAX_BYTES 64
#define PRIORITY_MAX 999

/* clang-format off */
static const struct {
    uint8_t code;
    const char *name;
    struct kind_rule rule;   /* priority, strength, cap, max, personal */
} standard[] = {
    {KIND_MEMBER_NO,       "member_no",       { 1, STRENGTH_STRONG, 0, 1, false}},
    {KIND_UNIONID,         "unionid",         { 2, STRENGTH_STRONG, 0, 0, false}},
    {KIND_EXTERNAL_USERID, "external_userid", { 3, STRENGTH_STRONG, 0, 0, false}},
    {KIND_PHONE,           "phone",           { 4, STRENGTH_STRONG, 0, 0, true}},
    {KIND_USER_ID,         "user_id",         { 5, STRENGTH_STRONG, 0, 0, false}},
    {KIND_OPENID,          "openid",          { 6, STRENGTH_STRONG, 0, 0, false}},
    {KIND_TAOBAO_OUID,     "taobao_ouid",     { 7, STRENGTH_STRONG, 0, 0, false}},
    {KIND_TAOBAO_NAME,     "taobao_name",     { 8, STRENGTH_STRONG, 0, 0, false}},
    {KIND_DOUYIN_OPENID,   "douyin_openid",   { 9, STRENGTH_STRONG, 0, 0, false}},
    {KIND_JD_PIN,          "jd_pin",          {10, STRENGTH_STRONG, 0, 0, false}},
    {KIND_KUAISHOU_OPENID, "kuaishou_openid", {11, STRENGTH_STRONG, 0, 0, false}},
    {KIND_XHS_ID,          "xhs_id",          {12, STRENGTH_STRONG, 0, 0, false}},
    {KIND_EMAIL,           "email",           {13, STRENGTH_STRONG, 0, 0, true}},
    {KIND_OTHER,           "other",           {20, STRENGTH_STRONG, 0, 0, false}},
    {KIND_DEVICE,          "device",          {30, STRENGTH_WEAK,   3, 0, false}},
    {KIND_COOKIE,          "cookie",          {31, STRENGTH_WEAK,   3, 0, false}},
    {KIND_ANONYMOUS_ID,    "anonymous_id",    {32, STRENGTH_WEAK,   3, 0, false}},
    {KIND_IP,              "ip",              {40, STRENGTH_NEVER,  0, 0, false}},
};
/* clang-format on */
#define STANDARD_LEN (sizeof(standard) / sizeof(standard[0]))

struct kind_table {
    struct map *codes;         /* name -> code                               */
    struct map *ruled;         /* name -> index into set                     */
    VEC(struct kind_rule) set; /* rules by name, also of kinds not yet met   */
    struct kind_rule rules[256];
    uint16_t ranks[256];
    struct str names[256]; /* views into codes                           */
    uint32_t len;
};

/* ---- The table ------------------------------------------------------------------------------ */

static struct str family_of(struct str name)
{
    return str_slice(name, 0, str_find_byte(name, '@', 0));
}

static struct kind_rule rule_for(const struct kind_table *t, struct str name)
{
    uint32_t at;
    if (map_get(t->ruled, name, &at) || map_get(t->ruled, family_of(name), &at) ||
        map_get(t->ruled, STR("other"), &at)) {
        return t->set.ptr[at];
    }
    return standard[0].rule; /* never: "other" is always there */
}

static void apply_rule(struct kind_table *t, uint32_t code)
{
    t->rules[code] = rule_for(t, t->names[code]);
}

static bool ranks_before(const struct kind_table *t, uint32_t a, uint32_t b)
{
    if (t->rules[a].priority != t->rules[b].priority) {
        return t->rules[a].priority < t->rules[b].priority;
    }
    return str_cmp(t->names[a], t->names[b]) < 0;
}

static void rank_all(struct kind_table *t)
{
    for (uint32_t a = 0; a < t->len; a++) {
        uint16_t rank = 1;
        for (uint32_t b = 0; b < t->len; b++) {
            rank = (uint16_t)(rank + (t->names[b].len && ranks_before(t, b, a)));
        }
        t->ranks[a] = t->names[a].len ? rank : UINT16_MAX;
    }
}

static void put_rule(struct kind_table *t, struct str name, struct kind_rule rule)
{
    uint32_t at = map_intern(t->ruled, name, (uint32_t)t->set.len);
    if (at == t->set.len) {
        vec_push(&t->set, rule);
    } else {
        t->set.ptr[at] = rule;
    }
}

static void put_kind(struct kind_table *t, struct str name, uint8_t code)
{
    map_put(t->codes, name, code);
    t->names[code] = map_key(t->codes, map_len(t->codes) - 1);
    if (t->len <= code) {
        t->len = (uint32_t)code + 1;
    }
    apply_rule(t, code);
}

struct kind_table *kind_table_new(void)
{
    struct kind_table *t = mem_zalloc(sizeof(*t));
    t->codes = map_new();
    t->ruled = map_new();
    for (size_t i = 0; i < STANDARD_LEN; i++) {
        put_rule(t, str_of(standard[i].name), standard[i].rule);
    }
    for (size_t i = 0; i < STANDARD_LEN; i++) {
        put_kind(t, str_of(standard[i].name), standard[i].code);
    }
    rank_all(t);
    return t;
}

void kind_table_free(struct kind_table *t)
{
    if (t) {
        map_free(t->codes);
        map_free(t->ruled);
        vec_release(&t->set);
        mem_free(t);
    }
}

uint8_t kind_find(const struct kind_table *t, struct str name)
{
    uint32_t code;
    return map_get(t->codes, name, &code) ? (uint8_t)code : KIND_NONE;
}

uint8_t kind_standard(struct str name)
{
    for (size_t i = 0; i < STANDARD_LEN; i++) {
        const char *one = standard[i].name;
        if (name.len && *one == *name.ptr && str_eq(name, str_of(one))) {
            return standard[i].code;
        }
    }
    return KIND_NONE;
}

static bool name_is_good(struct str name)
{
    struct str family = family_of(name);
    if (family.len == 0 || family.len > NAME_MAX_BYTES) {
        return false;
    }
    for (size_t i = 0; i < family.len; i++) {
        char c = family.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') {
            return false;
        }
    }
    if (family.len == name.len) {
        return true;
    }
    struct str suffix = str_slice(name, family.len + 1, name.len);
    if (suffix.len == 0 || suffix.len > SUFFIX_MAX_BYTES) {
        return false;
    }
    for (size_t i = 0; i < suffix.len; i++) {
        if (suffix.ptr[i] < 0x21 || suffix.ptr[i] > 0x7e) {
            return false;
        }
    }
    return true;
}

static enum rc name_fail(struct err *e, struct str name)
{
    rc_fail(e, RC_INVALID, "\"%.*s\" is no identity kind", name.len > 80 ? 80 : (int)name.len,
            name.ptr ? name.ptr : "");
    err_hint(e, "a kind is 1 to %d of a-z, 0-9, _; an app may follow, as openid@wx12ab",
             NAME_MAX_BYTES);
    return RC_INVALID;
}

enum rc kind_intern(struct kind_table *t, struct str name, uint8_t *kind, struct err *e)
{
    *kind = kind_find(t, name);
    if (*kind != KIND_NONE) {
        return RC_OK;
    }
    if (!name_is_good(name)) {
        return name_fail(e, name);
    }
    uint32_t code = t->len < KIND_OWN_FIRST ? KIND_OWN_FIRST : t->len;
    if (code >= KIND_MAX) {
        rc_fail(e, RC_TOO_LARGE, "no room for the identity kind %.*s: %d own kinds are in use",
                STR_FMT(name), KIND_MAX - KIND_OWN_FIRST);
        return RC_TOO_LARGE;
    }
    *kind = (uint8_t)code;
    put_kind(t, name, *kind);
    rank_all(t);
    return RC_OK;
}

struct str kind_name(const struct kind_table *t, uint8_t kind) { return t->names[kind]; }

uint32_t kind_len(const struct kind_table *t) { return t->len; }

const struct kind_rule *kind_rules(const struct kind_table *t) { return t->rules; }

const uint16_t *kind_priorities(const struct kind_table *t) { return t->ranks; }

enum rc kind_set_rule(struct kind_table *t, struct str name, struct kind_rule rule,
                      struct err *e)
{
    if (!name_is_good(name)) {
        return name_fail(e, name);
    }
    if (rule.priority < 1 || rule.priority > PRIORITY_MAX) {
        return rc_fail(e, RC_INVALID, "the priority of %.*s must be 1..%d", STR_FMT(name),
                       PRIORITY_MAX);
    }
    put_rule(t, name, rule);
    for (uint32_t code = 1; code < t->len; code++) {
        if (t->names[code].len) {
            apply_rule(t, code);
        }
    }
    rank_all(t);
    return RC_OK;
}

struct hash128 identity_hash(struct hash_key key, struct str name, struct str value)
{
    char bytes[NAME_MAX_BYTES + 1 + SUFFIX_MAX_BYTES + 1 + KIND_VALUE_MAX];
    size_t len = name.len;
    if (name.len + 1 + value.len > sizeof(bytes)) {
        /* Not a canonical value: still a fixed function of both, so that nothing breaks. */
        struct hash128 h = hash_sip128(key, value);
        struct hash128 n = hash_sip128(key, name);
        return (struct hash128){h.lo ^ n.hi, h.hi ^ n.lo};
    }
    memcpy(bytes, name.ptr, len);
    bytes[len++] = '\0';
    if (value.len) {
        memcpy(bytes + len, value.ptr, value.len);
    }
    return hash_sip128(key, str_make(bytes, len + value.len));
}
