// A `pond serve` on the sample brand, in a directory of its own, and its one-time link.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')

function program() {
  const found = [process.env.POND, join(root, 'build/release/pond'), join(root, 'build/dev/pond')].find((p) => p && existsSync(p))
  if (!found) throw new Error('no pond: build one, or name it in POND')
  return found
}

/** A tag of each source. */
function tags(run, dir) {
  run('tag', 'create', '等级/VIP', '--note', '店长推荐的老客')
  run('tag', 'assign', '等级/VIP', '--who', 'stage = loyalty', '--reason', '忠诚阶段')
  run('tag', 'create', '活跃/90 天复购', '--rule', 'did purchase in 90d >= 2')
  run('tag', 'create', '偏好/品类', '--from-event', 'purchase', '--field', 'category', '--most', '--in', '365')
  run('tag', 'create', '肤质', '--value', 'text', '--expires', '180', '--note', '到店测试结果')
  writeFileSync(join(dir, 'skin.csv'), `identity,tag,value\n${['干性', '油性', '混合', '敏感'].map((v, i) => `consumer:${6 + 13 * i},肤质,${v}`).join('\n')}\n`)
  run('tag', 'import', join(dir, 'skin.csv'))
}
/** Live ones, and a frozen one. */
function crowds(run) {
  run('crowd', 'create', 'members', 'is member_join')
  run('crowd', 'create', '90 天买过', 'did purchase in 90d')
  run('crowd', 'create', '加购未买', 'did add_cart in 30d and not did purchase in 30d', '--frozen', '--note', '短信名单')
}

/** Fills a data directory; consumers: 0 leaves it empty. */
export function fill(consumers) {
  const dir = mkdtempSync(join(tmpdir(), 'pond-web-'))
  const run = (...args) => execFileSync(program(), ['--data', join(dir, 'data'), ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  mkdirSync(join(dir, 'data'), { recursive: true })
  run('init', 'demo')
  if (consumers) {
    run('sample', '--consumers', String(consumers), '--days', '400', '--out', join(dir, 'sample.ndjson'), '--quiet')
    run('import', join(dir, 'sample.ndjson'), '--quiet')
    tags(run, dir)
    crowds(run)
  }
  return dir
}

/** { url, token, stop } */
export function serve(dir) {
  const child = spawn(program(), ['--data', join(dir, 'data'), 'serve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = () =>
    new Promise((resolve) => {
      child.once('exit', () => {
        rmSync(dir, { recursive: true, force: true })
        resolve()
      })
      child.kill('SIGTERM')
    })
  return new Promise((resolve, reject) => {
    let url = ''
    let token = ''
    let said = ''
    const look = () => {
      if (url && token) resolve({ url, token, stop })
    }
    child.stdout.on('data', (d) => {
      url ||= /http:\/\/\S+/.exec(String(d))?.[0] ?? ''
      look()
    })
    child.stderr.on('data', (d) => {
      said += d
      token ||= /#token=([\w-]+)/.exec(said)?.[1] ?? ''
      look()
    })
    child.once('exit', (code) => reject(new Error(`pond serve ended with ${code}: ${said}`)))
    setTimeout(() => reject(new Error(`pond serve is not ready after 60 s: ${said}`)), 60000).unref()
  })
}
