#include "collect/names.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "people/catalogue.h"
#include "people/kind.h"

#define REMEMBERED 4096u /* event names met, of one product */
#define NAME_BYTES 64u   /* longer ones are refused by the catalogue */

/* ---- The tables ---------------------------------------------------------------------------- */

struct event_name {
    const char *theirs, *ours;
};

/* clang-format off */
/* Segment: ecommerce spec v2, lifecycle, B2B, e-mail, video and live chat specs; RudderStack has the same. */
static const struct event_name of_segment[] = {
    {"Products Searched", "search"},
    {"Product Viewed", "item_view"},
    {"Product Added", "add_cart"},
    {"Product Removed", "cart_remove"},
    {"Product Added to Wishlist", "favorite"},
    {"Product Removed from Wishlist", "unfavorite"},
    {"Wishlist Product Added to Cart", "add_cart"},
    {"Product Shared", "share"},
    {"Cart Shared", "share"},
    {"Product Reviewed", "review"},
    {"Promotion Viewed", "ad_exposure"},
    {"Promotion Clicked", "ad_click"},
    {"Coupon Applied", "coupon_redeem"},
    {"Order Completed", "purchase"},
    {"Order Refunded", "refund"},
    {"Order Cancelled", "order_cancel"},
    {"Signed Up", "register"},
    {"Signed In", "login"},
    {"Signed Out", "logout"},
    {"Application Installed", "app_install"},
    {"Application Opened", "app_open"},
    {"Push Notification Received", "message_delivered"},
    {"Push Notification Tapped", "message_click"},
    {"Email Delivered", "message_delivered"},
    {"Email Opened", "message_open"},
    {"Email Link Clicked", "message_click"},
    {"Unsubscribed", "unsubscribe"},
    {"Video Playback Started", "content_view"},
    {"Live Chat Conversation Started", "consult"},
    {NULL, NULL}};

static const struct event_name of_posthog[] = {
    {"$pageview", "page_view"},
    {"$screen", "screen_view"},
    {"$identify", "identify"},
    {"$create_alias", "identify"},
    {"$set", "identify"},
    {NULL, NULL}};

static const struct event_name of_sensors[] = {
    {"$pageview", "page_view"},
    {"$AppViewScreen", "screen_view"},
    {"$MPViewScreen", "screen_view"},
    {"$AppStart", "app_open"},
    {"$MPLaunch", "app_open"},
    {"$AppInstall", "app_install"},
    {"$MPShare", "share"},
    {"$MPAddFavorites", "favorite"},
    {"$AppPushClick", "message_click"},
    {"$SignUp", "identify"},
    {"$BindID", "identify"},
    {"$UnbindID", "identity_unbind"},
    {NULL, NULL}};

static const struct event_name of_thinking[] = {
    {"ta_app_install", "app_install"},
    {"ta_app_start", "app_open"},
    {"ta_app_view", "screen_view"},
    {"ta_page_show", "page_view"},
    {"ta_pageview", "page_view"},
    {"ta_mp_launch", "app_open"},
    {"ta_mp_view", "screen_view"},
    {"ta_mp_share", "share"},
    {"ta_app_click_push", "message_click"},
    {NULL, NULL}};

