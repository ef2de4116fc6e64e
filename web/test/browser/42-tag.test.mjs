// Tags: one of each kind is made, given, taken, renamed, deleted.
import { check, open } from './browse.mjs'

const look = { lang: 'en', theme: 'light', width: 1280, height: 900 }

export default async function (world) {
  const it = await open(world.browser, world.full.url, look, world.storage)
  const { page, settle, troubles } = it
  const figure = async (name) => Number((await page.locator(`[data-figure="${name}"]`).first().textContent()).replace(/\D/g, ''))

  await world.test('tags: a rule is counted while it is written, and the tag carries as many', async () => {
    await page.goto('/tag/new?source=rule')
    await page.fill('textarea', 'did purchas in 30d')
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

  await world.test('tags: the question of a rule is changed, and the size follows', async () => {
    await page.goto('/tag/test%2Fmonth')
    await page.waitForSelector('[data-figure=consumers]')
    const before = await figure('consumers')
    await page.getByRole('button', { name: 'Change the question' }).click()
    await page.fill('.el-dialog textarea', 'did purchase in 30d >= 1')
    await page.waitForSelector('.el-dialog [data-figure=estimate]')
    await page.fill('.el-dialog [aria-label^=Note]', 'bought lately')
    await settle()
    await page.screenshot({ path: `${world.shots}/tag-edit.png` })
    const bad = await check(page)
    await page.locator('.el-dialog__footer button').last().click()
    await page.waitForSelector('.rule >> text=did purchase in 30d')
    await page.waitForSelector('text=bought lately')
    await settle()
    const after = await figure('consumers')
    const sizes = (await (await page.request.get('/api/v1/tag/sizes?name=test/month')).json()).sizes
    await page.waitForSelector(`[data-figure="tag.sizes"] >> text=${after.toLocaleString('en')}`)
    await page.screenshot({ path: `${world.shots}/tag-sizes.png`, fullPage: true })
    return after > before && sizes.at(-1).consumers === after ? bad : [...bad, `${before}, then ${after}, sizes ${JSON.stringify(sizes)}`]
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
    await page.click('.el-dialog >> text=By a question')
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
  await world.test('tags: a file is tried out first, its bad rows told by line, then imported', async () => {
    await page.goto('/tag/import')
    const text = 'identity,tag,value,expires\nconsumer:6,test/file,,\nuser_id:nobody,test/file,,\nconsumer:19,test/file,,soon\n'
    await page.setInputFiles('input[type=file]', { name: 'tags.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    await page.waitForSelector('text=nothing is changed yet')
    const tried = [await figure('rows'), await figure('accepted'), await figure('rejected')].join()
    await page.waitForSelector('td >> text=no consumer has this user_id')
    const bad = await check(page)
    await page.screenshot({ path: `${world.shots}/tag-import.png`, fullPage: true })
    await page.getByRole('button', { name: 'Import 1 row' }).click()
    await page.waitForSelector('text=1 rows taken')
    await page.goto('/tag/test%2Ffile')
    await page.waitForSelector('[data-figure=consumers]')
    const carried = await figure('consumers')
    return [...bad, ...(tried === '3,1,2' && carried === 1 ? [] : [`tried ${tried}, carried by ${carried}`])]
  })

  await world.test('consumers: a tag is given and taken on the page of a consumer', async () => {
    await page.goto('/consumer/consumer:6')
    await page.getByRole('button', { name: 'Assign' }).click()
    await page.click('.el-dialog .el-select')
    await page.getByRole('option', { name: '等级/VIP' }).click()
    await page.fill('.el-dialog [aria-label^=Reason]', 'by its page')
    await page.screenshot({ path: `${world.shots}/consumer-give.png` })
    await page.locator('.el-dialog__footer button').last().click()
    await page.waitForSelector('li >> text=by its page')
    await page.screenshot({ path: `${world.shots}/consumer-tags.png`, fullPage: true })
    await page.getByRole('button', { name: 'Take away: 等级/VIP' }).click()
    await page.locator('.el-dialog__footer button').last().click()
    await page.waitForSelector('li >> text=by its page', { state: 'detached' })
  })

  await world.test('consumers: the timeline is narrowed by event and day, and goes on page by page', async () => {
    const api = { headers: { 'X-Pond-Request': '1' } }
    await page.request.post('/api/v1/analyze/rfm', { data: { save: true }, ...api })
    const who = await (await page.request.post('/api/v1/who/list', { data: { question: 'did item_view >= 101 and did purchase in 365d', limit: 1 }, headers: { 'X-Pond-Request': '1' } })).json()
    const path = `/consumer/consumer:${who.consumers[0].consumer}`
    await page.goto(path)
    await page.getByRole('button', { name: /earlier$/ }).click()
    await page.waitForSelector('text=/the last (1(?!00)[0-9]{2}|2[0-9]{2}) of/')
    await page.waitForSelector('[data-figure="rfm.type"]')
    await page.screenshot({ path: `${world.shots}/consumer-long.png`, fullPage: true })
    const bad = await check(page)
    const chip = page.locator('.kinds button').filter({ hasText: 'Purchase' }).first()
    const n = Number((await chip.locator('small').textContent()).replace(/\D/g, ''))
    await chip.click()
    await page.waitForURL(/events=purchase/)
    await page.waitForSelector(`text=/^${n} of .* match/`)
    await page.reload()
    await page.waitForSelector(`text=/^${n} of .* match/`)
    await page.request.delete('/api/v1/score?name=rfm', api)
    return bad
  })

  await world.test('overview: the loop and the growth are the API\'s, and a station and a door open their consumers', async () => {
    await page.goto('/overview')
    await page.locator('#loop').scrollIntoViewIfNeeded()
    await page.waitForSelector('[data-figure="loop.came"]')
    await page.locator('#growth').scrollIntoViewIfNeeded()
    await page.waitForSelector('[data-figure="growth.change"]')
    await settle()
    await page.screenshot({ path: `${world.shots}/loop.png`, fullPage: true })
    const bad = await check(page)
    const flow = await (await page.request.get('/api/v1/report/flow')).json()
    const from = new Date(Date.parse(flow.from) + 864e5).toISOString().slice(0, 10)
    const get = async (report) => (await page.request.get(`/api/v1/report/${report}?from=${from}&to=${flow.to}`)).json()
    const [loop, growth] = [await get('loop'), await get('growth')]
    for (const name of ['came', 'sank', 'bought', 'brought', 'people']) {
      if ((await figure(`loop.${name}`)) !== loop.all[name]) bad.push(`loop.${name} is not ${loop.all[name]}`)
    }
    const shown = Number((await page.locator('[data-figure="growth.change"]').textContent()).replace(/[¥,+]/g, '').replace('−', '-'))
    if (Math.abs(shown - growth.change) > 0.005) bad.push(`growth ${shown}, the API ${growth.change}`)
    const opens = async (link, n) => {
      const question = new URL(await page.locator(link).getAttribute('href'), world.full.url).searchParams.get('q')
      const found = await (await page.request.post('/api/v1/who/count', { data: { question }, headers: { 'X-Pond-Request': '1' } })).json()
      if (found.count !== n) bad.push(`${question} finds ${found.count}, the loop says ${n}`)
    }
    for (const name of ['sank', 'bought', 'brought']) await opens(`.station:has([data-figure="loop.${name}"]) a.open`, loop.all[name])
    const most = loop.doors.filter((d) => d.channel).sort((a, b) => b.came - a.came)[0]
    for (const name of ['came', 'sank', 'bought', 'brought']) if (most[name]) await opens(`a:has([data-figure="loop.${most.channel}.${name}"])`, most[name])
    return bad
  })
  await world.test('tags: nothing went wrong on the way', () => troubles)
  await it.context.close()
}
