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
  return {
    figures,
    view: (p, item) =>
      sdk.track({ ...who(p), event: 'Product Viewed', properties: { product_id: item, category: '护肤', color: '玫瑰红' } }),
    cart: (p, item) =>
      sdk.track({ ...who(p), event: 'Product Added', properties: { product_id: item, quantity: 1, price: 99.5 } }),
    buy: (p, order, item, yuan) =>
      sdk.track({
        ...who(p),
        event: 'Order Completed',
        properties: { order_id: order, revenue: yuan, products: [{ product_id: item, quantity: 1, price: yuan }] },
      }),
    identify: (p) =>
      sdk.identify({ userId: p.user, anonymousId: p.anonymous, traits: { phone: p.phone, name: '林小姐' } }),
    alias: (p) => sdk.alias({ userId: p.user, previousId: p.other }),
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
