// thinkingdata-node: what a failed request held is lost, so it rests while the server is down.
import { require, until } from './lib.mjs'

export function open({ url, key }) {
  process.env.TZ = 'Asia/Shanghai' // it writes local times without a zone: the brand's
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
    identify(p) {
      const properties = { name: '林小姐', phone: p.phone }
      send('userSet', { accountId: p.user, distinctId: p.anonymous, properties })
      return ['identify']
    },
    alias(p) {
      send('track', { accountId: p.user, distinctId: p.other, event: 'login', properties: {} })
      return ['login']
    },
    rest(p) {
      const user = { accountId: p.user }
      send('userSetOnce', { ...user, properties: { first_city: '杭州' } })
      send('userAdd', { ...user, properties: { visits: 1 } })
      send('userAppend', { ...user, properties: { likes: ['口红', '面膜'] } })
      send('userUnset', { ...user, property: 'likes' })
      send('userDel', user)
      const event = { ...user, properties: { city: '杭州' } }
      send('trackFirst', { ...event, event: 'register', firstCheckId: p.user })
      send('trackUpdate', { ...event, event: 'check_in', eventId: `check-${p.user}` })
      send('trackOverWrite', { ...event, event: 'check_in', eventId: `check-${p.user}` })
      return [...Array(5).fill('identify'), 'register', 'check_in', 'check_in']
    },
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
