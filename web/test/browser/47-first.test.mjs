// The sample brand on an empty pond: one button, progress, the overview with figures; a second time it asks first.
import { check, open } from './browse.mjs'

const look = { lang: 'zh', theme: 'light', width: 1280, height: 800 }

export default async function (world) {
  await world.test('first: the sample brand fills an empty pond', async () => {
    const empty = await world.start(0)
    const it = await open(world.browser, empty.url, look)
    const { page } = it
    try {
      await page.goto(`/setup#token=${empty.token}`)
      await page.fill('#setup-name', world.owner.name)
      await page.fill('#setup-password', world.owner.password)
      await page.fill('#setup-again', world.owner.password)
      await page.click('button[type=submit]')
      await page.waitForURL('**/start')
      await page.getByRole('button', { name: '填入示例数据' }).click()
      await page.locator('.job').waitFor()
      await page.screenshot({ path: `${world.shots}/sample-filling.png`, fullPage: true })
      await page.waitForURL('**/overview', { timeout: 120000 })
      await it.settle()
      const known = (await (await page.request.get('/api/v1/report/assets')).json()).known
      const wrong = known > 20000 ? [] : [`${known} consumers are known`]
      if (!(await page.locator('body').innerText()).includes(known.toLocaleString('en-US'))) wrong.push(`the overview does not show ${known}`)
      const before = it.troubles.filter((x) => !/\/api\/v1\/me/.test(x) && !/401/.test(x))

      await page.goto('/start')
      await page.getByRole('button', { name: '填入示例数据' }).click()
      await page.getByRole('button', { name: '仍然填入' }).waitFor()
      await page.screenshot({ path: `${world.shots}/sample-again.png`, fullPage: true })
      return [...wrong, ...before, ...(await check(page))]
    } finally {
      await it.context.close()
      await empty.stop()
    }
  })
}
