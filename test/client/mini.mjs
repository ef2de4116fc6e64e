// sa-sdk-miniprogram, with as much of WeChat around it as it asks for. It keeps what a failed request held
// and sends again; but for it any status is success.
import { require, until } from './lib.mjs'

// wx.request answers success for every status, as in WeChat. hide() is the user who leaves.
function wechat(figures) {
  let hide = () => {}
  const stored = new Map()
  return {
    request({ url, method, data, header, success, fail }) {
      figures.sends++
      fetch(url, { method, headers: header, body: method === 'POST' ? data : undefined })
        .then(async (r) => success({ statusCode: r.status, data: await r.text() }))
        .catch((e) => (figures.failed++, fail({ errMsg: String(e) })))
    },
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wx1234567890abcdef', envVersion: 'release', version: '1.0' } }),
    getLaunchOptionsSync: () => ({ path: 'pages/index', scene: 1001, query: {} }),
    getNetworkType: ({ success }) => success({ networkType: 'wifi' }),
    getSystemInfo: ({ success, complete }) => {
      const system = { brand: '华为', model: 'P60', system: 'HarmonyOS 4', platform: 'android', SDKVersion: '3.0.0' }
      success({ ...system, screenWidth: 360, screenHeight: 780, windowWidth: 360, windowHeight: 700, version: '8.0' })
      complete?.()
    },
    getStorage: ({ complete }) => complete({ data: undefined }),
    getStorageSync: (key) => stored.get(key) ?? '',
    setStorageSync: (key, value) => stored.set(key, value),
    setNavigationBarTitle() {},
    onAppShow() {},
    onAppHide(then) {
      const before = hide
      hide = () => (before(), then())
    },
    hide: () => hide(),
    onNetworkStatusChange() {},
  }
}

export async function open({ url, key }) {
  const figures = { sends: 0, failed: 0 }
  globalThis.wx = wechat(figures)
  for (const name of ['App', 'Page', 'Component', 'Behavior']) globalThis[name] = () => {}
  globalThis.getCurrentPages = () => [{ route: 'pages/item', options: {} }]
  globalThis.__wxConfig = { pages: [] }
  const sdk = require('sa-sdk-miniprogram')
  sdk.setPara({
    server_url: `${url}/sa?project=default&token=${key}`,
    batch_send: { send_timeout: 200, max_length: 4 },
    autoTrack: { appLaunch: false, appShow: false, appHide: false, pageShow: false, pageShare: false },
  })
  sdk.init()
  await until('the mini program to start', () => sdk.store.getDistinctId() && sdk.sendStrategy.sendHasInit)
  const { mem } = sdk.store
  // After failures it waits longer and longer, for hours; but it sends when it is left.
  const settle = () => until('the mini program to send', () => (wx.hide(), mem.getLength() === 0))
  return {
    figures,
    persons: 1,
    view: (p, item) => sdk.track('item_view', { item, category: '护肤', color: '玫瑰红' }),
    cart: (p, item) => sdk.track('add_cart', { item, quantity: 1, unit_price: 99.5 }),
    buy: (p, order, item, yuan) => sdk.track('purchase', { order, item, quantity: 1, amount: yuan }),
    identify(p) {
      p.anonymous = sdk.store.getDistinctId()
      sdk.login(p.user)
      sdk.bind('$identity_mobile', p.phone)
      sdk.setProfile({ name: '林小姐' })
      return Array(4).fill('identify') // with one that the SDK made at its start
    },
    alias(p) {
      sdk.bindOpenid(`openid-${p.user}`)
      sdk.bindUnionid(`unionid-${p.user}`)
      return ['identify', 'identify']
    },
    rest(p) {
      sdk.setOnceProfile({ first_city: '杭州' })
      sdk.incrementProfile({ visits: 1 })
      sdk.appendProfile({ likes: ['口红', '面膜'] })
      sdk.track('$MPViewScreen', { $url_path: 'pages/mine' })
      sdk.unbind('$identity_mobile', p.phone)
      return ['identify', 'identify', 'identify', 'screen_view', 'identity_unbind']
    },
    settle,
    close: settle,
    identities: (p) => [
      `anonymous_id:${p.anonymous}`,
      `user_id:${p.user}`,
      `phone:${p.phone}`,
      `openid@wx1234567890abcdef:openid-${p.user}`,
      `unionid:unionid-${p.user}`,
    ],
  }
}
