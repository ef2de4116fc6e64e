// @segment/analytics-node
import { require } from './lib.mjs'

export function open({ url, key }) {
  const { Analytics } = require('@segment/analytics-node')
  const figures = { sends: 0, failed: 0 }
  const sdk = new Analytics({ writeKey: key, host: url, flushAt: 4, flushInterval: 100, maxRetries: 20 })
  // A request that nobody answers has no event of its own: it failed until it is answered.
  sdk.on('http_request', () => (figures.sends++, figures.failed++))
  sdk.on('http_response', (r) => r.status < 300 && figures.failed--)
  sdk.on('error', (e) => console.error('segment gave up', e))
  const who = (p) => (p.known ? { userId: p.user } : { anonymousId: p.anonymous })
  const track = (p, event, properties) => sdk.track({ ...who(p), event, properties })
  return {
    figures,
    view: (p, item) => track(p, 'Product Viewed', { product_id: item, category: '护肤', color: '玫瑰红' }),
    cart: (p, item) => track(p, 'Product Added', { product_id: item, quantity: 1, price: 99.5 }),
    buy: (p, order, item, yuan) =>
      track(p, 'Order Completed', {
        order_id: order,
        revenue: yuan,
        products: [{ product_id: item, quantity: 1, price: yuan }],
      }),
    identify(p) {
      sdk.identify({ userId: p.user, anonymousId: p.anonymous, traits: { phone: p.phone, name: '林小姐' } })
      return ['identify']
    },
    alias(p) {
      sdk.alias({ userId: p.user, previousId: p.other })
      return ['identify']
    },
    rest(p) {
      sdk.page({ userId: p.user, name: '首页', properties: { url: 'https://shop.example/' } })
      sdk.screen({ userId: p.user, name: '我的' })
      sdk.group({ userId: p.user, groupId: '一店', traits: { name: '一店' } })
      return ['page_view', 'screen_view']
    },
    settle: () => sdk.flush({ timeout: 60000 }),
    close: () => sdk.closeAndFlush({ timeout: 60000 }),
    identities: (p) => [
      `anonymous_id:${p.anonymous}`,
      `user_id:${p.user}`,
      `phone:${p.phone}`,
      ...(p.n ? [] : [`user_id:${p.other}`]),
    ],
  }
}
