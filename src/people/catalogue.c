/* The standard names are two static tables; a catalogue adds the brand's own names behind them.
 * names[] is indexed by code, so that a code becomes text by one load; text becomes a code
 * through a map. Standard codes are fixed for ever: never reuse or renumber one, only add. */
#include "people/catalogue.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"

#define NAME_MAX_BYTES 64
#define CHANNELS_MAX 256

/* clang-format off */
static const struct event_def events[] = {
    /* Awareness: the brand was met. */
    {1, "ad_exposure", "广告曝光", EVIDENCE_AWARENESS, NULL, "campaign, touchpoint",
     "An advertisement was shown to the consumer.", "向消费者展示了一次广告。"},
    {2, "category_search", "品类搜索", EVIDENCE_AWARENESS, NULL, "category, keyword",
     "Searched for a category without naming the brand.", "搜索品类词，没有品牌倾向。"},
    {3, "content_view", "内容浏览", EVIDENCE_AWARENESS, NULL, "touchpoint, item, duration",
     "Read an article or watched a short video of the brand.", "看了品牌的图文或短视频。"},
    {4, "live_view", "观看直播", EVIDENCE_AWARENESS, NULL, "touchpoint, duration",
     "Entered a live stream of the brand.", "进入品牌直播间观看。"},
    {5, "sms_delivered", "短信送达", EVIDENCE_AWARENESS, NULL, "campaign",
     "A text message reached the phone.", "营销短信送达手机。"},
    {6, "offline_reach", "线下触达", EVIDENCE_AWARENESS, NULL, "touchpoint, campaign",
     "Was met offline: leaflet, pop-up, exhibition, street promotion.", "线下触达：派样、快闪、展会、地推。"},

    /* Interest: the consumer turned to the brand. */
    {10, "ad_click", "广告点击", EVIDENCE_INTEREST, NULL, "campaign, touchpoint",
     "Clicked an advertisement.", "点击了广告。"},
    {11, "store_visit", "进店", EVIDENCE_INTEREST, NULL, "touchpoint, duration",
     "Entered a shop of the brand, online or in the street.", "进入品牌线上店铺或线下门店。"},
    {12, "item_view", "商品浏览", EVIDENCE_INTEREST, NULL, "item, category, unit_price",
     "Opened the page of an item.", "浏览商品详情页。"},
    {13, "brand_search", "品牌搜索", EVIDENCE_INTEREST, NULL, "keyword",
     "Searched for the brand by name.", "搜索品牌词。"},
    {14, "interact", "互动", EVIDENCE_INTEREST, NULL, "touchpoint, campaign",
     "Liked, commented, voted, played a game, took part in an activity.", "点赞、评论、投票、小游戏、参与活动。"},
    {15, "coupon_claim", "领券", EVIDENCE_INTEREST, NULL, "campaign, coupon",
     "Claimed a coupon.", "领取优惠券。"},
    {16, "trial_claim", "领取试用", EVIDENCE_INTEREST, NULL, "item, campaign",
     "Claimed a sample or a trial.", "领取小样或试用装。"},
    {17, "add_cart", "加购", EVIDENCE_INTEREST, NULL, "item, category, quantity, unit_price",
     "Put an item into the cart.", "加入购物车。"},
    {18, "favorite", "收藏", EVIDENCE_INTEREST, NULL, "item, category",
     "Marked an item or the shop as a favourite.", "收藏商品或店铺。"},
    {19, "consult", "咨询", EVIDENCE_INTEREST, NULL, "item, touchpoint",
     "Asked a shop assistant or the service desk.", "咨询导购或客服。"},
    {20, "live_interact", "直播互动", EVIDENCE_INTEREST, NULL, "touchpoint, item",
     "Commented, liked, asked or drew a prize in a live stream.", "直播间评论、点赞、提问、抽奖。"},
    {21, "message_reply", "消息回复", EVIDENCE_INTEREST, NULL, "touchpoint, campaign",
     "Answered a message of the brand.", "回复品牌发出的消息。"},

    /* Purchase. The codes 40 and 41 are known to code by name. */
    {EVENT_PURCHASE, "purchase", "购买", EVIDENCE_PURCHASE, NULL,
     "order, item, category, quantity, unit_price, amount",
     "Paid for an order; one event a line of the order, or one for all of it.",
     "支付了订单；一行明细一个事件，或整单一个事件。"},
    {EVENT_REFUND, "refund", "退款", EVIDENCE_REFUND, NULL,
     "order, item, quantity, unit_price, amount",
     "Money was given back. In full, the order is no purchase from then on.",
     "退款。全额退款后，该订单从当日起不再算购买。"},

    /* Loyalty. */
    {42, "review", "评价", EVIDENCE_LOYALTY, NULL, "item, order, score",
     "Wrote a review; evidence of loyalty from score 4 of 5 on.", "发表评价；5 分制 4 分及以上为忠诚行为。"},
    {43, "share", "分享", EVIDENCE_LOYALTY, NULL, "item, touchpoint, quantity",
     "Shared something; quantity is the people it brought, evidence of loyalty from 1 on.",
     "分享；quantity 为带来的人数，至少 1 人才算忠诚行为。"},
    {44, "referral", "推荐带新", EVIDENCE_LOYALTY, NULL, "campaign, quantity, invitee",
     "Brought a new consumer.", "成功带来一位新消费者。"},

    /* Status: holds from the first event until the other one. */
    {50, "follow", "关注", EVIDENCE_STATUS_ON, NULL, "touchpoint",
     "Followed an account of the brand: became a fan.", "关注品牌账号，成为粉丝。"},
    {51, "unfollow", "取消关注", EVIDENCE_STATUS_OFF, "follow", "touchpoint",
     "No longer follows the account.", "取消关注。"},
    {52, "friend_add", "添加好友", EVIDENCE_STATUS_ON, NULL, "touchpoint, campaign",
     "Became a WeCom friend of a member of staff.", "添加员工企业微信好友。"},
    {53, "friend_delete", "删除好友", EVIDENCE_STATUS_OFF, "friend_add", "touchpoint",
     "The friendship ended, from either side.", "好友关系解除（任一方）。"},
    {54, "group_join", "入群", EVIDENCE_STATUS_ON, NULL, "touchpoint, campaign",
     "Joined a group of the brand.", "加入品牌社群。"},
    {55, "group_leave", "退群", EVIDENCE_STATUS_OFF, "group_join", "touchpoint",
     "Left the group, was removed, or the group was closed.", "退群、被移出或社群解散。"},
    {56, "member_join", "入会", EVIDENCE_STATUS_ON, NULL, "touchpoint, campaign",
     "Joined the loyalty programme.", "注册成为会员。"},
    {57, "member_quit", "退会", EVIDENCE_STATUS_OFF, "member_join", "touchpoint",
     "Left the loyalty programme.", "注销会员。"},

    /* No evidence in the default model; standard names so that figures and journeys agree. */
    {70, "page_view", "页面浏览", EVIDENCE_NONE, NULL, "touchpoint, url, referrer",
     "Opened a page.", "浏览页面。"},
    {71, "screen_view", "界面浏览", EVIDENCE_NONE, NULL, "touchpoint, screen",
     "Opened a screen of an app or mini program.", "浏览应用或小程序界面。"},
    {72, "search", "搜索", EVIDENCE_NONE, NULL, "keyword",
     "Searched, brand or category unknown.", "搜索（未区分品牌词与品类词）。"},
    {73, "cart_remove", "移出购物车", EVIDENCE_NONE, NULL, "item, quantity",
     "Took an item out of the cart.", "移出购物车。"},
    {74, "unfavorite", "取消收藏", EVIDENCE_NONE, NULL, "item",
     "Took a favourite back.", "取消收藏。"},
    {75, "order_create", "下单", EVIDENCE_NONE, NULL, "order, amount, quantity",
     "Placed an order, not yet paid.", "创建订单，尚未支付。"},
    {76, "order_cancel", "取消订单", EVIDENCE_NONE, NULL, "order, amount",
     "Cancelled an order before paying, or it timed out.", "支付前取消订单或超时关闭。"},
    {77, "payment", "支付", EVIDENCE_NONE, NULL, "order, amount",
     "A payment went through; the purchase itself is the event purchase.", "支付成功；购买本身记为 purchase。"},
    {78, "refund_request", "申请退款", EVIDENCE_NONE, NULL, "order, item, amount",
     "Asked for money back; nothing is given back yet.", "申请退款，尚未退款。"},
    {79, "order_ship", "发货", EVIDENCE_NONE, NULL, "order",
     "The order left the warehouse.", "订单发货。"},
    {80, "order_receive", "签收", EVIDENCE_NONE, NULL, "order",
     "The order arrived.", "订单签收。"},
    {81, "subscribe", "订阅", EVIDENCE_NONE, NULL, "touchpoint, topic",
     "Allowed messages of a topic or template.", "订阅消息或主题。"},
    {82, "unsubscribe", "退订", EVIDENCE_NONE, NULL, "touchpoint, topic",
     "Took the permission back.", "退订。"},
    {83, "coupon_redeem", "核销优惠券", EVIDENCE_NONE, NULL, "coupon, order, amount",
     "Used a coupon.", "使用（核销）优惠券。"},
    {84, "coupon_expire", "优惠券过期", EVIDENCE_NONE, NULL, "coupon",
     "A coupon ran out unused.", "优惠券未使用而过期。"},
    {85, "points_earn", "获得积分", EVIDENCE_NONE, NULL, "quantity, order",
     "Points were given.", "获得积分。"},
    {86, "points_redeem", "积分兑换", EVIDENCE_NONE, NULL, "quantity, item",
     "Points were spent.", "使用积分兑换。"},
    {87, "points_expire", "积分过期", EVIDENCE_NONE, NULL, "quantity",
     "Points ran out.", "积分过期。"},
    {88, "check_in", "签到", EVIDENCE_NONE, NULL, "touchpoint",
     "Checked in for the day.", "每日签到。"},
    {89, "tier_change", "等级变更", EVIDENCE_NONE, NULL, "tier",
     "The member's tier changed.", "会员等级变更。"},
    {90, "register", "注册", EVIDENCE_NONE, NULL, "touchpoint, campaign",
     "Opened an account (the loyalty programme is member_join).", "注册账号（入会记为 member_join）。"},
    {91, "login", "登录", EVIDENCE_NONE, NULL, "touchpoint",
     "Signed in.", "登录。"},
    {92, "logout", "退出登录", EVIDENCE_NONE, NULL, "touchpoint",
     "Signed out.", "退出登录。"},
    {93, "app_install", "安装应用", EVIDENCE_NONE, NULL, "campaign",
     "Installed the app.", "安装应用。"},
    {94, "app_open", "打开应用", EVIDENCE_NONE, NULL, "touchpoint",
     "Opened the app or mini program.", "打开应用或小程序。"},
    {95, "form_submit", "提交表单", EVIDENCE_NONE, NULL, "touchpoint, campaign",
     "Filled in a form or questionnaire.", "提交表单或问卷。"},
    {96, "message_send", "消息发送", EVIDENCE_NONE, NULL, "touchpoint, campaign",
     "A message was sent to the consumer.", "向消费者发送消息。"},
    {97, "message_delivered", "消息送达", EVIDENCE_NONE, NULL, "touchpoint, campaign",
     "A message other than a text message arrived.", "消息（短信除外）送达。"},
    {98, "message_open", "消息打开", EVIDENCE_NONE, NULL, "touchpoint, campaign",
     "Opened a message.", "打开消息。"},
    {99, "message_click", "消息点击", EVIDENCE_NONE, NULL, "touchpoint, campaign",
     "Clicked a link in a message.", "点击消息中的链接。"},
    {100, "group_message", "群内发言", EVIDENCE_NONE, NULL, "touchpoint",
     "Spoke in a group.", "在社群发言。"},
    {101, "live_book", "预约直播", EVIDENCE_NONE, NULL, "touchpoint",
     "Booked a live stream.", "预约直播。"},
    {102, "live_leave", "离开直播", EVIDENCE_NONE, NULL, "touchpoint, duration",
     "Left a live stream.", "离开直播间。"},
    {103, "campaign_join", "参与裂变活动", EVIDENCE_NONE, NULL, "campaign",
     "Entered a fission campaign.", "参与裂变活动。"},
    {104, "invite_accept", "接受邀请", EVIDENCE_NONE, NULL, "campaign, inviter",
     "Came through somebody's invite (the inviter has referral).", "通过他人邀请而来（邀请人记 referral）。"},
    {105, "reward_claim", "领取奖励", EVIDENCE_NONE, NULL, "campaign, amount",
     "Took a reward.", "领取奖励。"},
    {106, "code_scan", "扫码", EVIDENCE_NONE, NULL, "touchpoint, campaign",
     "Scanned a QR code of the brand.", "扫描品牌二维码。"},
    {107, "phone_call", "电话沟通", EVIDENCE_NONE, NULL, "touchpoint, duration",
     "Talked with the brand by phone.", "电话沟通。"},
    {108, "complaint", "投诉", EVIDENCE_NONE, NULL, "order, item",
     "Complained.", "投诉。"},
    {109, "identify", "身份上报", EVIDENCE_NONE, NULL, "",
     "Identities were seen together; says nothing else.", "上报同一人的身份标识，别无含义。"},
    {110, "consent_give", "授权同意", EVIDENCE_NONE, NULL, "purpose",
     "Gave consent for a purpose.", "同意某项个人信息处理目的。"},
    {111, "consent_withdraw", "撤回同意", EVIDENCE_NONE, NULL, "purpose",
     "Took consent back.", "撤回同意。"},
    {112, "identity_unbind", "身份解绑", EVIDENCE_NONE, NULL, "",
     "A program said that an identity is no longer this consumer's; joins nothing and takes nothing apart.",
     "程序上报某个身份不再属于该消费者；不合并，也不拆分。"},
};

