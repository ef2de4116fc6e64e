// The console in a real browser, before a real pond: node test/browser/run.mjs [WORD...]
//
// WORDs pick tests by name. POND names the program, CHROMIUM the browser. The pages are those in the program; POND_WEB=built
// takes build/web instead. Screenshots go to build/web-shots. The last line is "N passed, N failed".
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launch } from './browse.mjs'
import { front } from './front.mjs'
import { fill, root, serve } from './pond.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const words = process.argv.slice(2)
const shots = join(root, 'build/web-shots')
let passed = 0
let failed = 0

async function test(name, body) {
  if (words.length && !words.some((w) => name.includes(w))) return
  const start = Date.now()
  try {
    const wrong = (await body()) ?? []
    if (wrong.length) throw new Error(wrong.join('\n  # '))
    passed++
    console.log(`ok - ${name} (${Date.now() - start} ms)`)
  } catch (e) {
    failed++
    console.log(`not ok - ${name}\n  # ${e.message}`)
  }
}

/** A pond with pages before it. */
async function start(consumers) {
  const pond = await serve(fill(consumers))
  const own = process.env.POND_WEB !== 'built' && (await (await fetch(`${pond.url}/`)).text()).includes('id="app"')
  const pages = own ? null : await front(join(root, 'build/web'), pond.url)
  return {
    url: pages?.url ?? pond.url,
    token: pond.token,
    stop: async () => {
      pages?.stop()
      await pond.stop()
    },
  }
}

if (!words.length) rmSync(shots, { recursive: true, force: true })
mkdirSync(shots, { recursive: true })
const browser = await launch()
const world = { browser, shots, test, start, full: await start(Number(process.env.POND_WEB_CONSUMERS ?? 20000)), owner: { name: 'lin', password: 'pond-browser-test' } }
try {
  for (const file of readdirSync(here).filter((f) => f.endsWith('.test.mjs')).sort()) await (await import(join(here, file))).default(world)
} finally {
  await browser.close()
  await world.full.stop()
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
