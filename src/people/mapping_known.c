/* Sources: Taobao/Tmall seller centre "订单报表/宝贝报表" exports; Youzan 订单导出 (2023); Tianchi data
 * sets 649 and 45; UCI data sets 352 and 502; the CDNOW log of Fader & Hardie. */
#include "people/mapping_internal.h"

#include <stddef.h>

#define PERSONAL_FIELDS                                                                                                 \
    {"props.receiver",                                                                                                  \
     "收货人姓名|收货人|收货人/提货人|联系人|真实姓名|姓名|realname|fullname|"                   \
     "receivername|consignee",                                                                                          \
     true, false},                                                                                                      \
        {"props.address",                                                                                               \
         "收货地址|详细收货地址|详细收货地址/提货地址|收货人地址|详细地址|地址|address|" \
         "streetaddress|shippingaddress",                                                                               \
         true, true},                                                                                                   \
    {                                                                                                                   \
        "props.id_card", "身份证|身份证号|身份证号码|idcard|idnumber", true, false                                      \
    }

#define IDENTITY_FIELDS                                                                                       \
    {"identity.phone",                                                                                        \
     "收货人手机号|联系手机|收货人手机|收货人手机号/提货人手机号|买家手机号|" \
     "买家手机|手机号|手机号码|手机|联系电话|电话|phone|mobile|phonenumber|"               \
     "mobilephone|tel|telephone",                                                                             \
     false, false},                                                                                           \
        {"identity.email", "邮箱|电子邮箱|电子邮件|email|mail|emailaddress", false, false},                   \
        {"identity.unionid", "unionid|微信unionid", false, false},                                            \
        {"identity.openid", "openid|微信openid|wxopenid", false, false},                                      \
        {"identity.external_userid", "externaluserid|外部联系人id", false, false},                            \
    {                                                                                                         \
        "identity.member_no", "会员号|会员卡号|会员编号|会员id|memberno|memberid|membercard",                 \
            false, false                                                                                      \
    }

/* clang-format off */
static const struct known_field taobao_fields[] = {{NULL, NULL, false, false}};
static const char *const taobao_places[] = {
    "identity.user_id", "item", "category", "event", "time", NULL};

static const struct known_field cdnow_fields[] = {
    {"identity.user_id", "customerid|masterid|userid|id|cid", false, false},
    {"props.sample_id", "sampleid", false, false},
    {"time", "date|orderdt|orderdate|day", false, false},
    {"quantity", "numberofcds|cds|orderproducts|quantity", false, false},
    {"amount", "dollarvalue|dollars|orderamount|amount", false, false},
    {NULL, NULL, false, false}};

static const struct known_field uci_fields[] = {
    {"order", "invoiceno|invoice", false, false},
    {"item", "stockcode", false, false},
    {"quantity", "quantity", false, false},
    {"time", "invoicedate", false, false},
    {"unit_price", "unitprice|price", false, false},
    {"identity.user_id", "customerid", false, false},
    {"props.description", "description", false, false},
    {"props.country", "country", false, false},
    {NULL, NULL, false, false}};

static const struct known_field baby_fields[] = {
    {"identity.user_id", "userid", false, false},
    {"item", "auctionid", false, false},
    {"category", "category1|catid", false, false},
    {"props.category_top", "category2|cat1", false, false},
    {"quantity", "buymount", false, false},
    {"time", "day", false, false},
    {NULL, NULL, false, false}};

