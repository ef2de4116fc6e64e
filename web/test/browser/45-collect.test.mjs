// Collecting and importing: keys, the debugger, what was set aside, the catalogue, identity rules, files.
import { check, open } from './browse.mjs'

const look = { lang: 'en', theme: 'light', width: 1280, height: 900 }

export default async function (world) {
  const it = await open(world.browser, world.full.url, look, world.storage)
  const { page, settle, troubles } = it
  let key = ''
  const send = async (body) => {
    const post = () => page.request.post('/v1/track', { headers: { Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, data: body })
    let r = await post()
    // A key that was made a moment ago is in force within a second.
    for (let i = 0; r.status() === 401 && i < 50; i++) {
      await page.waitForTimeout(100)
      r = await post()
    }
    if (!r.ok()) throw new Error(`the collector says ${r.status()}`)
  }

  await world.test('collect: a key is made, shown once, and counts what it brought', async () => {
    await page.goto('/collect')
    await page.fill('.make input', 'till')
    await page.click('.make button')
    key = (await page.locator('pre').filter({ hasText: /^pk_w_[\w-]{20,}$/ }).first().textContent()).trim()
    await page.waitForSelector(`pre:has-text("curl -u '${key}:'")`)
    await page.waitForSelector(`code:has-text("/hooks/youzan/${key}")`)
    await send({ userId: 'b1', event: 'item_view', messageId: 'b1', properties: { item: 'SKU1' } })
    await page.waitForSelector('text=The first event arrived')
    await page.waitForSelector('tr:has-text("till") >> text=segment')
    await settle()
    await page.screenshot({ path: `${world.shots}/collect-sources.png`, fullPage: true })
    return check(page)
  })

  await world.test('collect: the debugger tells what became of each event', async () => {
    await page.goto('/collect/live')
    await page.waitForSelector('text=Listening')
    await send({ anonymousId: 'b-anon', event: 'Product Viewed', messageId: 'b2', properties: { say: 'call 13800138000' } })
    await page.waitForSelector('tr:has-text("b-anon") >> text=New consumer')
    await send({ userId: 'b1', anonymousId: 'b-anon', event: 'Order Completed', messageId: 'b3', properties: { order_id: 'b-o1', total: 12.5 } })
    await page.waitForSelector('tr:has-text("Purchase") >> text=Joined +1')
    await send({ userId: 'b1', anonymousId: 'b-anon', event: 'Order Completed', messageId: 'b3', properties: { order_id: 'b-o1', total: 12.5 } })
    await page.waitForSelector('tr >> text=Duplicate')
    await send({ userId: { no: 1 }, event: 'Product Viewed', messageId: 'b4' })
    await page.waitForSelector('tr >> text=neither text nor a number')
    await page.screenshot({ path: `${world.shots}/collect-live.png` })
    const bad = await check(page)
    await page.locator('tr:has-text("Joined")').click()
    await page.waitForSelector('.el-drawer >> text=Went into it')
    await settle()
    await page.screenshot({ path: `${world.shots}/collect-arrival.png` })
    await page.keyboard.press('Escape')
    await page.click('button:has-text("Pause")')
    await send({ userId: 'b5', event: 'store_visit', messageId: 'b5' })
    await page.waitForSelector('text=Paused, 1 waiting')
    await page.click('button:has-text("Resume")')
    await page.waitForSelector('tr:has-text("b5")')
    await page.fill('.find input', 'b-o1')
    await page.waitForFunction(() => document.querySelectorAll('tbody tr[aria-rowindex]').length <= 2)
    await page.waitForURL(/q=b-o1/)
    return bad
  })

  await world.test('collect: what was set aside is grouped by reason and shown with advice', async () => {
    await page.goto('/collect/rejects')
    await page.locator('.reasons button').first().click()
    await page.waitForURL(/reason=/)
    await page.locator('tbody tr[aria-rowindex]').first().click()
    await page.waitForSelector('.el-drawer pre')
    await settle()
    await page.screenshot({ path: `${world.shots}/collect-reject.png` })
    const bad = await check(page)
    await page.reload()
    await page.waitForSelector('.reasons button.on')
    return bad
  })

  await world.test('collect: the catalogue is searched, an event opened and asked for', async () => {
    await page.goto('/collect/events')
    await page.fill('.find input', 'cart')
    await page.locator('tr:has-text("add_cart")').first().click()
    await page.waitForSelector('.el-drawer dl')
    await settle()
    await page.screenshot({ path: `${world.shots}/collect-event.png` })
    const bad = await check(page)
    await page.click('text=Who did in 30 days')
    await page.waitForURL(/crowd.*did/)
    return bad
  })

  await world.test('collect: a rule shows its effect before it is applied', async () => {
    await page.goto('/collect/rules')
    await page.locator('tr:has-text("device") >> text=Change').click()
    await page.fill('#rule-cap', '1')
    await page.keyboard.press('Tab')
    await page.click('button:has-text("Preview the effect")')
    await page.waitForSelector('[data-figure="effect.parted"]')
    await settle()
    await page.screenshot({ path: `${world.shots}/collect-rule.png` })
    const bad = await check(page)
    const said = await (await page.request.put('/api/v1/rules', { data: { kind: 'device', cap: 1, dry_run: true }, headers: { 'X-Pond-Request': '1' } })).json()
    const shown = Number((await page.textContent('[data-figure="effect.parted"]')).replace(/,/g, ''))
    await page.click('.el-dialog button:has-text("Cancel")')
    await page.locator('tr:has-text("xhs_id") >> text=Change').click()
    await page.fill('#rule-cap', '7')
    await page.keyboard.press('Tab')
    await page.click('button:has-text("Preview the effect")')
    await page.waitForSelector('text=No consumer would be joined or come apart')
    await page.click('button:has-text("Apply the rule")')
    await page.waitForSelector('tr:has-text("xhs_id"):has-text("7")')
    return said.parted > 0 && said.parted === shown ? bad : [...bad, `the preview says ${shown}, the API ${said.parted}`]
  })

  const attach = (name, text) => page.setInputFiles('input[type=file]', { name, mimeType: 'text/csv', buffer: Buffer.isBuffer(text) ? text : Buffer.from(text) })
  const shown = async (figure) => Number((await page.textContent(`[data-figure="${figure}"]`)).replace(/,/g, ''))

  await world.test('import: a table of orders with Chinese headers is understood, corrected, brought in once', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `D${i},1370013${String(7000 + i)},${(i + 1) * 10}.50,2026-11-${String((i % 28) + 1).padStart(2, '0')} 10:00:00,面霜,1360013${String(6000 + i)}`)
    await page.goto('/start')
    // Dropped at the first door, it goes on here.
    await attach('订单.csv', `订单号,手机号,实付金额,下单时间,商品名称,联系人\n${rows.join('\n')}\n`)
    await page.waitForURL('**/import')
    await page.waitForSelector('tr:has-text("手机号") >> text=137****7000')
    await page.waitForSelector('text=40 rows are understood')
    await page.screenshot({ path: `${world.shots}/import-look.png`, fullPage: true })
    const bad = await check(page)
    await page.locator('tr:has-text("商品名称") .el-select').click()
    await page.locator('.el-select-dropdown:visible li[role=option]:has-text("Category")').click()
    await page.waitForSelector('tr:has-text("商品名称") >> text=by hand')
    await page.fill('.save input', 'orders')
    await page.click('button:has-text("Import it")')
    await page.waitForSelector('[data-figure="import.accepted"]')
    await page.waitForSelector('tr:has-text("订单.csv") >> text=Done')
    await settle()
    await page.screenshot({ path: `${world.shots}/import-done.png`, fullPage: true })
    const [accepted, fresh] = [await shown('import.accepted'), await shown('import.fresh')]
    await page.click('button:has-text("Another file")')
    await page.waitForSelector('li:has-text("orders") >> text=category=商品名称')
    await attach('订单.csv', `订单号,手机号,实付金额,下单时间,商品名称,联系人\n${rows.join('\n')}\n`)
    await page.click('li:has-text("orders") >> text=Use for this file')
    await page.waitForSelector('tr:has-text("商品名称") >> text=by hand')
    await page.click('button:has-text("Import it")')
    await page.waitForSelector('[data-figure="import.duplicates"]')
    const duplicates = await shown('import.duplicates')
    await page.click('button:has-text("Another file")')
    await page.locator('li:has-text("orders") >> text=Rename').click()
    await page.fill('.el-message-box input', 'counter')
    await page.locator('.el-message-box__btns button').last().click()
    await page.waitForSelector('li:has-text("counter") >> text=category=商品名称')
    await page.locator('li:has-text("counter") >> text=Delete').click()
    await page.locator('.el-message-box__btns button').last().click()
    await page.waitForSelector('li:has-text("counter")', { state: 'detached' })
    return accepted === 40 && fresh === 40 && duplicates === 40 ? bad : [...bad, `accepted ${accepted}, new ${fresh}, then duplicates ${duplicates}`]
  })

  await world.test('import: columns that cannot be told are mapped by hand; bad rows are shown, then set aside', async () => {
    await page.goto('/import')
    const good = Array.from({ length: 1200 }, (_, i) => `2026-11-0${(i % 9) + 1} 10:00,b${i % 50},${i % 2 ? '买' : '看'},${i % 2 ? i : ''}`)
    await attach('till.csv', `when,who,what,sum\nyesterday,u3,买,3\n2026-11-03 10:00,u4,买,many\n${good.join('\n')}\n`)
    await page.waitForSelector('[role=alert] >> text=cannot tell which column holds the time')
    const pick = async (column, field) => {
      const select = page.locator(`tr:has(th:text-is("${column}")) .el-select`)
      await page.waitForFunction(() => ![...document.querySelectorAll('.el-select-dropdown')].some((e) => e.offsetParent))
      await select.click()
      await page.locator(`.el-select-dropdown:visible li[role=option]:has(span:text-is("${field}"))`).click()
      await page.waitForSelector(`tr:has(th:text-is("${column}")) >> text=by hand`)
    }
    await pick('when', 'Time')
    await pick('who', 'User ID')
    await pick('what', 'Event')
    await pick('sum', 'Amount paid')
    await page.locator('.words label:has-text("买") .el-select').click()
    await page.locator('.el-select-dropdown:visible li[role=option]:has(span:text-is("Purchase"))').click()
    await page.waitForSelector('text=2 would be set aside')
    await page.click('button:has-text("Check every row")')
    await page.waitForSelector('text=All 1,202 rows are checked, 2 would be set aside')
    await page.click('text=Would be set aside (first 2)')
    await page.waitForSelector('tr:has-text("many") >> text=the amount is not a number')
    await settle()
    await page.screenshot({ path: `${world.shots}/import-bad.png`, fullPage: true })
    const bad = await check(page)
    await page.click('button:has-text("Import it")')
    await page.click('button:has-text("See the 2 set aside")')
    await page.waitForURL(/collect\/rejects\?file=till/)
    await page.waitForSelector('.reasons button >> text=the amount is not a number')
    return bad
  })

  await world.test('import: JSON lines of another form are told what a line must look like', async () => {
    await page.goto('/import')
    await attach('other.ndjson', '{"ts":"2026-11-02T10:00:00Z","what":"item_view","uid":"n1"}\n')
    await page.waitForSelector('details[open] >> text=jq -c')
    await page.screenshot({ path: `${world.shots}/import-json.png`, fullPage: true })
    return check(page)
  })

  await world.test('import: a workbook is read, a file that is none is refused with advice', async () => {
    await page.goto('/import')
    // A workbook of the server's own making.
    const book = await page.request.get('/api/v1/events?format=xlsx')
    await attach('events.xlsx', await book.body())
    await page.waitForSelector('.scroll tbody tr')
    await settle()
    const first = await page.textContent('.scroll tbody tr:first-child th')
    troubles.length = 0
    await attach('x.gz', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]))
    await page.waitForSelector('[role=alert] >> text=compressed by gzip')
    troubles.length = 0
    return /event/i.test(first) ? [] : [`the first column of the workbook is ${first}`]
  })

  await world.test('collect: nothing went wrong on the way', () => troubles)
  await it.context.close()
}
