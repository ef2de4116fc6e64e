// posthog-node. A person that it does not call identified is one who has only been captured.
import { require } from './lib.mjs'

export function open({ url, key }) {
  const { PostHog } = require('posthog-node')
  const figures = { sends: 0, failed: 0 }
  const counted = async (to, options) => {
    figures.sends++
    const answer = await fetch(to, options).catch((e) => {
      figures.failed++
      throw e
    })
    if (!answer.ok) figures.failed++
    return answer
  }
  const sdk = new PostHog(key, {
    host: url,
    flushAt: 4,
    flushInterval: 100,
    fetchRetryCount: 20,
    fetchRetryDelay: 200,
    fetch: counted,
  })
  sdk.on('error', (e) => console.error('posthog', e.message ?? e))
  const id = (p) => (p.known ? p.user : p.anonymous)
  // Left to itself it stamps events some turns later than it hears of them, two of a person alike under load.
  const say = (p, event, properties) =>
    sdk.capture({ distinctId: id(p), event, properties, timestamp: new Date() })
  return {
    figures,
    view: (p, item) => say(p, 'Product Viewed', { product_id: item, category: '护肤', color: '玫瑰红' }),
    cart: (p, item) => say(p, 'Product Added', { product_id: item, quantity: 1, price: 99.5 }),
    buy: (p, order, item, yuan) =>
      say(p, 'Order Completed', {
        order_id: order,
        revenue: yuan,
        products: [{ product_id: item, quantity: 1, price: yuan }],
      }),
    identify(p) {
      sdk.identify({ distinctId: p.user, properties: { phone: p.phone, name: '林小姐' } })
      sdk.alias({ distinctId: p.user, alias: p.anonymous })
      return ['identify', 'identify']
    },
    alias(p) {
      sdk.alias({ distinctId: p.user, alias: p.other })
      return ['identify']
    },
    rest(p) {
      say(p, '$pageview', { $current_url: 'https://shop.example/', $set: { city: '杭州' } })
      say(p, '$screen', { $screen_name: '我的' })
      sdk.groupIdentify({ groupType: '店', groupKey: '一店', properties: { name: '一店' } })
      return ['page_view', 'identify', 'screen_view'] // $set is what an identify says
    },
    settle: () => sdk.flush(),
    close: () => sdk.shutdown(60000),
    identities: (p) => [
      `anonymous_id:${p.anonymous}`,
      `user_id:${p.user}`,
      `phone:${p.phone}`,
      ...(p.n ? [] : [`anonymous_id:${p.other}`]),
    ],
  }
}
