// A stage model's text: where its rules stand, and one of them put anew. Everything else in the file, comments too, stays as
// it is. Only the usual layout is known (a list of stages, `when:` on a line of its own); of another one nothing is found,
// and the form is then not offered.

export interface Place {
  /** Of the line with `when:`, from 0. */
  line: number
  /** Behind its last line. */
  end: number
  /** Column of `when`. */
  column: number
  /** "|" and what stands behind it, of a rule over several lines; "" else. */
  head: string
  rule: string
}

const KEY = /^(\s*(?:-\s+)?)when:[ \t]*(.*)$/
const indentOf = (s: string) => s.length - s.trimStart().length

export function findRules(text: string): Place[] {
  const lines = text.split('\n')
  const out: Place[] = []
  for (let i = 0; i < lines.length; i++) {
    const m = KEY.exec(lines[i] ?? '')
    if (!m) continue
    const column = (m[1] ?? '').length
    const first = m[2] ?? ''
    let end = i + 1
    while (end < lines.length && ((lines[end] ?? '').trim() === '' || indentOf(lines[end] ?? '') > column)) end++
    while (end > i + 1 && (lines[end - 1] ?? '').trim() === '') end--
    // Comments behind a rule are indented like the next key, not like the rule.
    const isBlock = /^[|>]/.test(first)
    const body = lines.slice(i + 1, end)
    const least = Math.min(...body.filter((s) => s.trim()).map(indentOf))
    const inner = body.map((s) => s.slice(Number.isFinite(least) ? least : 0)).join('\n')
    out.push({ line: i, end, column, head: isBlock ? first : '', rule: isBlock ? inner : [unquoted(first), ...body.map((s) => s.trim())].join(' ') })
    i = end - 1
  }
  return out
}

function unquoted(s: string): string {
  const quoted = /^(['"])(.*)\1\s*(?:#.*)?$/.exec(s)
  if (quoted) return quoted[1] === "'" ? (quoted[2] ?? '').replace(/''/g, "'") : (quoted[2] ?? '').replace(/\\(["\\])/g, '$1')
  return s.replace(/\s+#.*$/, '').trim()
}

/** A plain scalar that YAML reads as it stands. */
const isPlain = (rule: string) => !rule.includes('\n') && rule.length <= 120 && !/(^|\s)#|:(\s|$)|^[^A-Za-z(]/.test(rule)

export function withRule(text: string, index: number, rule: string): string {
  const at = findRules(text)[index]
  if (!at) return text
  const lines = text.split('\n')
  const before = (lines[at.line] ?? '').slice(0, at.column)
  const indent = ' '.repeat(at.column + 2)
  const made = at.head === '' && isPlain(rule)
    ? [`${before}when: ${rule}`]
    : [`${before}when: ${at.head || '|'}`, ...rule.split('\n').map((s) => `${indent}${s}`)]
  return [...lines.slice(0, at.line), ...made, ...lines.slice(at.end)].join('\n')
}

const NAME = /^name:[ \t]*([^\s#]*)/m
export function nameOf(text: string): string {
  return NAME.exec(text)?.[1] ?? ''
}
export function withName(text: string, name: string): string {
  return NAME.test(text) ? text.replace(NAME, () => `name: ${name}`) : `name: ${name}\n${text}`
}

/** A name that none of these has: aipl, then aipl-2. */
export function freshName(name: string, taken: readonly string[]): string {
  const bare = name.replace(/-\d+$/, '')
  if (!taken.includes(name)) return name
  for (let i = 2; ; i++) {
    if (!taken.includes(`${bare}-${i}`)) return `${bare}-${i}`
  }
}

/** Place of a line and column (from 1, in characters) in the text. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n')
  const before = lines.slice(0, line - 1).reduce((n, s) => n + s.length + 1, 0)
  return Math.min(text.length, before + Array.from(lines[line - 1] ?? '').slice(0, Math.max(0, column - 1)).join('').length)
}
