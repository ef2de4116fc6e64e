// Analyses: numbers open the consumers behind them, fields live in the address, results are kept, sent and taken out.
import { readFile } from 'node:fs/promises'
import { check, open } from './browse.mjs'

const look = { lang: 'en', theme: 'light', width: 1280, height: 900 }
const numberOf = (text) => Number(text.replace(/[^\d.]/g, ''))

export default async function (world) {
  const it = await open(world.browser, world.full.url, look, world.storage)
  const { page, context, settle, troubles } = it

  /** Clicks a link that says a number; the crowd it opens must have as many. */
  async function opens(link) {
    const said = numberOf(/^[\s\d,]*/.exec(await link.textContent())[0])
    await link.click()
    await page.waitForURL('**/crowd/new?**')
    await page.waitForSelector('[data-figure=count]')
    const shown = numberOf(await page.textContent('[data-figure=count]'))
    return said > 0 && said === shown ? [] : [`the analysis says ${said}, the crowd ${shown}`]
  }
  async function download(item) {
    await page.getByRole('button', { name: 'Export' }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()])
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
  }

  await world.test('analysis: consumers lost between two steps of a funnel open as a crowd', async () => {
    await page.goto('/analyze/funnel')
    return opens(page.getByRole('link', { name: /Lost Add to cart/ }))
  })

  await world.test('analysis: a cell of the cohort table opens who came back', async () => {
    await page.goto('/analyze/retention?show=count')
    await page.locator('td.h1 a, td.h2 a, td.h3 a, td.h4 a, td.h5 a').first().waitFor()
    return opens(page.locator('td.h1 a, td.h2 a, td.h3 a, td.h4 a, td.h5 a').first())
  })

  await world.test('analysis: buyers who are due open as a crowd', async () => {
    await page.goto('/analyze/interval')
    return opens(page.getByRole('link', { name: /Due in 30 d/ }).first())
  })

  await world.test('analysis: a condition on a step stands in the address and survives a reload', async () => {
    await page.goto('/analyze/funnel')
    const before = numberOf(await page.textContent('[data-figure="funnel.last"]'))
    await page.getByRole('button', { name: 'Condition' }).last().click()
    await page.locator('.test .value').click()
    await page.getByRole('option', { name: 'Tmall' }).click()
    await page.waitForURL(/steps=.*tmall/)
    await page.waitForFunction((n) => Number(document.querySelector('[data-figure="funnel.last"]')?.firstChild?.textContent.replace(/,/g, '')) < n, before)
    const after = await page.textContent('[data-figure="funnel.last"]')
    await page.reload()
    await page.waitForSelector('[data-figure="funnel.last"]')
    const again = await page.textContent('[data-figure="funnel.last"]')
    return after === again ? [] : [`${after} before the reload, ${again} after`]
  })

  await world.test('analysis: one is kept under a name, opened, renamed and taken away', async () => {
    await page.goto('/analyze/funnel?days=30')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('To a purchase')
    const bad = await check(page)
    await page.screenshot({ path: `${world.shots}/analysis-save.png` })
    await page.getByRole('textbox', { name: 'Name' }).press('Enter')
    await page.waitForSelector('h1:has-text("Funnel · To a purchase")')
    await page.goto('/analyze')
    await page.getByRole('link', { name: 'To a purchase', exact: true }).click()
    await page.waitForURL('**/analyze/funnel?days=30**')
    await page.goto('/analyze')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.locator('.el-message-box input').fill('Bought')
    await page.locator('.el-message-box input').press('Enter')
    await page.getByRole('link', { name: 'Bought', exact: true }).waitFor()
    await page.screenshot({ path: `${world.shots}/analysis-saved.png`, fullPage: true })
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.locator('.el-message-box__btns button').last().click()
    await page.waitForSelector('text=Nothing saved yet')
    return bad
  })

  await world.test('analysis: a result is taken out as XLSX, CSV and PNG, and its link is copied', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.goto('/analyze/repurchase?days=180')
    await page.waitForSelector('[data-figure="repurchase.rate"]')
    await settle()
    const wrong = []
    const xlsx = await download('XLSX')
    if (!/^repurchase-\d{4}-\d\d-\d\d\.xlsx$/.test(xlsx.name) || xlsx.bytes.toString('latin1', 0, 2) !== 'PK') wrong.push(`no workbook: ${xlsx.name}`)
    const csv = await download('CSV')
    if (!csv.bytes.toString('utf8').includes(',')) wrong.push('no CSV')
    const png = await download('PNG')
    const [width, height] = [png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]
    if (png.bytes.toString('latin1', 1, 4) !== 'PNG' || width < 800 || height < 1000) wrong.push(`the picture is ${width} × ${height}`)
    await page.getByRole('button', { name: 'Copy link' }).click()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    return copied.endsWith('/analyze/repurchase?days=180') ? wrong : [...wrong, `copied ${copied}`]
  })

  await world.test('analysis: nothing went wrong on the way', () => troubles)
  await context.close()
}
