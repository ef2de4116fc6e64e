// Settings: the stage model before and after, people and keys, the audit trail, data; and what an analyst must not see.
import { check, open } from './browse.mjs'

const look = { lang: 'en', theme: 'light', width: 1280, height: 900 }
const analyst = { name: 'settings-analyst', password: 'settings-analyst-1' }

export default async function (world) {
  const it = await open(world.browser, world.full.url, look, world.storage)
  const { page, settle, troubles } = it
  const shot = (name) => page.screenshot({ path: `${world.shots}/settings-${name}.png`, fullPage: true })
  const dialog = page.locator('.el-dialog')

  await world.test('settings: a mistake in a model is told with its place, and a click leads there', async () => {
    await page.goto('/settings/model/edit?as=text')
    const area = page.locator('textarea')
    await area.waitFor()
    const text = await area.inputValue()
    await area.fill(text.replace('did purchase in 913d', 'did purchas in 913d'))
    await page.getByRole('button', { name: 'Line 22, column 15' }).click()
    const at = await area.evaluate((e) => e.value.slice(e.selectionStart, e.selectionStart + 7))
    const shut = await page.getByRole('button', { name: 'Apply…' }).isDisabled()
    await shot('mistake')
    const bad = await check(page)
    await area.fill(text)
    await page.waitForSelector('text=Every rule is read.')
    return [...bad, ...(at === 'purchas' ? [] : [`the caret is before "${at}"`]), ...(shut ? [] : ['a wrong model can be applied'])]
  })

  await world.test('settings: a threshold is changed in the form, its effect counted, applied, and taken back', async () => {
    await page.goto('/settings/model/edit')
    const days = page.getByRole('group', { name: 'Purchase', exact: true }).getByLabel('Window in days; empty: ever')
    await days.fill('30')
    await days.press('Enter')
    await page.fill('#model-name', 'shorter')
    await page.getByRole('button', { name: 'Compare counts' }).click()
    await page.waitForSelector('[data-figure=moved]')
    const moved = await page.textContent('[data-figure=moved]')
    await shot('diff')
    const bad = await check(page)
    await page.getByRole('button', { name: 'Apply…' }).click()
    await dialog.getByText('becomes version 2').waitFor()
    await shot('apply')
    bad.push(...(await check(page)))
    await dialog.getByRole('button', { name: 'Apply', exact: true }).click()
    await page.waitForSelector('text=shorter is in force, version 2')
    await page.goto('/settings/model')
    await page.waitForSelector('text=within 30 days')
    await shot('history')
    await page.getByRole('button', { name: 'Compare and take back' }).click()
    await page.waitForSelector('[data-figure=moved]')
    const back = await page.textContent('[data-figure=moved]')
    await page.getByRole('button', { name: 'Apply…' }).click()
    await dialog.getByRole('button', { name: 'Apply', exact: true }).click()
    await page.waitForSelector('text=aipl is in force, version 3')
    return [...bad, ...(moved === back && moved !== '0' ? [] : [`${moved} moved, ${back} back`])]
  })

  await world.test('settings: a user is added with a made password, gets another role, is disabled', async () => {
    await page.goto('/settings/users')
    await page.getByRole('button', { name: 'Add a user' }).click()
    await page.fill('#user-name', 'settings-gone')
    await page.getByRole('button', { name: 'Make one' }).click()
    await shot('user-add')
    const bad = await check(page)
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await page.waitForSelector('text=settings-gone can log in')
    await page.waitForSelector('.el-dialog pre')
    await dialog.getByRole('button', { name: 'Done' }).click()
    const row = page.locator('tr', { hasText: 'settings-gone' })
    await row.getByRole('button', { name: 'Role' }).click()
    await dialog.locator('.el-select').click()
    await page.locator('.el-select-dropdown__item:visible', { hasText: 'Store' }).click()
    await dialog.getByText('May no more:').waitFor()
    await shot('user-role')
    await dialog.getByRole('button', { name: 'Change' }).click()
    await row.getByText('Store').waitFor()
    await row.getByRole('button', { name: 'Disable' }).click()
    await dialog.getByText('This is for good').waitFor()
    bad.push(...(await check(page)))
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await row.waitFor({ state: 'detached' })
    return bad
  })

  await world.test('settings: a key is shown once, works, and is revoked', async () => {
    await page.goto('/settings/keys')
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.fill('#key-name', 'settings-key')
    await page.locator('.el-radio', { hasText: 'Operator key' }).click()
    await shot('key-make')
    const bad = await check(page)
    await dialog.getByRole('button', { name: 'Make', exact: true }).click()
    const key = (await page.locator('.el-dialog pre').first().textContent()).trim()
    await shot('key-made')
    // The server takes keys up, and drops them, within a second.
    const ask = async (want) => {
      for (let i = 0; ; i++) {
        const { status } = await fetch(`${world.full.url}/api/v1/report/assets`, { headers: { Authorization: `Bearer ${key}` } })
        if (status === want || i === 40) return status
        await page.waitForTimeout(100)
      }
    }
    const before = await ask(200)
    await dialog.getByRole('button', { name: 'Done' }).click()
    const shown = (await page.content()).includes(key)
    await page.locator('tr', { hasText: 'settings-key' }).getByRole('button', { name: 'Revoke' }).click()
    await shot('key-revoke')
    await dialog.getByRole('button', { name: 'Revoke' }).click()
    await page.locator('tr', { hasText: 'settings-key' }).waitFor({ state: 'detached' })
    const after = await ask(401)
    return [...bad, ...(before === 200 && after === 401 ? [] : [`the key is answered ${before}, then ${after}`]), ...(shown ? ['the key is still on the page'] : [])]
  })

  await world.test('settings: the audit trail is whole, filtered by address, and checked against a kept head', async () => {
    await page.goto('/settings/audit?action=key.')
    await page.waitForSelector('text=The audit trail is whole')
    await page.locator('td', { hasText: 'Key revoked' }).first().click()
    await dialog.getByText('settings-key').first().waitFor()
    await shot('audit-entry')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Keep and compare' }).click()
    await page.fill('#kept-head', (await page.locator('figure pre').first().textContent()).trim())
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.waitForSelector('text=the head that you kept is in it')
    const others = await page.locator('td', { hasText: 'Log-in' }).count()
    return [...(await check(page)), ...(others ? ['the filter of the address is not kept'] : [])]
  })

  await world.test('settings: a backup is made and listed, the data are verified', async () => {
    await page.goto('/settings/data')
    await page.getByRole('button', { name: 'Back up now' }).click()
    await page.waitForSelector('text=Backed up to backups/')
    await page.waitForSelector('td code')
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.waitForSelector('text=Everything holds')
    await settle()
    await shot('data')
    return check(page)
  })

  await world.test('settings: an analyst neither sees nor can do what is the owner’s', async () => {
    const wrong = []
    const made = await page.request.post('/api/v1/users', { headers: { 'X-Pond-Request': '1' }, data: { ...analyst, role: 'analyst' } })
    if (!made.ok()) return [`no analyst: ${made.status()}`]
    const other = await open(world.browser, world.full.url, look)
    const p = other.page
    await p.goto('/login?next=/settings')
    await p.fill('#login-name', analyst.name)
    await p.fill('#login-password', analyst.password)
    await p.click('button[type=submit]')
    await p.waitForURL('**/settings/model')
    const tabs = await p.locator('nav[aria-label=Settings] a').allTextContents()
    if (tabs.map((s) => s.trim()).join() !== 'Stage model,Roles and rights,Data,My account,About') wrong.push(`the analyst's pages are ${tabs.join()}`)
    for (const path of ['users', 'keys', 'audit']) {
      await p.goto(`/settings/${path}`)
      await p.waitForSelector('text=Not allowed')
    }
    await p.goto('/settings/model/edit?from=preset:5a&compare=1')
    await p.waitForSelector('[data-figure=moved]')
    if (await p.getByRole('button', { name: 'Apply…' }).count()) wrong.push('an analyst is offered to apply a model')
    await p.goto('/settings/data')
    await p.waitForSelector('text=Segments of history')
    for (const name of ['Back up now', 'Compact']) if (await p.getByRole('button', { name }).count()) wrong.push(`an analyst is offered: ${name}`)
    for (const [method, path, data] of [['GET', 'users'], ['GET', 'keys'], ['GET', 'audit'], ['POST', 'model/apply', { model: '5a' }], ['POST', 'backup', {}], ['POST', 'lake/compact', {}], ['POST', 'users', { name: 'x', role: 'owner', password: 'x'.repeat(12) }], ['PUT', 'user/role', { name: analyst.name, role: 'owner' }]]) {
      const r = await p.request.fetch(`/api/v1/${path}`, { method, headers: { 'X-Pond-Request': '1' }, ...(data ? { data } : {}) })
      if (r.status() !== 403) wrong.push(`${method} ${path}: ${r.status()}`)
    }
    // Its own password it may set: the old one is asked for, and the session goes on.
    await p.goto('/settings/account')
    for (const [id, v] of [['#old-password', 'wrong-password'], ['#again-password', 'another-one-2']]) await p.fill(id, v)
    await p.getByLabel('New password').fill('another-one-2')
    await p.getByRole('button', { name: 'Change the password' }).click()
    await p.waitForSelector('text=the old password is wrong')
    await p.fill('#old-password', analyst.password)
    await p.getByRole('button', { name: 'Change the password' }).click()
    await p.waitForSelector('text=The password is changed')
    wrong.push(...(await check(p)))
    await other.context.close()
    return wrong
  })

  await world.test('settings: nothing went wrong on the way', () => troubles.filter((t) => !/\/login|status 401/.test(t)))
  await it.context.close()
}
