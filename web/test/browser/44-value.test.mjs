// Value and ways: RFM, lifetime value, paths, attribution, distribution.
import { check, open } from './browse.mjs'

const look = { lang: 'en', theme: 'light', width: 1280, height: 900 }

export default async function (world) {
  const it = await open(world.browser, world.full.url, look, world.storage)
  const { page, settle, troubles } = it
  /** The figure that was clicked, and how many the question then finds. */
  const opens = async (figure) => {
    const n = await figure.evaluate((e) => e.firstChild.textContent)
    await figure.click()
    await page.waitForURL('**/crowd/new?**')
    await page.waitForSelector('[data-figure=count]')
    const shown = await page.textContent('[data-figure=count]')
    return shown === n ? [] : [`the figure says ${n}, the crowd ${shown}`]
  }

  await world.test('value: a cell of the RFM grid and a type open the buyers in them', async () => {
    await page.goto('/analyze/rfm')
    await page.waitForSelector('[data-figure="rfm.5.5"]')
    const cell = await opens(page.locator('[data-figure="rfm.5.5"]'))
    await page.goBack()
    const type = page.locator('[data-figure="type.101"]')
    const n = await type.textContent()
    await page.locator('tr', { has: type }).getByRole('link').first().click()
    await page.waitForSelector('[data-figure=count]')
    const shown = await page.textContent('[data-figure=count]')
    return [...cell, ...(shown === n ? [] : [`the type says ${n}, the crowd ${shown}`])]
  })

  await world.test('value: cut points are set by hand, a wrong list is told and not sent', async () => {
    await page.goto('/analyze/rfm')
    await page.waitForSelector('[data-figure="rfm.consumers"]')
    await page.getByLabel('F cut points').fill('2,1,3')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=alert] >> text=Four growing numbers')
    await page.getByLabel('F cut points').fill('2, 3, 5, 10')
    await page.keyboard.press('Enter')
    await page.waitForURL('**f=2,3,5,10**')
    await page.waitForSelector('th >> text=orders: 5–9')
  })

  await world.test('value: a type gets a name of its own and loses it again', async () => {
    await page.goto('/analyze/rfm')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByLabel('R↑ F↑ M↑ Name').fill('Stars')
    const bad = await check(page)
    await page.screenshot({ path: `${world.shots}/rfm-names.png` })
    await page.getByRole('button', { name: 'Save' }).last().click()
    await page.waitForSelector('td >> text=Stars')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('button', { name: 'Usual names' }).click()
    await page.getByRole('button', { name: 'Save' }).last().click()
    await page.waitForSelector('td >> text=important value')
    return bad
  })

  await world.test('value: scores are kept for questions, and forgotten', async () => {
    await page.goto('/analyze/rfm')
    await page.getByRole('button', { name: 'Keep these scores' }).click()
    await page.waitForSelector('text=have scores as of')
    const examples = await page.locator('a.mono').count()
    await page.getByRole('button', { name: 'Forget scores' }).click()
    await page.locator('.el-popconfirm').getByRole('button', { name: 'Forget scores' }).click()
    await page.waitForSelector('text=None are kept yet')
    return examples ? [] : ['no question is shown']
  })

  await world.test('value: a band of a distribution opens its consumers', async () => {
    await page.goto('/analyze/distribution?of=gmv&days=90')
    const row = page.locator('tbody tr').nth(2)
    const n = await row.locator('td').nth(1).textContent()
    await row.getByRole('link').click()
    await page.waitForSelector('[data-figure=count]')
    const shown = await page.textContent('[data-figure=count]')
    return shown === n ? [] : [`the band says ${n}, the crowd ${shown}`]
  })

  await world.test('value: lifetime value is checked on days it did not see; kept, its tenths open', async () => {
    await page.goto('/analyze/clv')
    await page.waitForSelector('[data-figure="check.actual"]')
    await page.waitForSelector('text=Keep the scores below')
    await page.getByRole('button', { name: 'Keep these scores' }).click()
    await page.waitForSelector('text=have scores as of')
    const row = page.locator('tbody tr', { hasText: 'Tenth 2' })
    const n = Number((await page.locator('[data-figure="clv.consumers"]').textContent()).replace(',', ''))
    await row.getByRole('link').click()
    await page.waitForSelector('[data-figure=count]')
    const found = Number((await page.textContent('[data-figure=count]')).replace(',', ''))
    await page.goBack()
    await page.getByRole('button', { name: 'Forget scores' }).click()
    await page.locator('.el-popconfirm').getByRole('button', { name: 'Forget scores' }).click()
    await page.waitForSelector('text=None are kept yet')
    // Equal values may stand on both sides of the line.
    return Math.abs(found - n / 5) <= n / 50 ? [] : [`${n} buyers, two tenths are ${found}`]
  })

  await world.test('value: paths that end with a purchase, and who went along one', async () => {
    await page.goto('/analyze/path?end=purchase&depth=4')
    await page.waitForSelector('[data-figure="path.0"]')
    const rows = await page.locator('tbody tr').count()
    await page.locator('tbody tr').first().getByRole('link').click()
    await page.waitForSelector('[data-figure=count]')
    const found = await page.textContent('[data-figure=count]')
    return rows > 3 && found !== '0' ? [] : [`${rows} paths, ${found} found`]
  })

  await world.test('value: attribution of promotions sums to the whole in every model', async () => {
    await page.goto('/analyze/attribution?goal=stage:loyalty&by=touchpoint')
    await page.waitForSelector('text=Every model sums to the whole')
    const n = Number(await page.textContent('[data-figure="attribution.conversions"]'))
    const sums = await page.locator('tfoot td.right span').allTextContents()
    return sums.length === 7 && sums.every((s) => Number(s) === n) ? [] : [`${n} conversions, sums ${sums}`]
  })

  await world.test('value: long work says how far it is, stops when asked, and begins again', async () => {
    const asked = []
    await page.route('**/api/v1/jobs/*', (r) => {
      asked.push(r.request().method())
      return r.fulfill({ json: { id: 1, state: 'running', share: 0.4, text: null } })
    })
    await page.goto('/analyze/clv')
    await page.waitForSelector('[role=progressbar][aria-valuenow="40"]')
    const bad = await check(page)
    await page.screenshot({ path: `${world.shots}/analysis-working.png` })
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.waitForSelector('text=Stopped')
    await page.unroute('**/api/v1/jobs/*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.waitForSelector('[data-figure="clv.consumers"]')
    return asked.includes('DELETE') ? bad : [...bad, 'the job was not told to stop']
  })

  await world.test('value: nothing went wrong on the way', async () => {
    await settle()
    return troubles
  })
  await it.context.close()
}