static const struct known_field tmall_fields[] = {
    {"order", "订单编号|主订单编号|订单号|主订单号|交易编号", false, false},
    {"line", "子订单编号|子订单号", false, false},
    {"line", "商品属性|宝贝属性", false, false},
    {"identity.taobao_ouid", "ouid|taobaoouid|买家ouid", false, false},
    {"identity.taobao_nick", "买家会员名|买家旺旺|买家昵称|买家账号|会员名", false, false},
    IDENTITY_FIELDS,
    PERSONAL_FIELDS,
    {"props.buyer_account", "买家支付宝账号", true, false},
    {"total", "总金额|订单总金额|订单金额", false, false},
    {"amount", "买家实际支付金额|实际支付金额|买家实付金额|实付金额", false, false},
    {"create_time", "订单创建时间|下单时间|创建时间", false, false},
    {"pay_time", "订单付款时间|付款时间|支付时间", false, false},
    {"refund_amount", "退款金额|已退款金额", false, false},
    {"refund_time", "退款时间|退款完成时间|退款完结时间", false, false},
    {"item", "商品id|宝贝id|宝贝编号|商品编码|外部系统编号|宝贝标题|商品标题|标题|商品名称", false, false},
    {"category", "商品类目|宝贝类目|类目", false, false},
    {"quantity", "宝贝总数量|购买数量|商品数量|宝贝数量|数量", false, false},
    {"unit_price", "商品单价|宝贝单价|单价|价格", false, false},
    {"touchpoint", "店铺名称|店铺", false, false},
    {NULL, NULL, false, false}};

static const struct known_field youzan_fields[] = {
    {"order", "订单号|订单编号", false, false},
    {"line", "子订单号|商品规格|规格", false, false},
    {"identity.user_id", "有赞客户id|客户id|买家id|yzopenid|有赞id", false, false},
    IDENTITY_FIELDS,
    PERSONAL_FIELDS,
    {"props.buyer", "买家姓名|买家昵称|买家|买家微信昵称", true, false},
    {"total", "订单总金额|商品金额合计|订单金额", false, false},
    {"amount", "订单实付金额|实付金额|实收金额|买家实付金额|订单商品实付金额|商品实际成交金额", false, false},
    {"create_time", "订单创建时间|下单时间|创建时间", false, false},
    {"pay_time", "买家付款时间|订单付款时间|付款时间|支付时间", false, false},
    {"refund_amount", "订单已退款金额|已退款金额|退款金额|订单退款金额|商品已退款金额", false, false},
    {"refund_time", "退款时间|退款完成时间", false, false},
    {"item", "商品编码|商品id|规格编码|商品名称|全部商品名称", false, false},
    {"category", "商品类目|商品分组|商品分类", false, false},
    {"quantity", "商品数量|商品总件数|数量|商品种类数", false, false},
    {"unit_price", "商品单价|单价", false, false},
    {"touchpoint", "归属店铺|归属网店|下单网店|店铺名称", false, false},
    {NULL, NULL, false, false}};

static const struct known_field generic_fields[] = {
    {"time", "time|eventtime|timestamp|datetime|occurredat|ts|时间|事件时间|发生时间|行为时间|付款时间|"
             "支付时间|下单时间|订单付款时间|订单创建时间|创建时间|paidat|createdat|orderdate|date|日期|day",
     false, false},
    {"event", "event|eventname|eventtype|behavior|behaviortype|behaviour|action|actiontype|事件|事件名|"
              "事件名称|事件类型|行为|行为类型", false, false},
    {"id", "eventid|messageid|事件id", false, false},
    {"identity.user_id", "userid|uid|customerid|user|visitorid|buyerid|accountid|用户id|用户编号|用户|客户id|"
                         "客户编号|客户号|买家id|id", false, false},
    IDENTITY_FIELDS,
    {"identity.taobao_ouid", "taobaoouid|ouid", false, false},
    {"identity.douyin_openid", "douyinopenid|抖音openid", false, false},
    {"identity.jd_pin", "jdpin|京东pin", false, false},
    {"identity.device", "device|deviceid|设备id|设备号|idfa|oaid|imei", false, false},
    {"identity.cookie", "cookie|cookieid", false, false},
    {"identity.crm_id", "crmid|crm编号", false, false},
    {"identity.anonymous_id", "anonymousid|匿名id", false, false},
    {"identity.ip", "ip|ipaddress", false, false},
    PERSONAL_FIELDS,
    {"channel", "channel|渠道|来源渠道|平台", false, false},
    {"touchpoint", "touchpoint|触点|店铺|店铺名称|门店|store|shop", false, false},
    {"campaign", "campaign|utmcampaign|活动|活动名称", false, false},
    {"item", "item|itemid|sku|skuid|productid|goodsid|stockcode|商品id|商品编码|商品编号|宝贝id|商品|"
             "商品名称|product", false, false},
    {"category", "category|categoryid|类目|品类|商品类目|商品分类|分类", false, false},
    {"order", "order|orderid|orderno|ordernumber|invoiceno|transactionid|订单号|订单编号|交易号", false, false},
    {"quantity", "quantity|qty|数量|商品数量|购买数量|件数", false, false},
    {"unit_price", "unitprice|price|单价|价格", false, false},
    {"amount", "amount|revenue|paid|payment|total|totalamount|金额|实付金额|支付金额|付款金额|订单金额|"
               "成交金额|总金额", false, false},
    {"score", "score|rating|stars|评分|评价分|星级", false, false},
    {NULL, NULL, false, false}};

