// Tags: one of each kind is made, given, taken, renamed, deleted.
import { check, open } from './browse.mjs'

const look = { lang: 'en', theme: 'light', width: 1280, height: 900 }

export default async function (world) {
  const it = await open(world.browser, world.full.url, look, world.storage)
  const { page, settle, troubles } = it
  const figure = async (name) => Number((await page.locator(`[data-figure="${name}"]`).first().textContent()).replace(/\D/g, ''))

  await world.test('tags: a rule is counted while it is written, and the tag carries as many', async () => {
    await page.goto('/tag/new?source=rule')
    await page.fill('textarea', 'did purchase in 30d >= ')
    await page.waitForSelector('[role=alert] >> text=Column')
    await page.fill('textarea', 'did purchase in 30d >= 2')
    const estimate = await page.locator('[data-figure=estimate]').textContent()
    await page.fill('[aria-label=Category]', 'test')
    await page.fill('[aria-label=Name]', 'month')
    await page.screenshot({ path: `${world.shots}/tag-rule.png` })
    await page.getByRole('button', { name: 'Make the tag' }).click()
    await page.waitForURL('**/tag/test%2Fmonth')
    await page.waitForSelector('[data-figure=consumers]')
    const n = await figure('consumers')
    return estimate.replace(/,/g, '').includes(` ${n} `) ? [] : [`the estimate says "${estimate}", the tag has ${n}`]
  })

  await world.test('tags: a tag by hand is given to consumers and taken away, and its history says so', async () => {
    await page.goto('/tag/new')
    await page.fill('[aria-label=Name]', 'hand')
    await page.getByRole('button', { name: 'Make the tag' }).click()
    await page.waitForURL('**/tag/hand')
    await page.getByRole('button', { name: 'Assign' }).first().click()
    await page.fill('.el-dialog textarea', '#6\nwhat')
    await page.waitForSelector('.el-dialog >> text=What kind of identity is what?')
    await page.fill('.el-dialog textarea', '#6\n#19')
    await page.fill('.el-dialog [aria-label^=Reason]', 'a test')
    await page.screenshot({ path: `${world.shots}/tag-give.png` })
    const bad = await check(page)
    await page.locator('.el-dialog__footer button').last().click()
    await page.waitForSelector('td >> text=a test')
    await page.waitForSelector('td >> text=#19')
    const given = await figure('consumers')
    await page.getByRole('button', { name: 'Take away' }).click()
    await page.click('.el-dialog >> text=Whoever a question finds')
    await page.fill('.el-dialog textarea', 'tag "hand"')
    await page.waitForSelector('.el-dialog [data-figure=estimate]')
    await page.locator('.el-dialog__footer button').last().click()
    await page.waitForSelector('text=Nobody carries it yet')
    const left = await figure('consumers')
    return [...bad, ...(given === 2 && left === 0 ? [] : [`given to ${given}, then left with ${left}`])]
  })

  await world.test('tags: a tag is renamed, and deleted after a warning', async () => {
    await page.goto('/tag/hand')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.fill('.el-dialog [aria-label=Name]', 'renamed')
    await page.locator('.el-dialog__footer button').last().click()
    await page.waitForURL('**/tag/renamed')
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.waitForSelector('.el-dialog >> text=cannot be undone')
    await page.locator('.el-dialog__footer button').last().click()
    await page.waitForURL((u) => u.pathname === '/tag')
    await page.click('text=Refresh rule tags')
    await page.waitForSelector('text=tags worked out')
    await settle()
    await page.screenshot({ path: `${world.shots}/tags.png` })
    return (await page.locator('td >> text=renamed').count()) ? ['the tag is still listed'] : []
  })
  await world.test('tags: nothing went wrong on the way', () => troubles)
  await it.context.close()
}
