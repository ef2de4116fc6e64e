// thinkingdata-node: what a failed request held is lost, so it rests while the server is down.
import { require, until } from './lib.mjs'

export function open({ url, key }) {
  const TDAnalytics = require('thinkingdata-node')
  const figures = { sends: 0, failed: 0 }
  const sdk = TDAnalytics.initWithBatchMode(key, url, { batchSize: 4 })
  // It does not tell which events are through: each request says how many it holds.
  let waiting = 0
  const { consumer } = sdk
  const { _request } = consumer
  consumer._request = function (options, data, callback) {
    figures.sends++
    return _request.call(this, options, data, (e) => {
      waiting -= Number(options.headers['TA-Integration-Count'])
      if (e) {
        figures.failed++
        console.error('thinkingdata lost a batch', e.message)
      }
      callback(e)
    })
  }
  const who = (p) => (p.known ? { accountId: p.user } : { distinctId: p.anonymous })
  const send = (verb, what) => (waiting++, sdk[verb](what))
  const say = (p, event, properties) => send('track', { ...who(p), event, properties })
  const settle = () => (sdk.flush(), until('thinkingdata to send', () => waiting === 0))
  return {
    figures,
    lossy: true,
    view: (p, item) => say(p, 'item_view', { item, category: '护肤', color: '玫瑰红' }),
    cart: (p, item) => say(p, 'add_cart', { item, quantity: 1, unit_price: 99.5 }),
    buy: (p, order, item, yuan) => say(p, 'purchase', { order, item, quantity: 1, amount: yuan }),
    identify: (p) =>
      send('userSet', { accountId: p.user, distinctId: p.anonymous, properties: { name: '林小姐', phone: p.phone } }),
    alias: (p) => send('track', { accountId: p.user, distinctId: p.other, event: 'login', properties: {} }),
    settle,
    close: settle,
    identities: (p) => [
      `anonymous_id:${p.anonymous}`,
      `user_id:${p.user}`,
      `phone:${p.phone}`,
      ...(p.n ? [] : [`anonymous_id:${p.other}`]),
    ],
  }
}
