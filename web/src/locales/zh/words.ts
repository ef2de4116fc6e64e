// Words that come from the server.
export default {
  unknown: '未知',
  stage: { none: '无阶段', awareness: '认知', interest: '兴趣', purchase: '购买', loyalty: '忠诚', new: '新增' },
  role: { owner: '负责人', operator: '运营', analyst: '分析师', store: '门店' },
  channel: {
    wechat_oa: '公众号', mini_program: '小程序', wecom_staff: '企微员工', wecom_group: '企微社群', video_channel: '视频号', live: '直播', tmall: '天猫', jd: '京东',
    douyin: '抖音', kuaishou: '快手', xiaohongshu: '小红书', store: '门店', sms: '短信', ad: '广告', h5: 'H5',
    wecom_moments: '企微朋友圈', app: 'App', web: '网站', email: '邮件', phone_call: '电话', member: '会员中心', alipay_mini: '支付宝小程序', taobao: '淘宝', pinduoduo: '拼多多', weibo: '微博', bilibili: 'B 站', zhihu: '知乎',
    meituan: '美团', vipshop: '唯品会', youzan: '有赞', weimob: '微盟', outdoor: '户外', offline_event: '线下活动', search_engine: '搜索引擎', partner: '合作方',
  },
  kind: {
    unionid: 'UnionID', openid: 'OpenID', external_userid: '企微客户 ID', phone: '手机号', email: '邮箱', member_no: '会员号', user_id: '用户 ID',
    taobao_ouid: '淘宝 OUID', douyin_openid: '抖音 OpenID', jd_pin: '京东 PIN', device: '设备', cookie: 'Cookie',
    taobao_name: '淘宝昵称', kuaishou_openid: '快手 OpenID', xhs_id: '小红书号', anonymous_id: '匿名 ID', ip: 'IP', other: '其他标识',
    taobao_nick: '买家昵称', crm_id: 'CRM 编号', youzan_openid: '有赞 OpenID', youzan_buyer: '有赞买家', shopify_customer: 'Shopify 客户',
  },
  source: { manual: '手工', rule: '规则', event: '事件', import: '导入', score: '评分' },
  valueKind: { flag: '有无', text: '文本', number: '数值' },
  domain: { public: '公域', private: '私域', unknown: '未知' },
  field: { category: '品类', item: '商品', channel: '渠道', touchpoint: '触点', campaign: '活动' },
  event: {
    ad_exposure: '广告曝光', ad_click: '广告点击', category_search: '类目搜索', brand_search: '品牌搜索', content_view: '浏览内容', live_view: '观看直播', live_interact: '直播互动',
    sms_delivered: '短信送达', offline_reach: '线下触达', store_visit: '到店', item_view: '浏览商品', interact: '互动', coupon_claim: '领券', coupon_use: '用券', trial_claim: '申领试用', add_cart: '加购',
    favorite: '收藏', consult: '咨询', message_reply: '回复消息', follow: '关注', unfollow: '取关', friend_add: '加好友', friend_delete: '删好友', group_join: '入群', group_leave: '退群',
    member_join: '入会', member_quit: '退会', purchase: '购买', order: '下单', refund: '退款', review: '评价', share: '分享', referral: '推荐', check_in: '签到', points_redeem: '兑换积分',
    page_view: '页面浏览', screen_view: '界面浏览', search: '搜索', cart_remove: '移出购物车', unfavorite: '取消收藏', order_create: '创建订单', order_cancel: '取消订单', payment: '支付', refund_request: '申请退款', order_ship: '发货',
    order_receive: '签收', subscribe: '订阅', unsubscribe: '退订', coupon_redeem: '核销优惠券', coupon_expire: '优惠券过期', points_earn: '获得积分', points_expire: '积分过期', tier_change: '等级变更', register: '注册', login: '登录',
    logout: '退出登录', app_install: '安装应用', app_open: '打开应用', form_submit: '提交表单', message_send: '消息发送', message_delivered: '消息送达', message_open: '消息打开', message_click: '消息点击', group_message: '群内发言', live_book: '预约直播',
    live_leave: '离开直播', campaign_join: '参与裂变活动', invite_accept: '接受邀请', reward_claim: '领取奖励', code_scan: '扫码', complaint: '投诉', identify: '身份上报', identity_unbind: '身份解绑', consent_give: '授权同意', consent_withdraw: '撤回同意',
  },
}