static const struct prop_name props[] = {
    {"item",                MAP_ITEM,       0, false, NULL},
    {"product_id",          MAP_ITEM,       1, false, NULL},
    {"productId",           MAP_ITEM,       1, false, NULL},
    {"item_id",             MAP_ITEM,       1, false, NULL},
    {"sku",                 MAP_ITEM,       2, false, NULL},
    {"category",            MAP_CATEGORY,   0, false, NULL},
    {"order",               MAP_ORDER,      0, false, NULL},
    {"order_id",            MAP_ORDER,      1, false, NULL},
    {"orderId",             MAP_ORDER,      1, false, NULL},
    {"quantity",            MAP_QUANTITY,   0, false, NULL},
    {"unit_price",          MAP_UNIT_PRICE, 0, false, NULL},
    {"price",               MAP_UNIT_PRICE, 1, false, NULL},
    {"amount",              MAP_AMOUNT,     0, false, NULL},
    {"total",               MAP_AMOUNT,     1, false, NULL},
    {"revenue",             MAP_AMOUNT,     2, false, NULL},
    {"value",               MAP_AMOUNT,     3, false, NULL},
    {"score",               MAP_SCORE,      0, false, NULL},
    {"rating",              MAP_SCORE,      1, false, NULL},
    {"channel",             MAP_CHANNEL,    0, true,  NULL},
    {"touchpoint",          MAP_TOUCHPOINT, 0, true,  NULL},
    {"campaign",            MAP_CAMPAIGN,   0, true,  NULL},
    {"utm_campaign",        MAP_CAMPAIGN,   1, true,  NULL},
    {"$utm_campaign",       MAP_CAMPAIGN,   1, true,  NULL},
    {"$ip",                 MAP_IDENTITY,   0, true,  "ip"},
    {"#ip",                 MAP_IDENTITY,   0, true,  "ip"},
    {"$device_id",          MAP_IDENTITY,   0, true,  "device"},
    {"#device_id",          MAP_IDENTITY,   0, true,  "device"},
    {"name",                MAP_PROP,       0, false, "item_name"},
    {"query",               MAP_PROP,       0, false, "keyword"},
    {"$url",                MAP_PROP,       0, true,  "url"},
    {"$current_url",        MAP_PROP,       0, true,  "url"},
    {"#url",                MAP_PROP,       0, true,  "url"},
    {"$referrer",           MAP_PROP,       0, true,  "referrer"},
    {"#referrer",           MAP_PROP,       0, true,  "referrer"},
    {"$screen_name",        MAP_PROP,       0, true,  "screen"},
    {"#screen_name",        MAP_PROP,       0, true,  "screen"},
    {"$title",              MAP_PROP,       0, true,  "title"},
    {"#title",              MAP_PROP,       0, true,  "title"},
    {"$utm_source",         MAP_PROP,       0, true,  "utm_source"},
    {"$utm_medium",         MAP_PROP,       0, true,  "utm_medium"},
    {"$utm_term",           MAP_PROP,       0, true,  "utm_term"},
    {"$utm_content",        MAP_PROP,       0, true,  "utm_content"}};

/* Keys in lower case without "_", "-", "$", "#"; names of standard kinds need no row. */
static const struct {
    const char *key, *kind;
} traits[] = {
    {"phone", "phone"}, {"mobile", "phone"}, {"phonenumber", "phone"}, {"mobilephone", "phone"},
    {"手机", "phone"}, {"手机号", "phone"}, {"identitymobile", "phone"},
    {"email", "email"}, {"mail", "email"}, {"emailaddress", "email"}, {"邮箱", "email"}, {"identityemail", "email"},
    {"unionid", "unionid"}, {"wxunionid", "unionid"}, {"wechatunionid", "unionid"},
    {"openid", "openid"}, {"wxopenid", "openid"}, {"wechatopenid", "openid"},
    {"externaluserid", "external_userid"},
    {"memberno", "member_no"}, {"memberid", "member_no"}, {"会员号", "member_no"}, {"会员卡号", "member_no"},
    {"taobaoouid", "taobao_ouid"}, {"ouid", "taobao_ouid"}, {"taobaoname", "taobao_name"},
    {"douyinopenid", "douyin_openid"}, {"jdpin", "jd_pin"}, {"kuaishouopenid", "kuaishou_openid"},
    {"xhsid", "xhs_id"}};
/* clang-format on */

#define COUNT(a) ((uint32_t)(sizeof(a) / sizeof(*(a))))

static const struct {
    const struct event_name *first, *then; /* tables in order */
    const char *title;
} tables[PRODUCTS] = {
    [PRODUCT_SEGMENT] = {of_segment, NULL, "Segment, RudderStack"},
    [PRODUCT_POSTHOG] = {of_posthog, of_segment, "PostHog"},
    [PRODUCT_SENSORS] = {of_sensors, NULL, "Sensors 神策"},
    [PRODUCT_THINKING] = {of_thinking, NULL, "ThinkingData 数数"},
};

/* ---- Finding ------------------------------------------------------------------------------- */

/* Property names are looked up for every property of every event: by a hash of three letters, so that
 * most names that are none are told by one empty slot. */
#define SLOTS 256u
struct index {
    uint8_t head[SLOTS]; /* row + 1; 0: none */
    uint8_t next[64];
};

struct names {
    struct arena *arena;
    struct catalogue *standard;
    struct map *met[PRODUCTS];
    VEC(struct named *) event;
    struct named long_name; /* one that is not remembered */
    struct index prop;
    struct str prop_key[64]; /* the names of `props`, measured */
    struct map *trait;
};