static const struct channel_def channels[] = {
    {1, "wechat_oa", "微信公众号", true},
    {2, "mini_program", "小程序", true},
    {3, "wecom_staff", "企业微信员工", true},
    {4, "wecom_group", "企业微信社群", true},
    {5, "video_channel", "视频号", true},
    {6, "live", "品牌直播", true},
    {7, "wecom_moments", "企业微信朋友圈", true},
    {8, "app", "品牌应用", true},
    {9, "web", "官网", true},
    {10, "h5", "H5 页面", true},
    {11, "sms", "短信", true},
    {12, "email", "电子邮件", true},
    {13, "phone_call", "电话", true},
    {14, "member", "会员中心", true},
    {15, "alipay_mini", "支付宝小程序", true},
    {20, "tmall", "天猫", false},
    {21, "taobao", "淘宝", false},
    {22, "jd", "京东", false},
    {23, "douyin", "抖音", false},
    {24, "kuaishou", "快手", false},
    {25, "xiaohongshu", "小红书", false},
    {26, "pinduoduo", "拼多多", false},
    {27, "weibo", "微博", false},
    {28, "bilibili", "哔哩哔哩", false},
    {29, "zhihu", "知乎", false},
    {30, "meituan", "美团", false},
    {31, "vipshop", "唯品会", false},
    {32, "youzan", "有赞", true},
    {33, "weimob", "微盟", true},
    {40, "store", "线下门店", false},
    {41, "ad", "广告", false},
    {42, "outdoor", "户外媒体", false},
    {43, "offline_event", "线下活动", false},
    {44, "search_engine", "搜索引擎", false},
    {45, "partner", "异业合作", false},
};
/* clang-format on */

