// sa-sdk-node: a queue of requests, one at a time; what a failed one held is lost, so it rests while the
// server is down.
import { require, until } from './lib.mjs'

export function open({ url, key }) {
  const SensorsAnalytics = require('sa-sdk-node')
  const { default: Submitter } = require('sa-sdk-node/lib/Submitter')
  const figures = { sends: 0, failed: 0 }
  const sdk = new SensorsAnalytics()
  const submitter = new Submitter({ url: `${url}/sa?project=default&token=${key}`, timeout: 20000 })
  submitter.catch((e) => {
    figures.failed++
    console.error('sensors lost a batch', e.message)
  })
  sdk.inBatch({ count: 3, timeSpan: 50 }).subscribe(submitter)
  // The SDK does not tell how many events it has yet to send.
  let waiting = 0
  sdk.subscribe(() => waiting++)
  const queue = submitter.dataQueue
  const { consumeData } = queue
  queue.consumeData = async (batch) => {
    figures.sends++
    await consumeData(batch)
    waiting -= batch.length
  }
  const say = (p, event, more) => sdk.track(p.known ? p.user : p.anonymous, event, more)
  const settle = () => until('sensors to send', () => waiting === 0)
  return {
    figures,
    lossy: true,
    view: (p, item) => say(p, 'item_view', { item, category: '护肤', color: '玫瑰红' }),
    cart: (p, item) => say(p, 'add_cart', { item, quantity: 1, unit_price: 99.5 }),
    buy: (p, order, item, yuan) => say(p, 'purchase', { order, item, quantity: 1, amount: yuan }),
    identify(p) {
      sdk.trackSignup(p.user, p.anonymous, { channel: 'mini_program' })
      sdk.profileSet(p.user, { name: '林小姐' })
      return ['identify', 'identify']
    },
    alias(p) {
      sdk.trackSignup(p.user, p.other, {})
      return ['identify']
    },
    rest(p) {
      sdk.profileSetOnce(p.user, { first_city: '杭州' })
      sdk.profileIncrement(p.user, { visits: 1 })
      sdk.profileAppend(p.user, { likes: ['口红', '面膜'] })
      sdk.profileUnset(p.user, ['likes'])
      sdk.itemSet('goods', 'SKU1', { name: '面霜' })
      sdk.itemDelete('goods', 'SKU1')
      return ['identify', 'identify', 'identify', 'identify']
    },
    settle,
    close: settle,
    identities: (p) => [
      `anonymous_id:${p.anonymous}`,
      `user_id:${p.user}`,
      ...(p.n ? [] : [`anonymous_id:${p.other}`]),
    ],
  }
}