static uint32_t slot_of(struct str s)
{
    const unsigned char first = (unsigned char)s.ptr[0];
    const unsigned char last = (unsigned char)s.ptr[s.len - 1];
    const unsigned char middle = (unsigned char)s.ptr[s.len / 2];
    return (first * 7u + last * 3u + middle * 31u + (uint32_t)s.len * 17u) % SLOTS;
}

static void index_props(struct names *n)
{
    _Static_assert(COUNT(props) < 64, "struct index has room for 64 rows");
    for (uint32_t i = COUNT(props); i-- > 0;) {
        n->prop_key[i] = str_of(props[i].name);
        uint8_t *head = &n->prop.head[slot_of(n->prop_key[i])];
        n->prop.next[i] = *head;
        *head = (uint8_t)(i + 1);
    }
}

const struct prop_name *names_prop(const struct names *n, struct str key)
{
    if (!key.len) {
        return NULL;
    }
    for (uint8_t at = n->prop.head[slot_of(key)]; at; at = n->prop.next[at - 1]) {
        if (str_eq(n->prop_key[at - 1], key)) {
            return &props[at - 1];
        }
    }
    return NULL;
}

/* Lower case, without "_", "-", "$", "#" and blanks; false when longer than `room`. */
static bool bare(struct str s, char *to, size_t room, size_t *len)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c == '_' || c == '-' || c == '$' || c == '#' || c == ' ') {
            continue;
        }
        if (n == room) {
            return false;
        }
        to[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    *len = n;
    return true;
}

struct str names_trait(const struct names *n, struct str key)
{
    char text[24];
    size_t len;
    uint32_t row;

    if (str_starts(key, STR("openid@")) && key.len <= 64) {
        return key;
    }
    if (!bare(key, text, sizeof(text), &len) || !map_get(n->trait, str_make(text, len), &row)) {
        return STR_NULL;
    }
    return str_of(traits[row].kind);
}

bool names_channel(const struct names *n, struct str s)
{
    const uint8_t code = channel_find(n->standard, s);
    return code && code < CHANNEL_OWN_FIRST;
}

/* ---- Events -------------------------------------------------------------------------------- */

static const char *translated(enum product p, struct str name)
{
    const struct event_name *const table[] = {tables[p].first, tables[p].then};
    for (uint32_t t = 0; t < COUNT(table); t++) {
        for (const struct event_name *e = table[t]; e && e->theirs; e++) {
            if (str_eq(name, str_of(e->theirs))) {
                return e->ours;
            }
        }
    }
    return NULL;
}

/* "Add Cart", "add-cart", "ADD_CART" as add_cart: the same words, only written otherwise. */
static struct str snake(struct str s, char *to)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        to[i] = c == ' ' || c == '-' ? '_' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return str_make(to, s.len);
}

static uint16_t standard_code(const struct names *n, struct str name)
{
    char text[NAME_BYTES];
    uint16_t code = catalogue_find(n->standard, name);
    code = code ? code : catalogue_find(n->standard, snake(name, text));
    for (uint16_t i = 1; !code && i < EVENT_OWN_FIRST; i++) {
        const struct event_def *def = catalogue_def(n->standard, i);
        if (def && str_eq(name, str_of(def->zh))) {
            code = i;
        }
    }
    return code;
}

/* "item, category, quantity": the columns among them. */
static uint32_t columns_of(const char *text)
{
    static const struct {
        struct str name;
        enum map_field field;
    } column[] = {{{"item", 4}, MAP_ITEM},     {{"category", 8}, MAP_CATEGORY},
                  {{"order", 5}, MAP_ORDER},   {{"quantity", 8}, MAP_QUANTITY},
                  {{"amount", 6}, MAP_AMOUNT}, {{"unit_price", 10}, MAP_UNIT_PRICE},
                  {{"score", 5}, MAP_SCORE}};
    uint32_t bits = 0;
    for (struct str rest = str_of(text); rest.len;) {
        const struct str word = str_trim(str_cut(&rest, ','));
        for (uint32_t i = 0; i < COUNT(column); i++) {
            bits |= str_eq(word, column[i].name) ? 1u << column[i].field : 0;
        }
    }
    return bits;
}