#define EVENTS (sizeof(events) / sizeof(events[0]))
#define CHANNELS (sizeof(channels) / sizeof(channels[0]))

struct catalogue {
    struct arena *arena;
    struct map *event_codes, *channel_codes;
    struct str events[EVENT_NAMES_MAX];
    struct str channels[CHANNELS_MAX];
    const struct event_def *defs[EVENT_OWN_FIRST];
    uint16_t events_len, channels_len; /* highest code + 1 */
};

struct catalogue *catalogue_new(void)
{
    struct catalogue *c = mem_zalloc(sizeof(struct catalogue));
    c->arena = arena_new();
    c->event_codes = map_new();
    c->channel_codes = map_new();
    for (size_t i = 0; i < EVENTS; i++) {
        c->events[events[i].code] = str_of(events[i].name);
        c->defs[events[i].code] = &events[i];
        (void)map_put(c->event_codes, str_of(events[i].name), events[i].code);
    }
    for (size_t i = 0; i < CHANNELS; i++) {
        c->channels[channels[i].code] = str_of(channels[i].name);
        (void)map_put(c->channel_codes, str_of(channels[i].name), channels[i].code);
    }
    c->events_len = EVENT_OWN_FIRST;
    c->channels_len = CHANNEL_OWN_FIRST;
    return c;
}

