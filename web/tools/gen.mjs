// Writes src/api/gen.ts from the records of operations: `pond describe --json`.
//
//     node tools/gen.mjs            writes it
//     node tools/gen.mjs --check    says whether it is stale (exit code 1)
//
// POND names the program; without it the newest of build/{dev,release}/pond. A record with a route becomes
//
//     export interface ReportAssetsIn { as_of?: string; by?: string }
//     export interface ReportAssetsOut { as_of: string; stages: { stage: string; consumers: number }[] }
//     export const reportAssets = op<ReportAssetsIn, ReportAssetsOut>({ name: 'report assets', ... })
//
// Fields of input that name a file of the server are left out; one that is uploaded is told by `upload`.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const target = join(here, '../src/api/gen.ts')

function program() {
  if (process.env.POND) return process.env.POND
  const found = ['dev', 'release'].map((p) => join(here, '../../build', p, 'pond')).filter((p) => existsSync(p))
  found.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  if (!found[0]) throw new Error('no build/dev/pond or build/release/pond: build one, or name it in POND')
  return found[0]
}

const words = (s) => s.split(/[^A-Za-z0-9]+/).filter(Boolean)
const pascal = (s) => words(s).map((w) => w[0].toUpperCase() + w.slice(1)).join('')
const camel = (s) => pascal(s).replace(/^./, (c) => c.toLowerCase())
/** An operation may be called as a word of JavaScript ("import"). */
const RESERVED = new Set(['import', 'export', 'delete', 'default', 'new', 'in', 'for', 'function', 'class', 'return', 'void', 'with', 'switch', 'case'])
const constant = (s) => (RESERVED.has(camel(s)) ? `${camel(s)}Op` : camel(s))
const quote = (s) => `'${s.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`
const key = (s) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(s) ? s : quote(s))
const comment = (s, pad) => `${pad}/** ${s.replace(/\*\//g, '* /')} */\n`

const PLAIN = { string: 'string', day: 'string', path: 'string', choice: 'string', integer: 'number', number: 'number', boolean: 'boolean', any: 'Json' }

function inputType(field) {
  const one = field.type === 'choice' && field.choices ? field.choices.split('|').map(quote).join(' | ') : PLAIN[field.type]
  if (!one) throw new Error(`a type that is not known: ${field.type}`)
  return field.many ? `readonly (${one})[]` : one
}

function writeIn(name, op) {
  const fields = (op.in ?? []).filter((f) => f.type !== 'path')
  if (!fields.length) return `export type ${name} = Record<string, never>\n`
  let out = `export interface ${name} {\n`
  for (const f of fields) {
    // A field with a default need not be given.
    const must = f.required && f.default === null
    const unit = f.unit ? ` (${f.unit}${f.default !== null ? `; ${f.default}` : ''})` : f.default !== null ? ` (${f.default})` : ''
    out += comment(f.help + unit, '  ') + `  ${key(f.name.replace(/-/g, '_'))}${must ? '' : '?'}: ${inputType(f)}\n`
  }
  return `${out}}\n`
}

// "stages[].share" -> a tree of objects, arrays and leaves.
function treeOf(outs) {
  const root = { fields: new Map() }
  for (const o of outs) {
    let node = root
    for (const part of o.path.split('.')) {
      const [, name, arrays] = /^([^[\]]+)((?:\[\])*)$/.exec(part) ?? []
      if (name === undefined) throw new Error(`a path that is not understood: ${o.path}`)
      node.fields ??= new Map()
      if (!node.fields.has(name)) node.fields.set(name, { arrays: arrays.length / 2 })
      node = node.fields.get(name)
    }
    node.leaf = o
  }
  return root
}

const allOptional = (n) => (n.fields ? [...n.fields.values()].every(allOptional) : n.leaf.optional)

function typeOf(node, pad) {
  let t
  if (node.fields) {
    t = '{\n'
    for (const [name, child] of node.fields) t += writeField(name, child, `${pad}  `)
    t += `${pad}}`
  } else {
    t = PLAIN[node.leaf.type]
    if (!t) throw new Error(`a type that is not known: ${node.leaf.type}`)
  }
  // In a list a missing item is null, and only there: the list itself stands.
  const inner = !node.fields && node.arrays && node.leaf.optional ? `(${t} | null)` : t
  return inner + '[]'.repeat(node.arrays ?? 0)
}

function writeField(name, node, pad) {
  const optional = allOptional(node)
  return (node.leaf ? comment(node.leaf.help, pad) : '') + `${pad}${key(name)}${optional ? '?' : ''}: ${typeOf(node, pad)}${optional ? ' | null' : ''}\n`
}

function writeOut(name, op) {
  if (!op.out?.length) return `export type ${name} = Json\n`
  let out = `export interface ${name} {\n`
  for (const [field, node] of treeOf(op.out).fields) out += writeField(field, node, '  ')
  return `${out}}\n`
}

function writeOp(op) {
  const [method, path] = op.route.split(' ')
  const base = pascal(op.name)
  const files = (op.in ?? []).filter((f) => f.file === 'upload' || f.file === 'download').map((f) => f.file)
  const many = (op.in ?? []).filter((f) => f.many && f.type !== 'path').map((f) => quote(f.name.replace(/-/g, '_')))
  const record = [
    `name: ${quote(op.name)}`, `method: ${quote(method)}`, `path: ${quote(path)}`, `perm: ${quote(op.perm)}`, `how: ${quote(op.how)}`,
    ...(op.slow ? ['slow: true'] : []), ...(op.picture ? ['picture: true'] : []), ...(files.includes('upload') ? ['upload: true'] : []),
    ...(files.includes('download') ? ['download: true'] : []), ...(many.length ? [`many: [${many.join(', ')}]`] : []),
  ]
  return `${writeIn(`${base}In`, op)}${writeOut(`${base}Out`, op)}${comment(op.help, '')}export const ${constant(op.name)} = /*#__PURE__*/ op<${base}In, ${base}Out>({ ${record.join(', ')} })\n`
}

export function generate(described) {
  const ops = described.operations.filter((o) => o.route)
  const rights = [...new Set(ops.map((o) => o.perm))].sort()
  let out = '// Made by tools/gen.mjs from `pond describe --json`; do not edit: change the record in C, then `npm run gen`.\n'
  out += "import { op, type Json } from './op'\n\n"
  out += `/** Rights that operations ask for. */\nexport type Right =\n${rights.map((r) => `  | ${quote(r)}\n`).join('')}\n`
  return out + ops.map(writeOp).join('\n')
}

const text = generate(JSON.parse(execFileSync(program(), ['describe', '--json'], { encoding: 'utf8', maxBuffer: 1 << 26 })))
const have = existsSync(target) ? readFileSync(target, 'utf8') : ''
if (!process.argv.includes('--check')) {
  if (text !== have) writeFileSync(target, text)
} else if (text !== have) {
  console.error('src/api/gen.ts is stale: run "npm run gen" in web/')
  process.exitCode = 1
}
