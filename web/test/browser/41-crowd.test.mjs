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
  const text = () => page.getByLabel('Question', { exact: true })
  const counted = () => page.waitForSelector('[data-figure=count]')
  /** Until the box says it. */
  const says = (expected) => page.waitForFunction((e) => document.querySelector('textarea')?.value === e, expected)

  await world.test('crowds: the questions of the unit tests are those that the program prints', async () => {
    const list = JSON.parse(readFileSync(join(root, 'web/src/modules/crowd/form/questions.json'), 'utf8')).filter((q) => !/tag|crowd/.test(q.question))
    const wrong = []
    for (const q of list.filter((q, i) => i % 4 === 0 || q.question.includes('`'))) {
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

  await world.test('crowds: a crowd is copied, kept, changed, frozen, renamed and deleted', async () => {
    const figure = async () => Number((await page.textContent('[data-figure="crowd.consumers"]')).replace(/,/g, ''))
    await page.goto('/crowd')
    await page.getByLabel('Find by name').fill('90 天')
    await page.getByRole('row').filter({ hasText: '90 天买过' }).getByRole('button').click()
    await page.getByRole('menuitem', { name: 'Copy' }).click()
    await says('did purchase in 90d')
    await page.getByLabel('Name of the crowd').fill('new')
    await page.click('text=Keep as a crowd')
    await page.waitForSelector('h1 >> text=/^new$/')
    await page.waitForSelector('[data-figure="crowd.consumers"]')
    const first = await figure()
    await page.getByRole('button', { name: 'Change conditions' }).click()
    await says('did purchase in 90d')
    await page.waitForSelector('.row')
    await page.locator('.row').first().getByLabel('Days', { exact: true }).fill('10')
    await page.keyboard.press('Tab')
    await says('did purchase in 10d')
    await page.click('text=Save the change')
    await page.waitForSelector('pre >> text=did purchase in 10d')
    const second = await figure()
    await page.getByRole('button', { name: 'Actions' }).click()
    await page.getByRole('menuitem', { name: 'Freeze as a list' }).click()
    await page.click('.el-message-box button.el-button--primary')
    await page.waitForSelector('dl >> text=frozen')
    await page.getByRole('button', { name: 'Actions' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.fill('.el-message-box input', 'ten days')
    await page.click('.el-message-box button.el-button--primary')
    await page.waitForSelector('h1 >> text=ten days')
    await page.waitForSelector('[data-figure="crowd.consumers"]')
    await page.getByRole('button', { name: 'Actions' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.click('.el-message-box button.el-button--primary')
    await page.waitForURL(/\/crowd$/)
    await page.waitForSelector('text=members')
    const gone = await page.locator('tbody >> text=ten days').count()
    return [...(second < first ? [] : [`10 days hold ${second}, 90 days ${first}`]), ...(gone ? ['the crowd is still there'] : [])]
  })

  await world.test('crowds: a profile says what the API says, and its rows open a part of the crowd', async () => {
    await page.goto('/crowd/members?tab=profile')
    await page.waitForSelector('.tgi')
    await page.screenshot({ path: `${world.shots}/profile.png`, fullPage: true })
    await page.locator('td a:has-text("Loyalty")').click()
    await says('crowd "members" and stage = loyalty')
    await counted()
    const shown = await page.textContent('[data-figure=count]')
    const { rows } = await (await page.request.get('/api/v1/crowd/profile?name=members&field=stage')).json()
    const loyal = rows.find((r) => r.value === 'loyalty').consumers
    return Number(shown.replace(/,/g, '')) === loyal ? [] : [`the part has ${shown}, the profile says ${loyal}`]
  })

  await world.test('crowds: why a consumer is in or not, part by part', async () => {
    const { consumers } = await ask('who/list', { question: 'crowd "members"', limit: 1 })
    await page.goto('/crowd/members?tab=why')
    await page.getByLabel('Which consumer').fill(`#${consumers[0].consumer}`)
    await page.getByRole('button', { name: 'Say why' }).click()
    await page.waitForSelector('.verdict >> text=is in the crowd')
    await page.waitForSelector('li.decides >> text=is member_join')
    await page.mouse.move(0, 0)
    return check(page)
  })

  await world.test('crowds: two overlap as circles, more as a matrix', async () => {
    await page.goto('/crowd/members?tab=overlap&with=90 天买过')
    await page.waitForSelector('figure svg')
    const o = await (await page.request.get(`/api/v1/crowd/overlap?name=members&name=${encodeURIComponent('90 天买过')}`)).json()
    const both = await page.textContent('figure text')
    await settle()
    await page.screenshot({ path: `${world.shots}/overlap.png`, fullPage: true })
    return [...(Number(both.replace(/,/g, '')) === o.both[0][1] ? [] : [`the circles say ${both}, the API ${o.both[0][1]}`]), ...(await check(page))]
  })

  await world.test('crowds: look-alikes are found with progress and kept', async () => {
    await page.goto('/crowd/members?tab=lookalike')
    await page.getByLabel('How many to find').fill('120')
    await page.getByLabel('Name of the crowd').fill('like members')
    await page.getByRole('button', { name: 'Find them' }).click()
    await page.waitForSelector('[data-figure="like.consumers"]')
    const n = await page.textContent('[data-figure="like.consumers"]')
    await page.mouse.move(0, 0)
    const bad = await check(page)
    await page.getByRole('button', { name: 'Open the crowd' }).click()
    await page.waitForSelector('h1 >> text=like members')
    return n === '120' ? bad : [...bad, `${n} were found`]
  })

  await world.test('crowds: everybody in one is exported, masked, and tagged', async () => {
    await page.goto('/crowd/members')
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await page.locator('.el-dialog').getByText('Phone', { exact: true }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
    const lines = readFileSync(await file.path(), 'utf8').trim().split('\n')
    await page.getByRole('button', { name: 'Actions' }).click()
    await page.getByRole('menuitem', { name: 'Tag all of them' }).click()
    await page.locator('.el-dialog .el-select').click()
    await page.keyboard.type('invited')
    await page.keyboard.press('Enter')
    await page.locator('.el-dialog__footer button:visible').click()
    await page.waitForSelector('.el-message >> text=tagged')
    const { count } = await ask('who/count', { question: 'crowd "members"' })
    const tagged = await ask('who/count', { question: 'tag "invited"' })
    return [
      ...(lines.length === count + 1 && /\d{3}\*{4}\d{4}/.test(lines[1]) ? [] : [`the file has ${lines.length} lines: ${lines.slice(0, 2).join(' | ')}`]),
      ...(tagged.count === count ? [] : [`${tagged.count} of ${count} carry the tag`]),
    ]
  })

  await world.test('crowds: nothing went wrong on the way', () => troubles)
  await it.context.close()
}