void catalogue_free(struct catalogue *c)
{
    if (!c) {
        return;
    }
    map_free(c->event_codes);
    map_free(c->channel_codes);
    arena_free(c->arena);
    mem_free(c);
}

uint16_t catalogue_find(const struct catalogue *c, struct str name)
{
    uint32_t code;
    return map_get(c->event_codes, name, &code) ? (uint16_t)code : EVENT_UNKNOWN;
}

/* A name of an event or channel as it may come from outside. */
static enum rc check_name(struct str name, const char *what, struct err *e)
{
    if (name.len == 0) {
        return rc_fail(e, RC_INVALID, "the %s name is empty", what);
    }
    if (name.len > NAME_MAX_BYTES) {
        return rc_fail(e, RC_INVALID, "the %s name \"%.24s...\" is longer than %d bytes", what,
                       name.ptr, NAME_MAX_BYTES);
    }
    if (!str_is_utf8(name)) {
        return rc_fail(e, RC_INVALID, "the %s name is not UTF-8", what);
    }
    for (size_t i = 0; i < name.len; i++) {
        unsigned char b = (unsigned char)name.ptr[i];
        if (b < 0x20 || b == 0x7f) {
            return rc_fail(e, RC_INVALID, "the %s name has a control character at byte %zu",
                           what, i + 1);
        }
    }
    return RC_OK;
}

