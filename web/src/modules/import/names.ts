// Standard names to choose from when a column or a constant is mapped (docs/events.md).

export const EVENTS = [
  'purchase', 'refund', 'review', 'share', 'referral', 'item_view', 'add_cart', 'favorite', 'store_visit', 'content_view', 'live_view', 'live_interact', 'ad_exposure', 'ad_click', 'category_search', 'brand_search',
  'interact', 'consult', 'message_reply', 'coupon_claim', 'coupon_redeem', 'trial_claim', 'offline_reach', 'sms_delivered', 'follow', 'unfollow', 'friend_add', 'friend_delete', 'group_join', 'group_leave',
  'member_join', 'member_quit', 'order_create', 'order_cancel', 'login', 'register', 'check_in', 'points_earn', 'points_redeem',
] as const
export const CHANNELS = [
  'store', 'mini_program', 'wechat_oa', 'wecom_staff', 'wecom_group', 'video_channel', 'live', 'tmall', 'taobao', 'jd', 'douyin', 'kuaishou', 'xiaohongshu', 'youzan', 'weimob', 'app', 'web', 'h5', 'sms', 'ad', 'offline_event',
] as const
