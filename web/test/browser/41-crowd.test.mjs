// Crowds: the builder's form and text, the list, the page of a crowd.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, open } from './browse.mjs'
import { root } from './pond.mjs'

const look = { lang: 'en', theme: 'light', width: 1280, height: 900 }

export default async function (world) {
  const it = await open(world.browser, world.full.url, look, world.storage)
  const { page, settle, troubles } = it
  const ask = async (path, data) => (await page.request.post(`/api/v1/${path}`, { data, headers: { 'X-Pond-Request': '1' } })).json()
  const text = () => page.locator('textarea').first()
  const counted = () => page.waitForSelector('[data-figure=count]')
  /** Until the box says it. */
  const says = (expected) => page.waitForFunction((e) => document.querySelector('textarea')?.value === e, expected)

  await world.test('crowds: the questions of the unit tests are those that the program prints', async () => {
    const list = JSON.parse(readFileSync(join(root, 'web/src/modules/crowd/form/questions.json'), 'utf8')).filter((q) => !/tag|crowd|`/.test(q.question))
    const wrong = []
    for (const q of list.filter((_, i) => i % 4 === 0)) {
      const printed = await ask('who/print', { question: JSON.stringify(q.form), json_form: true })
      if (JSON.stringify(printed.form) !== JSON.stringify(q.form)) wrong.push(q.question)
    }
    return wrong
  })

  await world.test('crowds: a template becomes rows, and the text follows what is done to them', async () => {
    await page.goto('/crowd/new')
    await page.click('text=In the cart this week, not bought')
    await counted()
    await page.waitForSelector('.row')
    const rows = await page.locator('.row').count()
    await page.locator('.row').first().getByLabel('Days', { exact: true }).fill('14')
    await page.keyboard.press('Tab')
    await says('did add_cart in 14d and not did purchase in 7d')
    await page.getByRole('button', { name: 'Add a condition' }).click()
    await page.getByRole('menuitem', { name: 'Status now' }).click()
    await says('did add_cart in 14d and not did purchase in 7d and is member_join')
    await page.getByRole('button', { name: 'Remove the condition' }).first().click()
    await says('not did purchase in 7d and is member_join')
    const value = await text().inputValue()
    const printed = await ask('who/print', { question: value })
    await settle()
    const shown = await page.textContent('[data-figure=count]')
    const size = await ask('who/count', { question: value })
    await page.screenshot({ path: `${world.shots}/builder.png`, fullPage: true })
    return [
      ...(rows === 2 ? [] : [`${rows} rows`]), ...(printed.question === value ? [] : ['the text is not canonical']),
      ...(Number(shown.replace(/,/g, '')) === size.count ? [] : [`the screen says ${shown}, the API ${size.count}`]), ...(await check(page)),
    ]
  })

  await world.test('crowds: the address keeps the question', async () => {
    await page.waitForURL(/q=/)
    await page.reload()
    await says('not did purchase in 7d and is member_join')
    await page.waitForSelector('.row >> nth=1')
  })

  await world.test('crowds: a mistake is marked, and mended by a click', async () => {
    await page.goto('/crowd/new')
    await text().fill('did purchse in 30d')
    await page.waitForSelector('mark >> text=purchse')
    await page.click('.fix:has-text("purchase")')
    await says('did purchase in 30d')
    await counted()
    await page.waitForSelector('.row')
  })

  await world.test('crowds: words are completed by keyboard', async () => {
    await text().fill('')
    await text().pressSequentially('stage = int')
    await page.waitForSelector('[role=option] >> text=interest')
    await page.keyboard.press('Enter')
    await says('stage = interest ')
    await counted()
  })

  await world.test('crowds: nothing went wrong on the way', () => troubles)
  await it.context.close()
}