enum rc catalogue_intern(struct catalogue *c, struct str name, uint16_t *code, struct err *e)
{
    *code = catalogue_find(c, name);
    if (*code != EVENT_UNKNOWN) {
        return RC_OK;
    }
    enum rc rc = check_name(name, "event", e);
    if (rc) {
        return rc;
    }
    if (c->events_len >= EVENT_NAMES_MAX) {
        rc_fail(e, RC_TOO_LARGE, "more than %d own event names",
                EVENT_NAMES_MAX - EVENT_OWN_FIRST);
        err_hint(e, "put what varies into a property, not into the event name");
        return RC_TOO_LARGE;
    }
    *code = c->events_len++;
    c->events[*code] = arena_str(c->arena, name);
    (void)map_put(c->event_codes, name, *code);
    return RC_OK;
}

struct str catalogue_name(const struct catalogue *c, uint16_t code)
{
    return code < EVENT_NAMES_MAX ? c->events[code] : STR_NULL;
}

uint16_t catalogue_len(const struct catalogue *c) { return c->events_len; }

const struct str *catalogue_names(const struct catalogue *c) { return c->events; }

const struct event_def *catalogue_def(const struct catalogue *c, uint16_t code)
{
    return code < EVENT_OWN_FIRST ? c->defs[code] : NULL;
}

/* ---- channels ---- */

uint8_t channel_find(const struct catalogue *c, struct str name)
{
    uint32_t code;
    return map_get(c->channel_codes, name, &code) ? (uint8_t)code : 0;
}

enum rc channel_intern(struct catalogue *c, struct str name, uint8_t *code, struct err *e)
{
    *code = channel_find(c, name);
    if (*code != 0) {
        return RC_OK;
    }
    enum rc rc = check_name(name, "channel", e);
    if (rc) {
        return rc;
    }
    if (c->channels_len >= CHANNELS_MAX) {
        rc_fail(e, RC_TOO_LARGE, "more than %d own channels", CHANNELS_MAX - CHANNEL_OWN_FIRST);
        err_hint(e,
                 "a channel is a kind of touchpoint; name the shop or account in touchpoint");
        return RC_TOO_LARGE;
    }
    *code = (uint8_t)c->channels_len++;
    c->channels[*code] = arena_str(c->arena, name);
    (void)map_put(c->channel_codes, name, *code);
    return RC_OK;
}

struct str channel_name(const struct catalogue *c, uint8_t code) { return c->channels[code]; }

const struct str *channel_names(const struct catalogue *c, uint32_t *len)
{
    *len = c->channels_len;
    return c->channels;
}

const struct channel_def *channel_def(uint8_t code)
{
    for (size_t i = 0; i < CHANNELS; i++) {
        if (channels[i].code == code) {
            return &channels[i];
        }
    }
    return NULL;
}

/* ---- did you mean ---- */

/* Words that other systems use for a standard name; only for suggestions. */
/* clang-format off */
static const char *const synonyms[][2] = {
    {"buy", "purchase"}, {"bought", "purchase"}, {"order", "purchase"}, {"pay", "payment"},
    {"paid", "purchase"}, {"cart", "add_cart"}, {"add_to_cart", "add_cart"}, {"fav", "favorite"},
    {"favourite", "favorite"}, {"collect", "favorite"}, {"pv", "item_view"}, {"view", "item_view"},
    {"product_view", "item_view"}, {"click", "ad_click"}, {"impression", "ad_exposure"},
    {"exposure", "ad_exposure"}, {"return", "refund"}, {"comment", "review"}, {"rate", "review"},
    {"invite", "referral"}, {"refer", "referral"}, {"forward", "share"}, {"fan", "follow"},
    {"friend", "friend_add"}, {"add_friend", "friend_add"}, {"group", "group_join"},
    {"join_group", "group_join"}, {"member", "member_join"}, {"join_member", "member_join"},
    {"signup", "register"}, {"sign_up", "register"}, {"signin", "login"}, {"coupon", "coupon_claim"},
    {"visit", "store_visit"}, {"sms", "sms_delivered"}, {"live", "live_view"}, {"ask", "consult"},
    {"reply", "message_reply"}, {"sample", "trial_claim"}, {"trial", "trial_claim"},
};
/* clang-format on */

