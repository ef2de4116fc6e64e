// sa-sdk-javascript in Chromium, on a page of another origin than the server: one browser context, so one
// visitor, for each way that the SDK can send; and one whose page posts JSON with a key in a header, as Segment's
// and other web SDKs do, for which a browser asks the server's leave first.
import http from 'node:http'
import { readFileSync } from 'node:fs'
import { require, until } from './lib.mjs'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const WAYS = {
  image: { send_type: 'image' },
  ajax: { send_type: 'ajax' },
  beacon: { send_type: 'beacon' },
  batch: { batch_send: { send_interval: 200, datasend_timeout: 6000, storage_length: 200 } },
}

async function shop(url, key) {
  const sdk = readFileSync(require.resolve('sa-sdk-javascript/sensorsdata.min.js'))
  const page = (way) => `<!doctype html><meta charset="utf-8"><title>商品详情</title>${WAYS[way] ? sensors(way) : ''}`
  const sensors = (way) => `
<script src="/sensorsdata.min.js"></script>
<script>
  var sensors = window['sensorsDataAnalytic201505'];
  sensors.init(${JSON.stringify({
    server_url: `${url}/sa?project=default&token=${key}`,
    heatmap: { clickmap: 'not_collect', scroll_notice_map: 'not_collect' },
    ...WAYS[way],
  })});
</script>`
  const server = http.createServer((q, r) => {
    const js = q.url === '/sensorsdata.min.js'
    r.writeHead(200, { 'Content-Type': js ? 'text/javascript' : 'text/html' })
    r.end(js ? sdk : page(q.url.slice(1)))
  })
  await new Promise((then) => server.listen(0, '127.0.0.1', then))
  return `http://127.0.0.1:${server.address().port}`
}

async function visitor(browser, home, way) {
  const figures = { sends: 0, failed: 0 }
  const page = await (await browser.newContext()).newPage()
  let open = 0
  const ours = (r) => /\/sa(\.gif)?\?/.test(r.url())
  const failed = (r, why) => {
    figures.failed++
    if (way !== 'batch') console.error(`${way} lost an event: ${why}`)
  }
  page.on('request', (r) => ours(r) && (open++, figures.sends++))
  page.on('requestfinished', async (r) => {
    if (!ours(r)) return
    open--
    const answer = await r.response()
    if (answer.status() >= 300) failed(r, answer.status())
  })
  page.on('requestfailed', (r) => ours(r) && (open--, failed(r, r.failure()?.errorText)))
  page.on('pageerror', (e) => console.error(way, e))
  await page.goto(`${home}/${way}`)
  const anonymous = await page.evaluate(() => sensors.quick('getAnonymousID'))
  const say = (verb, ...args) => page.evaluate(([v, a]) => void sensors[v](...a), [verb, args])
  const waiting = () =>
    page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('sawebjssdk-')).length)
  const settle = async () => {
    await until(`${way} to send`, async () => open === 0 && (await waiting()) === 0)
  }
  return {
    name: way,
    figures,
    lossy: way !== 'batch',
    persons: 1,
    rounds: way === 'batch' ? undefined : 10,
    view: (p, item) => say('track', 'item_view', { item, category: '护肤', color: '玫瑰红' }),
    cart: (p, item) => say('track', 'add_cart', { item, quantity: 1, unit_price: 99.5 }),
    buy: (p, order, item, yuan) => say('track', 'purchase', { order, item, quantity: 1, amount: yuan }),
    async identify(p) {
      p.anonymous = anonymous
      await say('login', p.user)
      await say('setProfile', { name: '林小姐' })
      return ['identify', 'identify']
    },
    async alias(p) {
      await say('bind', '$identity_mobile', p.phone)
      return ['identify']
    },
    async rest(p) {
      await say('quick', 'autoTrack')
      await say('setOnceProfile', { first_city: '杭州' })
      await say('incrementProfile', { visits: 1 })
      await say('appendProfile', { likes: ['口红', '面膜'] })
      await say('unbind', '$identity_mobile', p.phone)
      // The first page view brings what the SDK knows of the first visit.
      return ['page_view', ...Array(4).fill('identify'), 'identity_unbind']
    },
    settle,
    close: settle,
    identities: (p) => [`cookie:${p.anonymous}`, `user_id:${p.user}`, `phone:${p.phone}`],
  }
}

async function jsonVisitor(browser, home, url, key) {
  const figures = { sends: 0, failed: 0 }
  const page = await (await browser.newContext()).newPage()
  await page.goto(`${home}/json`)
  let n = 0
  const post = (p, type, more) => {
    const who = p.known ? { userId: p.user } : { anonymousId: p.anonymous }
    const body = { messageId: `${p.user}-${n++}`, timestamp: new Date(), context: {}, ...who, ...more }
    figures.sends++
    return page.evaluate(
      async ([to, auth, event]) => {
        const headers = { 'Content-Type': 'application/json', Authorization: auth }
        const answer = await fetch(to, { method: 'POST', headers, body: event, credentials: 'include' })
        if (!(await answer.json()).success) throw new Error('lost an event')
      },
      [`${url}/v1/${type}`, `Basic ${btoa(`${key}:`)}`, JSON.stringify(body)],
    )
  }
  const track = (p, event, properties) => post(p, 'track', { event, properties })
  return {
    name: 'json',
    figures,
    lossy: true,
    persons: 1,
    rounds: 10,
    view: (p, item) => track(p, 'Product Viewed', { product_id: item, category: '护肤', color: '玫瑰红' }),
    cart: (p, item) => track(p, 'Product Added', { product_id: item, quantity: 1, price: 99.5 }),
    buy: (p, order, item, yuan) =>
      track(p, 'Order Completed', { order_id: order, revenue: yuan, product_id: item, quantity: 1 }),
    async identify(p) {
      await post(p, 'identify', { userId: p.user, anonymousId: p.anonymous, traits: { phone: p.phone } })
      return ['identify']
    },
    async alias(p) {
      await post(p, 'alias', { userId: p.user, previousId: p.other })
      return ['identify']
    },
    async rest(p) {
      await post(p, 'page', { name: '首页' })
      return ['page_view']
    },
    settle() {},
    close() {},
    identities: (p) => [`anonymous_id:${p.anonymous}`, `user_id:${p.user}`, `phone:${p.phone}`, `user_id:${p.other}`],
  }
}

export async function open({ url, key }) {
  const { chromium } = require('playwright-core')
  const home = await shop(url, key)
  const browser = await chromium.launch({ executablePath: process.env.POND_CHROMIUM, args: FLAGS })
  process.on('exit', () => browser.close())
  return Promise.all([
    ...Object.keys(WAYS).map((way) => visitor(browser, home, way)),
    jsonVisitor(browser, home, url, key),
  ])
}
