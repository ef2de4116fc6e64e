// How quick the console is: node test/browser/speed.mjs [CONSUMERS] [RUNS]
//
// In Chromium at 1280 x 800, before a pond of the sample brand (20,000 consumers, 400 days), each page RUNS times (3), the median:
//   paint   from the address to the first paint (first contentful paint), nothing in the browser's cache
//   change  from a click in the side bar to the page with its frame
//   first   from the click to the first figure, chart, row of a table or empty state; of a page of fields: until it is there
//   worst   the longest of these, mostly that of the first visit
//   all     until nothing is waited for
// A table in Markdown on standard output; the exit code is 1 when a page misses what --paint, --change or --first (ms)
// allow. --only=WORD[,WORD]: pages whose address has one of them. POND names the program, CHROMIUM the browser.
import { launch, open } from './browse.mjs'
import { makeOwner } from './10-first.test.mjs'
import { fill, serve } from './pond.mjs'

const limits = { paint: Infinity, change: Infinity, first: Infinity }
let only = ['']
const words = process.argv.slice(2).filter((w) => {
  if (w.startsWith('--only=')) only = w.slice(7).split(',')
  const limit = /^--(paint|change|first)=(\d+)$/.exec(w)
  if (limit) limits[limit[1]] = Number(limit[2])
  return !limit && !w.startsWith('--only=')
})
const consumers = Number(words[0] ?? 20000)
const runs = Number(words[1] ?? 3)
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

/** In the page: goes to an address and says when what was there. */
async function walk(address) {
  const router = document.querySelector('#app').__vue_app__.config.globalProperties.$router
  const main = () => document.querySelector('main')
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  await router.push('/nothing-here')
  await frame()
  // Requests that are under way: of the API, and the parts of pages themselves. (The browser's own list of them ends at 250.)
  window.__asked ??= (() => {
    const under = { now: 0, sum: 0 }
    const own = window.fetch
    window.fetch = (...a) => {
      under.now++
      under.sum++
      return own(...a).finally(() => under.now--)
    }
    return under
  })()
  performance.clearResourceTimings()
  const asked = () => window.__asked.sum + performance.getEntriesByType('resource').length
  const start = performance.now()
  await router.push(address)
  await frame()
  const change = performance.now() - start
  let first = 0
  let calm = 0
  let all = 0
  let before = asked()
  while (performance.now() - start < 30000 && calm < 20) {
    const shown = main()?.querySelector('[data-figure], tbody tr, canvas, .empty')
    if (!first && shown) first = performance.now() - start
    const now = asked()
    const waits = main()?.querySelector('[data-waiting], .el-loading-mask, .el-skeleton')
    calm = now === before && !window.__asked.now && !waits ? calm + 1 : 0
    if (!calm) all = performance.now() - start
    before = now
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { change, first: first || Math.max(all, change), all: Math.max(all, first, change) }
}

const pond = await serve(fill(consumers))
const browser = await launch()
const world = { browser, full: pond, shots: process.env.TMPDIR ?? '/tmp', owner: { name: 'lin', password: 'pond-browser-test' } }
const look = { lang: 'zh', theme: 'light', width: 1280, height: 800 }
let missed = 0
try {
  const own = await open(browser, pond.url, look)
  await makeOwner(own.page, world, own.settle)
  const storage = { cookies: (await own.context.storageState()).cookies, origins: [] }
  const paints = []
  for (let i = 0; i < runs; i++) {
    const fresh = await open(browser, pond.url, look, storage)
    await fresh.page.goto('/overview')
    paints.push(await fresh.page.evaluate(() => new Promise((resolve) => {
      const seen = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime
      const wait = () => (seen() ? resolve(seen()) : setTimeout(wait, 20))
      wait()
    })))
    await fresh.settle() // what it asked for is not to stand in the way of the next
    await fresh.context.close()
  }
  console.log(`first paint of /overview: ${Math.round(median(paints))} ms (${consumers} consumers, median of ${runs})\n`)
  missed += median(paints) > limits.paint
  const routes = await own.page.evaluate(() =>
    document.querySelector('#app').__vue_app__.config.globalProperties.$router.getRoutes()
      .filter((r) => r.meta.module && !r.meta.open)
      .map((r) => r.meta.sample ?? r.path)
      .filter((a) => !a.includes(':') || a.includes('consumer:')))
  console.log('| page | change ms | first figure ms | worst ms | all ms |\n|---|--:|--:|--:|--:|')
  for (const address of routes.filter((a) => only.some((w) => a.includes(w)))) {
    const said = []
    for (let i = 0; i < runs; i++) said.push(await own.page.evaluate(walk, address))
    const of = (name) => median(said.map((s) => s[name]))
    missed += of('change') > limits.change || of('first') > limits.first
    const worst = Math.max(...said.map((w) => w.first))
    console.log(`| ${address} | ${Math.round(of('change'))} | ${Math.round(of('first'))} | ${Math.round(worst)} | ${Math.round(of('all'))} |`)
  }
} finally {
  await browser.close()
  await pond.stop()
}
process.exitCode = missed ? 1 : 0
