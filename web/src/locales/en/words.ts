import type { Same } from '..'
import type zh from '../zh/words'

export default {
  unknown: 'unknown',
  stage: { none: 'None', awareness: 'Awareness', interest: 'Interest', purchase: 'Purchase', loyalty: 'Loyalty', new: 'New' },
  role: { owner: 'Owner', operator: 'Operator', analyst: 'Analyst', store: 'Store' },
  channel: {
    wechat_oa: 'Official account', mini_program: 'Mini program', wecom_staff: 'WeCom staff', wecom_group: 'WeCom group', video_channel: 'Video channel', live: 'Live', tmall: 'Tmall', jd: 'JD',
    douyin: 'Douyin', kuaishou: 'Kuaishou', xiaohongshu: 'Xiaohongshu', store: 'Store', sms: 'SMS', ad: 'Ad', h5: 'H5',
    wecom_moments: 'WeCom moments', app: 'App', web: 'Website', email: 'Email', phone_call: 'Phone call', member: 'Member centre', alipay_mini: 'Alipay mini program', taobao: 'Taobao', pinduoduo: 'Pinduoduo', weibo: 'Weibo',
    bilibili: 'Bilibili', zhihu: 'Zhihu', meituan: 'Meituan', vipshop: 'Vipshop', youzan: 'Youzan', weimob: 'Weimob', outdoor: 'Outdoor', offline_event: 'Offline event', search_engine: 'Search engine', partner: 'Partner',
  },
  kind: {
    unionid: 'UnionID', openid: 'OpenID', external_userid: 'WeCom external ID', phone: 'Phone', email: 'Email', member_no: 'Member no.', user_id: 'User ID',
    taobao_ouid: 'Taobao OUID', douyin_openid: 'Douyin OpenID', jd_pin: 'JD PIN', device: 'Device', cookie: 'Cookie',
    taobao_name: 'Taobao name', kuaishou_openid: 'Kuaishou OpenID', xhs_id: 'Xiaohongshu ID', anonymous_id: 'Anonymous ID', ip: 'IP', other: 'Other',
    taobao_nick: 'Taobao nick', crm_id: 'CRM no.', youzan_openid: 'Youzan OpenID', youzan_buyer: 'Youzan buyer', shopify_customer: 'Shopify customer',
  },
  source: { manual: 'By hand', rule: 'Rule', event: 'Events', import: 'Import', score: 'Score' },
  valueKind: { flag: 'there or not', text: 'text', number: 'number' },
  domain: { public: 'public', private: 'private', unknown: 'unknown' },
  field: { category: 'category', item: 'item', channel: 'channel', touchpoint: 'touchpoint', campaign: 'campaign' },
  event: {
    ad_exposure: 'Ad exposure', ad_click: 'Ad click', category_search: 'Category search', brand_search: 'Brand search', content_view: 'Content view', live_view: 'Live view', live_interact: 'Live interaction',
    sms_delivered: 'SMS delivered', offline_reach: 'Offline reach', store_visit: 'Store visit', item_view: 'Item view', interact: 'Interaction', coupon_claim: 'Coupon claimed', coupon_use: 'Coupon used', trial_claim: 'Trial claimed', add_cart: 'Add to cart',
    favorite: 'Favorite', consult: 'Consultation', message_reply: 'Message reply', follow: 'Follow', unfollow: 'Unfollow', friend_add: 'Friend added', friend_delete: 'Friend deleted', group_join: 'Group joined', group_leave: 'Group left',
    member_join: 'Member joined', member_quit: 'Member quit', purchase: 'Purchase', order: 'Order', refund: 'Refund', review: 'Review', share: 'Share', referral: 'Referral', check_in: 'Check-in', points_redeem: 'Points redeemed',
    page_view: 'Page view', screen_view: 'Screen view', search: 'Search', cart_remove: 'Removed from cart', unfavorite: 'Unfavorite', order_create: 'Order created', order_cancel: 'Order cancelled', payment: 'Payment', refund_request: 'Refund requested', order_ship: 'Order shipped',
    order_receive: 'Order received', subscribe: 'Subscribed', unsubscribe: 'Unsubscribed', coupon_redeem: 'Coupon redeemed', coupon_expire: 'Coupon expired', points_earn: 'Points earned', points_expire: 'Points expired', tier_change: 'Tier changed', register: 'Registered', login: 'Login',
    logout: 'Logout', app_install: 'App installed', app_open: 'App opened', form_submit: 'Form submitted', message_send: 'Message sent', message_delivered: 'Message delivered', message_open: 'Message opened', message_click: 'Message clicked', group_message: 'Group message', live_book: 'Live booked',
    live_leave: 'Live left', campaign_join: 'Campaign joined', invite_accept: 'Invite accepted', reward_claim: 'Reward claimed', code_scan: 'Code scanned', complaint: 'Complaint', identify: 'Identify', identity_unbind: 'Identity unbound', consent_give: 'Consent given', consent_withdraw: 'Consent withdrawn',
  },
} satisfies Same<typeof zh>
