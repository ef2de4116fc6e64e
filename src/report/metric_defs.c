/* The only definition of the metrics. */
#include "report/metric.h"

#include <math.h>
#include <stddef.h>

#define SALES "sales", "销售"
#define MEMBERS "members", "会员"
#define PRIVATE "private domain", "私域"
#define GROUPS "groups", "社群"
#define REACH "reach", "触达"
#define N METRIC_NUMBER
#define S METRIC_SHARE
#define R METRIC_RATIO
#define Y METRIC_YUAN

/* clang-format off */
const struct metric_def metric_defs[] = {
    {"gmv", "成交额", SALES, Y, COUNT_GMV, COUNT_ONE, "paid - given back", "实付 - 退款"},
    {"orders", "订单数", SALES, N, COUNT_ORDERS, COUNT_ONE, "orders not refunded in full", "未整单退款的订单"},
    {"buyers", "买家数", SALES, N, COUNT_BUYERS, COUNT_ONE, "consumers with an order", "有订单的消费者"},
    {"gmv_per_order", "客单价（订单）", SALES, Y, COUNT_GMV, COUNT_ORDERS, "gmv / orders", "成交额 ÷ 订单数"},
    {"gmv_per_buyer", "客单价（买家）", SALES, Y, COUNT_GMV, COUNT_BUYERS, "gmv / buyers", "成交额 ÷ 买家数"},
    {"pieces_per_order", "连带率", SALES, R, COUNT_PIECES, COUNT_ORDERS, "pieces / orders", "件数 ÷ 订单数"},
    {"orders_per_buyer", "人均订单", SALES, R, COUNT_ORDERS, COUNT_BUYERS, "orders / buyers", "订单数 ÷ 买家数"},
    {"repurchase_rate", "复购率", SALES, S, COUNT_REPEAT_BUYERS, COUNT_BUYERS, "buyers with 2 orders or more / buyers", "两单及以上买家 ÷ 买家"},
    {"new_buyer_share", "新客占比", SALES, S, COUNT_NEW_BUYERS, COUNT_BUYERS, "buyers whose first order it is / buyers", "首单在期内的买家 ÷ 买家"},
    {"private_gmv_share", "私域成交占比", SALES, S, COUNT_PRIVATE_GMV, COUNT_GMV, "gmv in channels of the private domain / gmv", "私域渠道成交额 ÷ 成交额"},
    {"members", "会员数", MEMBERS, N, COUNT_END + RELATION_MEMBER, COUNT_ONE, "memberships at the end", "期末会员"},
    {"members_joined", "新增会员", MEMBERS, N, COUNT_JOINED + RELATION_MEMBER, COUNT_ONE, "begun", "期内入会"},
    {"members_left", "退会", MEMBERS, N, COUNT_LEFT + RELATION_MEMBER, COUNT_ONE, "ended", "期内退会"},
    {"member_gmv_share", "会员销售占比", MEMBERS, S, COUNT_MEMBER_GMV, COUNT_GMV, "gmv of members at that time / gmv", "成交时为会员的成交额 ÷ 成交额"},
    {"old_member_repurchase_rate", "老会员重购率", MEMBERS, S, COUNT_OLD_MEMBERS_BACK, COUNT_OLD_MEMBERS, "with an order now / members at the start with an order before", "期内有单 ÷ 期初已购会员"},
    {"member_idle_rate", "会员流失率", MEMBERS, S, COUNT_IDLE_MEMBERS, COUNT_START_MEMBERS, "members at the start without an order / members at the start", "期初会员中期内无单 ÷ 期初会员"},
    {"friends", "好友数", PRIVATE, N, COUNT_END + RELATION_FRIEND, COUNT_ONE, "friendships at the end, by touchpoint", "期末好友关系（按触点）"},
    {"friends_joined", "新增好友", PRIVATE, N, COUNT_JOINED + RELATION_FRIEND, COUNT_ONE, "begun", "期内新增"},
    {"friends_left", "删除好友", PRIVATE, N, COUNT_LEFT + RELATION_FRIEND, COUNT_ONE, "ended", "期内删除"},
    {"friends_net", "好友净增", PRIVATE, N, COUNT_NET + RELATION_FRIEND, COUNT_ONE, "begun - ended", "新增 - 删除"},
    {"friend_loss_rate", "好友流失率", PRIVATE, S, COUNT_LEFT + RELATION_FRIEND, COUNT_START + RELATION_FRIEND, "ended / at the start", "删除 ÷ 期初"},
    {"new_friend_buy_rate", "新好友 7 日首购率", PRIVATE, S, COUNT_NEW_FRIENDS_BOUGHT, COUNT_NEW_FRIENDS, "with an order within 7 d / consumers who became friends", "7 天内下单 ÷ 新成为好友的消费者"},
    {"fans", "粉丝数", PRIVATE, N, COUNT_END + RELATION_FAN, COUNT_ONE, "follows at the end, by touchpoint", "期末关注（按触点）"},
    {"fans_net", "粉丝净增", PRIVATE, N, COUNT_NET + RELATION_FAN, COUNT_ONE, "begun - ended", "新增 - 取关"},
    {"private_share", "私域渗透率", PRIVATE, S, COUNT_PRIVATE, COUNT_KNOWN, "consumers who are fan, friend, in a group or member / consumers known", "粉丝、好友、群成员或会员 ÷ 已知消费者"},
    {"group_members", "群成员", GROUPS, N, COUNT_END + RELATION_GROUP, COUNT_ONE, "memberships of groups at the end", "期末群成员"},
    {"group_joined", "入群", GROUPS, N, COUNT_JOINED + RELATION_GROUP, COUNT_ONE, "begun", "期内入群"},
    {"group_left", "退群", GROUPS, N, COUNT_LEFT + RELATION_GROUP, COUNT_ONE, "ended", "期内退群"},
    {"group_net", "群净增", GROUPS, N, COUNT_NET + RELATION_GROUP, COUNT_ONE, "begun - ended", "入群 - 退群"},
    {"group_leave_rate", "退群率", GROUPS, S, COUNT_LEFT + RELATION_GROUP, COUNT_HAD + RELATION_GROUP, "ended / (at the start + begun)", "退群 ÷（期初 + 入群）"},
    {"group_active_rate", "群活跃率", GROUPS, S, COUNT_GROUPS_ACTIVE, COUNT_GROUPS, "groups with a message / groups with a member", "有发言的群 ÷ 有成员的群"},
    {"group_member_active_rate", "群成员活跃率", GROUPS, S, COUNT_GROUP_PEOPLE_ACTIVE, COUNT_GROUP_PEOPLE, "consumers in groups with a message / consumers in groups", "发言的群成员 ÷ 群成员"},
    {"delivery_rate", "触达率", REACH, S, COUNT_DELIVERED, COUNT_SENT, "message_delivered / message_send", "送达 ÷ 发送"},
    {"open_rate", "打开率", REACH, S, COUNT_OPENED, COUNT_DELIVERED, "message_open / message_delivered", "打开 ÷ 送达"},
    {"click_rate", "点击率", REACH, S, COUNT_CLICKED, COUNT_DELIVERED, "message_click / message_delivered", "点击 ÷ 送达"},
    {"reply_rate", "回复率", REACH, S, COUNT_REPLIED, COUNT_DELIVERED, "message_reply / message_delivered", "回复 ÷ 送达"},
    {"redeem_rate", "核销率", REACH, S, COUNT_REDEEMED, COUNT_CLAIMED, "coupon_redeem / coupon_claim", "核销 ÷ 领取"},
    {"brought_per_referrer", "人均带新", REACH, R, COUNT_BROUGHT, COUNT_REFERRERS, "people brought / consumers who brought some", "带来的人数 ÷ 带新的消费者"},
    {0}};
/* clang-format on */

double metric_value(const struct metric_def *d, const struct metrics *m)
{
    double under = m->count[d->under];
    double value = under > 0 ? m->count[d->over] / under : (double)NAN;
    return d->kind == METRIC_YUAN ? value / 100 : value;
}
