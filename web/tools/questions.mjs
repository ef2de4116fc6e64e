// Writes src/modules/crowd/form/questions.json: the questions of docs/who.md and of the tests, each with its JSON form as
// the program prints it. The builder's tests hold the form to them.
//
//     node tools/questions.mjs
//
// POND names the program; without it build/release/pond or build/dev/pond.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const program = process.env.POND ?? ['release', 'dev'].map((p) => join(root, 'build', p, 'pond')).find((p) => existsSync(p))
if (!program) throw new Error('no pond: build one, or name it in POND')
const read = (path) => readFileSync(join(root, path), 'utf8')

const documented = /```who\n([\s\S]*?)```/.exec(read('docs/who.md'))[1].split('\n').filter((line) => line && !line.startsWith('#'))
// The pairs of the unit test: adjacent pieces of a string are one, the first of a pair is what is written.
const pairs = /prints\[\]\[2\] = \{([\s\S]*?)\n\};/.exec(read('test/unit/who_question.c'))[1]
const written = [...pairs.matchAll(/\{((?:\s*"(?:[^"\\]|\\.)*")+)/g)].map((m) => [...m[1].matchAll(/"(?:[^"\\]|\\.)*"/g)].map((s) => JSON.parse(s[0])).join(''))
const asked = [...read('test/case/who.sh').matchAll(/^\d{4}-\d\d-\d\d\|\d+\|(.+)$/gm)].map((m) => m[1])

const data = mkdtempSync(join(tmpdir(), 'pond-questions-'))
const pond = (...args) => execFileSync(program, ['--data', data, ...args], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })
pond('init', 'demo')
pond('tag', 'create', '高敏')
for (const name of ['皮肤', '肤质']) pond('tag', 'create', name, '--value', 'text')
for (const name of ['黑名单', 'VIP']) pond('crowd', 'create', name, 'all')

const out = []
for (const question of new Set([...documented, ...written, ...asked])) {
  const r = spawnSync(program, ['--data', data, 'who', 'print', question, '--json', '--json-form'], { encoding: 'utf8' })
  // Some of the unit test's stand on a model of their own.
  if (r.status === 0) out.push({ question, ...pick(JSON.parse(r.stdout)) })
}
function pick(printed) {
  return { printed: printed.question, form: printed.form }
}
rmSync(data, { recursive: true, force: true })
writeFileSync(join(root, 'web/src/modules/crowd/form/questions.json'), `[\n${out.map((o) => JSON.stringify(o)).join(',\n')}\n]\n`)
console.log(`${out.length} questions`)
