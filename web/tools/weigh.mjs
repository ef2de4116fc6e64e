// How heavy the first load is: what index.html names, and what those import at once, gzip'd. Fails above 600 kB.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const LIMIT = 600 * 1024
const out = process.env.POND_WEB_OUT ?? '../build/web'
const manifest = JSON.parse(readFileSync(join(out, '.vite/manifest.json'), 'utf8'))
const weigh = (name) => gzipSync(readFileSync(join(out, name)), { level: 9 }).length

/** What a chunk brings along: itself, what it imports statically, their styles. */
function along(key, found) {
  const chunk = manifest[key]
  if (!chunk || found.has(chunk.file)) return found
  found.add(chunk.file)
  for (const css of chunk.css ?? []) found.add(css)
  for (const next of chunk.imports ?? []) along(next, found)
  return found
}
const entry = Object.keys(manifest).find((k) => manifest[k].isEntry)
const shell = along(entry, new Set(['index.html', 'early.js', 'pond.svg']))
const lang = Object.keys(manifest).filter((k) => /locales\/zh\/index|lang\/zh-cn/.test(k))
for (const k of lang) along(k, shell)
const page = along(Object.keys(manifest).find((k) => k.endsWith('OverviewPage.vue')), new Set(shell))
const chart = along(Object.keys(manifest).find((k) => k.endsWith('ChartCanvas.vue')), new Set(page))
const sum = (set) => [...set].reduce((n, f) => n + weigh(f), 0)
const kb = (n) => `${(n / 1024).toFixed(0)} kB`

const all = (dir) => readdirSync(dir).flatMap((f) => (statSync(join(dir, f)).isDirectory() ? all(join(dir, f)) : [join(dir, f)]))
const files = all(out).filter((f) => !f.includes('.vite'))
console.log(`first load ${kb(sum(shell))}, with the overview ${kb(sum(page))}, with its charts ${kb(sum(chart))}; all ${files.length} files ${kb(files.reduce((n, f) => n + gzipSync(readFileSync(f), { level: 9 }).length, 0))} (gzip)`)
if (sum(chart) > LIMIT) {
  console.error(`the first load is above ${kb(LIMIT)}`)
  process.exitCode = 1
}
