// The first minute: the one-time link makes the owner, who is then logged in; an empty pond offers its doors.
import { check, open } from './browse.mjs'

const look = { lang: 'zh', theme: 'light', width: 1280, height: 800 }

export async function makeOwner(page, world, settle) {
  await page.goto(`/setup#token=${world.full.token}`)
  await page.fill('#setup-name', world.owner.name)
  await page.fill('#setup-password', world.owner.password)
  await page.fill('#setup-again', world.owner.password)
  await page.screenshot({ path: `${world.shots}/setup.png` })
  await page.click('button[type=submit]')
  await page.waitForURL('**/overview')
  await settle()
}

export default async function (world) {
  const { page, context, troubles, settle } = await open(world.browser, world.full.url, look)
  // Whatever else is run: without an owner there is nothing to see.
  await makeOwner(page, world, settle)
  // The session only: language and theme are each look's own.
  world.storage = { cookies: (await context.storageState()).cookies, origins: [] }
  await world.test('first: the one-time link makes the owner and its token leaves the address', () => {
    const wrong = troubles.filter((t) => !/\/api\/v1\/me/.test(t) && !/401/.test(t))
    return page.url().includes('token') ? [`the address is ${page.url()}`, ...wrong] : wrong
  })
  await world.test('first: a log-in leads back to where one wanted to go', async () => {
    const other = await open(world.browser, world.full.url, look)
    await other.page.goto('/consumer/consumer:6')
    await other.page.waitForURL(/\/login\?next=/)
    await other.page.fill('#login-name', world.owner.name)
    await other.page.fill('#login-password', world.owner.password)
    await other.page.click('button[type=submit]')
    await other.page.waitForURL('**/consumer/consumer:6')
    await other.context.close()
  })
  await context.close()

  await world.test('first: an empty pond shows its doors, and the first event as it arrives', async () => {
    const empty = await world.start(0)
    const it = await open(world.browser, empty.url, look)
    try {
      await it.page.goto(`/setup#token=${empty.token}`)
      await it.page.fill('#setup-name', world.owner.name)
      await it.page.fill('#setup-password', world.owner.password)
      await it.page.fill('#setup-again', world.owner.password)
      await it.page.click('button[type=submit]')
      await it.page.waitForURL('**/start')
      await it.settle()
      await it.page.screenshot({ path: `${world.shots}/doors.png`, fullPage: true })
      await it.page.click('text=生成写入密钥')
      const key = await it.page.locator('pre').filter({ hasText: /^pk_w_[\w-]{20,}$/ }).first().textContent()
      const send = () => it.page.request.post('/v1/track', {
        headers: { Authorization: `Basic ${Buffer.from(`${key.trim()}:`).toString('base64')}` },
        data: { userId: 'u1', event: 'item_view', properties: { item: 'SKU1' } },
      })
      let r = await send()
      for (let i = 0; r.status() === 401 && i < 50; i++) {
        await it.page.waitForTimeout(200)
        r = await send()
      }
      if (!r.ok()) return [`the collector says ${r.status()}`]
      await it.page.waitForSelector('text=收到第一个事件')
      await it.page.screenshot({ path: `${world.shots}/arrived.png`, fullPage: true })
      return [...(await check(it.page)), ...it.troubles.filter((t) => !/\/api\/v1\/me/.test(t) && !/401/.test(t))]
    } finally {
      await it.context.close()
      await empty.stop()
    }
  })
}