static void resolve(struct names *n, enum product p, struct str name, struct named *out)
{
    const char *theirs = translated(p, name);
    const struct str ours = theirs ? str_of(theirs) : name;
    const uint16_t code = standard_code(n, ours);

    *out = (struct named){.name = code ? catalogue_name(n->standard, code) : ours};
    if (!code) {
        return;
    }
    out->standard = true;
    out->columns = columns_of(catalogue_def(n->standard, code)->props);
    out->money = code == EVENT_PURCHASE || code == EVENT_REFUND;
    if (theirs && str_eq(out->name, STR("share"))) {
        out->columns &=
            ~(1u << MAP_QUANTITY); /* here it is people brought, there it is pieces */
    }
}

const struct named *names_event(struct names *n, enum product p, struct str name)
{
    uint32_t at;

    name = str_trim(name);
    if (map_get(n->met[p], name, &at)) {
        return n->event.ptr[at];
    }
    if (name.len > NAME_BYTES || n->event.len >= REMEMBERED) {
        if (name.len <= NAME_BYTES) {
            resolve(n, p, name, &n->long_name);
        } else {
            n->long_name = (struct named){.name = name};
        }
        return &n->long_name;
    }
    struct named *e = arena_new_of(n->arena, struct named);
    resolve(n, p, arena_str(n->arena, name), e);
    (void)map_put(n->met[p], name, (uint32_t)n->event.len);
    vec_push(&n->event, e);
    return e;
}

/* ---- Life ---------------------------------------------------------------------------------- */

struct names *names_new(void)
{
    struct names *n = mem_zalloc(sizeof(*n));
    n->arena = arena_new();
    n->standard = catalogue_new();
    for (uint32_t p = 0; p < PRODUCTS; p++) {
        n->met[p] = map_new();
    }
    n->trait = map_new();
    for (uint32_t i = 0; i < COUNT(traits); i++) {
        (void)map_put(n->trait, str_of(traits[i].key), i);
    }
    index_props(n);
    return n;
}

void names_free(struct names *n)
{
    if (!n) {
        return;
    }
    for (uint32_t p = 0; p < PRODUCTS; p++) {
        map_free(n->met[p]);
    }
    map_free(n->trait);
    vec_release(&n->event);
    catalogue_free(n->standard);
    arena_free(n->arena);
    mem_free(n);
}

/* ---- docs/collect.md ----------------------------------------------------------------------- */

static void markdown_events(struct buf *out)
{
    buf_add(out, STR("| product | its event | event |\n|---|---|---|\n"));
    for (uint32_t p = 0; p < PRODUCTS; p++) {
        for (const struct event_name *e = tables[p].first; e->theirs; e++) {
            buf_addf(out, "| %s | `%s` | `%s` |\n", tables[p].title, e->theirs, e->ours);
        }
    }
}

static const char *column_name(enum map_field f)
{
    struct buf name = {0};
    const struct map_column c = {.field = f};
    mapping_field_text(&c, &name);
    static const char *const names[] = {"item",       "category", "order", "quantity",
                                        "unit_price", "amount",   "score", "channel",
                                        "touchpoint", "campaign"};
    const char *found = "";
    for (uint32_t i = 0; i < COUNT(names); i++) {
        found = str_eq(buf_str(&name), str_of(names[i])) ? names[i] : found;
    }
    buf_release(&name);
    return found;
}

static void markdown_props(struct buf *out)
{
    buf_add(out, STR("| property | becomes | of |\n|---|---|---|\n"));
    for (uint32_t i = 0; i < COUNT(props); i++) {
        const struct prop_name *p = &props[i];
        buf_addf(out, "| `%s` | %s `%s` | %s |\n", p->name,
                 p->field == MAP_PROP       ? "property"
                 : p->field == MAP_IDENTITY ? "identity"
                                            : "column",
                 p->as ? p->as : column_name(p->field),
                 p->always ? "every event" : "events of the catalogue");
    }
}

void names_markdown(struct buf *out)
{
    markdown_events(out);
    buf_add(out, STR("\n"));
    markdown_props(out);
    buf_add(out, STR("\n| trait | identity |\n|---|---|\n"));
    for (uint32_t i = 0; i < COUNT(traits); i++) {
        buf_addf(out, "| `%s` | `%s` |\n", traits[i].key, traits[i].kind);
    }
}
