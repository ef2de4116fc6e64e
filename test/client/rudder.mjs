// @rudderstack/rudder-sdk-node: gzip by default, under the content type of a form.
import { require, until } from './lib.mjs'

export function open({ url, key }) {
  const Analytics = require('@rudderstack/rudder-sdk-node')
  const figures = { sends: 0, failed: 0 }
  let waiting = 0
  const sdk = new Analytics(key, {
    dataPlaneUrl: url,
    flushAt: 4,
    flushInterval: 100,
    retryCount: 20,
    logLevel: 'silly',
    axiosRetryConfig: { retryDelay: (n) => Math.min(50 * 2 ** n, 1000), onRetry: () => void figures.failed++ },
    errorHandler: (e) => console.error('rudder gave up', e.message),
  })
  sdk.axiosInstance.interceptors.request.use((r) => (figures.sends++, r))
  const done = (e) => {
    waiting--
    if (e) console.error('rudder lost an event', e.message)
  }
  const say = (verb, message) => (waiting++, sdk[verb](message, done))
  const who = (p) => (p.known ? { userId: p.user } : { anonymousId: p.anonymous })
  const track = (p, event, properties) => say('track', { ...who(p), event, properties })
  const settle = async () => {
    // A flush takes one batch only, and what is sent meanwhile is left to a timer.
    await until('rudder to flush', async () => (await sdk.flush(), waiting === 0))
  }
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
      say('identify', { userId: p.user, anonymousId: p.anonymous, traits: { phone: p.phone, name: '林小姐' } })
      return ['identify']
    },
    alias(p) {
      say('alias', { userId: p.user, previousId: p.other })
      return ['identify']
    },
    rest(p) {
      say('page', { userId: p.user, name: '首页', properties: { url: 'https://shop.example/' } })
      say('screen', { userId: p.user, name: '我的', properties: {} })
      say('group', { userId: p.user, groupId: '一店', traits: { name: '一店' } })
      return ['page_view', 'screen_view']
    },
    settle,
    close: settle,
    identities: (p) => [
      `anonymous_id:${p.anonymous}`,
      `user_id:${p.user}`,
      `phone:${p.phone}`,
      ...(p.n ? [] : [`user_id:${p.other}`]),
    ],
  }
}
