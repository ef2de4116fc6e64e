// What operators do.
import { check, open } from './browse.mjs'

const look = { lang: 'en', theme: 'light', width: 1280, height: 900 }

export default async function (world) {
  const it = await open(world.browser, world.full.url, look, world.storage)
  const { page, settle, troubles } = it

  await world.test('deeds: a cell of the flow matrix opens the consumers in it', async () => {
    await page.goto('/overview')
    const cell = page.locator('[data-figure="flow.new.interest"]')
    const n = await cell.evaluate((e) => e.firstChild.textContent)
    await cell.click()
    await page.waitForSelector('[data-figure=count]')
    const shown = await page.textContent('[data-figure=count]')
    return shown === n ? [] : [`the cell says ${n}, the crowd ${shown}`]
  })

  await world.test('deeds: a question with a mistake says where it is, a right one is kept as a crowd', async () => {
    await page.goto('/crowd/new')
    await page.fill('textarea', 'stage = intrest')
    await page.waitForSelector('[role=alert] >> text=Column')
    await page.fill('textarea', 'stage = loyalty and did purchase in 90d >= 3')
    await page.waitForSelector('[data-figure=count]')
    await page.fill('input[maxlength="60"]', 'regulars')
    await page.click('text=Keep as a crowd')
    await page.waitForURL('**/crowd/regulars')
    await page.waitForSelector('[data-figure="crowd.consumers"]')
    await page.goto('/crowd')
    await page.waitForSelector('text=regulars')
    await settle()
    await page.screenshot({ path: `${world.shots}/crowds.png` })
  })

  await world.test('deeds: an identity is taken out after a preview, and the split is undone', async () => {
    await page.goto('/consumer/consumer:6')
    await page.waitForSelector('table')
    const before = await page.locator('[data-figure=events]').textContent()
    await page.getByRole('button', { name: 'Why one' }).nth(1).click()
    await page.waitForSelector('.chain li, .el-dialog p')
    await page.screenshot({ path: `${world.shots}/why.png` })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Split', exact: true }).nth(1).click()
    await page.waitForSelector('.parts section')
    await settle()
    await page.screenshot({ path: `${world.shots}/split.png` })
    const bad = await check(page)
    await page.fill('.el-dialog input', 'a test')
    await page.locator('.el-dialog__footer button').last().click()
    await page.waitForSelector('.decisions li')
    await page.screenshot({ path: `${world.shots}/decided.png`, fullPage: true })
    await page.locator('.decisions button').first().click()
    await page.waitForSelector('.el-dialog .parts section')
    await page.screenshot({ path: `${world.shots}/undo.png` })
    await page.locator('.el-dialog__footer button').last().click()
    await page.waitForSelector('.decisions >> text=undone')
    await settle()
    const after = await page.locator('[data-figure=events]').textContent()
    return before === after ? bad : [...bad, `events before ${before}, after ${after}`]
  })

  await world.test('deeds: a phone number finds its consumer, an unknown one is told', async () => {
    await page.goto('/consumer')
    await page.fill('input[type=text]', '#6')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/consumer/consumer:6')
    troubles.length = 0
    await page.goto('/consumer/phone:13900000000')
    await page.waitForSelector('text=There is no such consumer')
    troubles.length = 0
  })

  await world.test('deeds: language and theme change in place', async () => {
    await page.goto('/overview')
    await settle()
    await page.click('button:has-text("中文")')
    await page.waitForSelector('h1:has-text("总览")')
    await page.click('[aria-label="深色"]')
    const dark = await page.evaluate(() => document.documentElement.classList.contains('dark') && document.documentElement.lang)
    return dark === 'zh' ? [] : ['the page is not dark and Chinese']
  })
  await world.test('deeds: nothing went wrong on the way', () => troubles)
  await it.context.close()
}