/* In order of trial; the last one is what remains. */
const struct known_format mapping_known_formats[] = {
    {"taobao-behavior", SHAPE_EVENTS, NULL, "tmall", NULL, taobao_fields, taobao_places},
    {"uci-retail", SHAPE_INVOICES, NULL, "web",
     "invoiceno|invoice&stockcode&quantity&invoicedate&unitprice|price&customerid", uci_fields, NULL},
    {"cdnow", SHAPE_EVENTS, "purchase", NULL,
     "customerid|masterid|userid&date|orderdt&numberofcds|cds|orderproducts&dollarvalue|dollars|orderamount",
     cdnow_fields, NULL},
    {"tianchi-baby", SHAPE_EVENTS, "purchase", "tmall", "userid&auctionid&buymount&day", baby_fields, NULL},
    {"tmall-orders", SHAPE_ORDERS, NULL, "tmall",
     "订单编号|主订单编号|订单号&买家实际支付金额|买家会员名|宝贝标题|宝贝总数量&"
     "订单付款时间|付款时间|支付时间|订单创建时间", tmall_fields, NULL},
    {"youzan-orders", SHAPE_ORDERS, NULL, "youzan",
     "订单号|订单编号&买家付款时间|付款时间|订单付款时间|支付时间&"
     "归属店铺|归属网店|下单网店|订单实付金额|商品实际成交金额|全部商品名称|订单已退款金额", youzan_fields, NULL},
    {"pond", SHAPE_JSON, NULL, NULL, NULL, NULL, NULL},
    {"generic", SHAPE_EVENTS, NULL, NULL, NULL, generic_fields, NULL},
    {NULL, SHAPE_EVENTS, NULL, NULL, NULL, NULL, NULL}};

const struct known_word mapping_known_words[] = {
    {"pv", "item_view"}, {"view", "item_view"}, {"浏览", "item_view"},
    {"fav", "favorite"}, {"收藏", "favorite"}, {"cart", "add_cart"},
    {"addtocart", "add_cart"}, {"加购", "add_cart"}, {"加入购物车", "add_cart"}, {"buy", "purchase"},
    {"transaction", "purchase"}, {"pay", "purchase"}, {"购买", "purchase"},
    {"付款", "purchase"}, {"支付", "purchase"}, {"下单", "order_create"}, {"退款", "refund"},
    {"退货", "refund"}, {"return", "refund"}, {"关注", "follow"}, {"取关", "unfollow"},
    {"取消关注", "unfollow"}, {"分享", "share"}, {"评价", "review"}, {"评论", "review"},
    {"入会", "member_join"}, {"退会", "member_quit"}, {"加好友", "friend_add"},
    {"入群", "group_join"}, {"退群", "group_leave"}, {NULL, NULL}};
/* clang-format on */
