// A browser that notes everything that goes wrong in a page.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

/** look: { lang, theme, width, height } */
export async function open(browser, url, look, storage) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: look.width, height: look.height },
    isMobile: look.width < 600,
    hasTouch: look.width < 600,
    locale: look.lang === 'zh' ? 'zh-CN' : 'en-US',
    timezoneId: 'America/New_York', // not the brand's: its days are shown all the same
    colorScheme: look.theme,
    reducedMotion: 'reduce',
    ...(storage ? { storageState: storage } : {}),
  })
  await context.addInitScript((l) => {
    if (localStorage.getItem('pond.lang') === null) localStorage.setItem('pond.lang', l.lang)
    if (localStorage.getItem('pond.theme') === null) localStorage.setItem('pond.theme', l.theme)
  }, look)
  const page = await context.newPage()
  page.setDefaultTimeout(15000)
  const troubles = []
  const pending = new Set()
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning') troubles.push(`console: ${m.text()} ${m.location().url}`)
  })
  page.on('pageerror', (e) => troubles.push(`page error: ${e.message}`))
  page.on('request', (q) => {
    if (new URL(q.url()).origin !== url && !/^(data|blob):/.test(q.url())) troubles.push(`request to elsewhere: ${q.url()}`)
    if (!q.url().includes('/api/v1/live')) pending.add(q)
  })
  page.on('requestfinished', (q) => pending.delete(q))
  page.on('requestfailed', (q) => {
    pending.delete(q)
    // A request that was overtaken, or a stream that the page closed, is no failure.
    if (q.failure()?.errorText !== 'net::ERR_ABORTED') troubles.push(`request failed: ${q.url()} ${q.failure()?.errorText}`)
  })
  page.on('response', (r) => {
    if (r.status() >= 400) troubles.push(`status ${r.status()}: ${r.url()}`)
  })
  /** Until nothing was asked for during 250 ms, and nothing on the page says that it waits (data-waiting). */
  const settle = async () => {
    for (let quiet = 0, waited = 0; quiet < 5 && waited < 300; waited++) {
      await page.waitForTimeout(50)
      quiet = pending.size || (quiet === 4 && (await page.locator('[data-waiting]').count())) ? 0 : quiet + 1
    }
  }
  return { page, context, troubles, settle }
}

/** Violations that axe calls serious or critical, a line each. */
export async function check(page) {
  await page.evaluate(axeSource)
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }))
  return found.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} [${n.failureSummary?.split('\n').slice(1, 2).join(' ').trim()}]`).join(' | ')} (${v.nodes.length})`)
}
