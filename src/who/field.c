/* The field table and the channels of `reachable by`. Fields without a score set are reserved: their
 * module is not here yet, and they are unknown for everyone. */
#include "who/field.h"

#include <stddef.h>

#include "people/catalogue.h"

/* clang-format off */
/* High (1) or low (0) of R, F, M; names as most sources have them. Some swap two, so they can be changed (docs/value.md). */
static const struct who_value rfm_types[] = {
    {"000", "general win-back", "一般挽留"},
    {"001", "important win-back", "重要挽留"},
    {"010", "general keep", "一般保持"},
    {"011", "important keep", "重要保持"},
    {"100", "general develop", "一般发展"},
    {"101", "important develop", "重要发展"},
    {"110", "general value", "一般价值"},
    {"111", "important value", "重要价值"},
    {NULL, NULL, NULL},
};

const struct who_field who_fields[] = {
    {"rfm.r", FIELD_NUMBER, "rfm", NULL,
     "Recency score, 1 to 5: 5 bought most recently.", "R 分，1–5：5 为最近购买。", NULL},
    {"rfm.f", FIELD_NUMBER, "rfm", NULL,
     "Frequency score, 1 to 5: 5 has most orders.", "F 分，1–5：5 为订单最多。", NULL},
    {"rfm.m", FIELD_NUMBER, "rfm", NULL,
     "Money score, 1 to 5: 5 spent most.", "M 分，1–5：5 为消费最高。", NULL},
    {"rfm.recency_days", FIELD_NUMBER, "rfm", "days",
     "Days since the last purchase.", "距最近一次购买的天数。", NULL},
    {"rfm.orders", FIELD_NUMBER, "rfm", NULL,
     "Orders in the scored window.", "计分窗口内的订单数。", NULL},
    {"rfm.amount", FIELD_NUMBER, "rfm", "yuan",
     "Net amount in the scored window: purchases less refunds.", "计分窗口内的净消费额（购买减退款）。", NULL},
    {"rfm.type", FIELD_TEXT, "rfm", NULL,
     "One of the eight RFM types: 111 or a name of it, in either language or the brand's own.",
     "八类 RFM 人群之一：编码（如 111）、中英文名称或品牌自定义名称。", rfm_types},
    {"clv", FIELD_NUMBER, "clv", "yuan",
     "Predicted value in the fitted horizon.", "预测期内的客户价值。", NULL},
    {"p_alive", FIELD_NUMBER, "clv", NULL,
     "Probability of still being a buyer, 0 to 1.", "仍然活跃的概率，0–1。", NULL},
    {"expected_purchases", FIELD_NUMBER, "clv", NULL,
     "Predicted purchases in the fitted horizon.", "预测期内的购买次数。", NULL},
    {"member.tier", FIELD_TEXT, NULL, NULL,
     "Tier of the loyalty programme (reserved).", "会员等级（预留）。", NULL},
    {"member.points", FIELD_NUMBER, NULL, NULL,
     "Points that can be spent (reserved).", "可用积分（预留）。", NULL},
    {"member.growth", FIELD_NUMBER, NULL, NULL,
     "Growth value (reserved).", "成长值（预留）。", NULL},
    {"gender", FIELD_TEXT, NULL, NULL, "Gender as told (reserved).", "性别（预留）。", NULL},
    {"city", FIELD_TEXT, NULL, NULL, "City as told (reserved).", "城市（预留）。", NULL},
    {"province", FIELD_TEXT, NULL, NULL, "Province as told (reserved).", "省份（预留）。", NULL},
    {"age", FIELD_NUMBER, NULL, "years", "Age in years (reserved).", "年龄（预留）。", NULL},
    {NULL, FIELD_NUMBER, NULL, NULL, NULL, NULL, NULL},
};

const struct reach_channel reach_channels[] = {
    {"wecom", "企业微信", "is friend_add"},
    {"wechat_oa", "微信公众号", "is follow"},
    {"mini_program", "小程序", "has openid"},
    {"sms", "短信", "has phone"},
    {"email", "电子邮件", "has email"},
    {NULL, NULL, NULL},
};
/* clang-format on */

const struct who_field *who_field_find(struct str name)
{
    for (const struct who_field *f = who_fields; f->name; f++) {
        if (str_eq(name, str_of(f->name))) {
            return f;
        }
    }
    return NULL;
}

const struct who_field *who_field_near(struct str name)
{
    for (const struct who_field *f = who_fields; f->name; f++) {
        struct str known = str_of(f->name);
        size_t dot = str_find_byte(known, '.', 0);
        struct str last = dot == SIZE_MAX ? known : str_slice(known, dot + 1, known.len);
        bool family = dot != SIZE_MAX && str_eq_nocase(name, str_slice(known, 0, dot));
        if (str_eq_nocase(name, known) || str_near(name, known) || family ||
            (last.len > 1 && str_eq_nocase(name, last))) {
            return f;
        }
    }
    return NULL;
}

const char *question_reach_rule(struct str channel)
{
    for (const struct reach_channel *c = reach_channels; c->name; c++) {
        if (str_eq(channel, str_of(c->name))) {
            return c->rule;
        }
    }
    return NULL;
}