static struct str nearest(const struct str *names, uint32_t len, struct str name)
{
    uint32_t at = str_nearest(names, len, name);
    return at < len ? names[at] : STR_NULL;
}

struct str catalogue_suggest(const struct catalogue *c, struct str name)
{
    for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++) {
        if (str_eq_nocase(name, str_of(synonyms[i][0]))) {
            return str_of(synonyms[i][1]);
        }
    }
    char lower[NAME_MAX_BYTES];
    if (name.len == 0 || name.len > NAME_MAX_BYTES) {
        return STR_NULL;
    }
    for (size_t i = 0; i < name.len; i++) {
        char b = name.ptr[i];
        lower[i] = b >= 'A' && b <= 'Z' ? (char)(b - 'A' + 'a') : b;
        lower[i] = lower[i] == '-' || lower[i] == ' ' || lower[i] == '$' ? '_' : lower[i];
    }
    return nearest(c->events, c->events_len, str_make(lower, name.len));
}

struct str channel_suggest(const struct catalogue *c, struct str name)
{
    return nearest(c->channels, c->channels_len, name);
}

/* ---- docs/events.md ---- */

static const char *evidence_text(const struct event_def *d)
{
    switch (d->evidence) {
    case EVIDENCE_NONE: return "–";
    case EVIDENCE_AWARENESS: return "awareness";
    case EVIDENCE_INTEREST: return "interest";
    case EVIDENCE_STATUS_ON: return "interest, while it holds";
    case EVIDENCE_STATUS_OFF: return "ends";
    case EVIDENCE_PURCHASE: return "purchase; loyalty on 2 days";
    case EVIDENCE_REFUND: return "takes a purchase back";
    case EVIDENCE_LOYALTY: return "loyalty";
    }
    return "";
}

static void markdown_events(struct buf *out)
{
    buf_add(out, STR("| code | name | 中文 | evidence | properties | meaning | 含义 |\n"
                     "|---:|---|---|---|---|---|---|\n"));
    for (size_t i = 0; i < EVENTS; i++) {
        const struct event_def *d = &events[i];
        buf_addf(out, "| %d | `%s` | %s | %s", d->code, d->name, d->zh, evidence_text(d));
        if (d->undoes) {
            buf_addf(out, " `%s`", d->undoes);
        }
        buf_addf(out, " | %s | %s | %s |\n", d->props[0] ? d->props : "–", d->meaning,
                 d->meaning_zh);
    }
}

void catalogue_markdown(struct buf *out)
{
    buf_add(
        out,
        STR("# Events\n\n"
            "Generated from `src/people/catalogue.c`; do not edit.\n\n"
            "An event is something a consumer did or met. These are the standard names, what "
            "each "
            "means and what evidence it gives in the default stage model `aipl` "
            "(docs/models.md). Own names are welcome: they are stored, listed and counted, and "
            "give evidence as soon as a stage model names them. Names are exact; upper and "
            "lower "
            "case differ.\n\n"
            "Properties named below have columns of their own; everything else that an event "
            "carries is kept as it came. `quantity` is items bought; for `share` and "
            "`referral` it "
            "is people brought.\n\n"
            "A status (`follow`, `friend_add`, `group_join`, `member_join`) holds for each "
            "touchpoint until its opposite is met there; an opposite without a touchpoint ends "
            "all of them. At the same instant the end wins.\n\n"));
    markdown_events(out);
    buf_add(out, STR("\n## Channels\n\n"
                     "A channel is a kind of touchpoint. Own channels are welcome and count as "
                     "public until told otherwise.\n\n"
                     "| code | name | 中文 | domain |\n|---:|---|---|---|\n"));
    for (size_t i = 0; i < CHANNELS; i++) {
        buf_addf(out, "| %d | `%s` | %s | %s |\n", channels[i].code, channels[i].name,
                 channels[i].zh, channels[i].private_domain ? "private 私域" : "public 公域");
    }
}
