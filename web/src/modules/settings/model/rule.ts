// Rules of stages as trees, for screens and forms: docs/models.md gives the grammar. What is not understood here (null) is
// still shown and edited as text; whether a rule holds water is the server's to say (model check).

export type Compare = '>=' | '>' | '=' | '!=' | '<' | '<='
export interface Test {
  field: string
  op: Compare | 'in'
  /** Literals as they are written: 4, "tmall". */
  values: readonly string[]
}
export interface Did {
  kind: 'did'
  /** As written: own names may stand in backquotes. */
  events: readonly string[]
  tests: readonly Test[]
  /** Days of the window; null: ever. */
  days: number | null
  /** null: at least once. */
  count: { op: Compare; n: number; unit: 'times' | 'days' } | null
}
export interface Is {
  kind: 'is'
  status: string
}
export interface Not {
  kind: 'not'
  of: Rule
}
export interface Group {
  kind: 'or' | 'and'
  of: readonly Rule[]
}
export type Rule = Did | Is | Not | Group

export const STATUSES = ['follow', 'friend_add', 'group_join', 'member_join'] as const
export const COMPARES: readonly Compare[] = ['>=', '>', '=', '!=', '<', '<=']
const isCompare = (s: string): s is Compare => (COMPARES as readonly string[]).includes(s)

const TOKEN = /\s*(`[^`\n]+`|"(?:[^"\\\n]|\\.)*"|>=|<=|!=|[><=(),]|\d+d(?![\p{L}\p{N}_])|-?\d+(?:\.\d+)?|[\p{L}_][\p{L}\p{N}_]*)/uy

function tokensOf(text: string): string[] | null {
  const out: string[] = []
  TOKEN.lastIndex = 0
  const end = text.trimEnd().length
  while (TOKEN.lastIndex < end) {
    const m = TOKEN.exec(text)
    if (!m?.[1]) return null
    out.push(m[1])
  }
  return out.length ? out : null
}

class Reader {
  private at = 0
  constructor(private readonly tokens: readonly string[]) {}
  get next(): string {
    return this.tokens[this.at] ?? ''
  }
  get done(): boolean {
    return this.at >= this.tokens.length
  }
  take(): string {
    this.at++
    return this.tokens[this.at - 1] ?? ''
  }
  eat(word: string): boolean {
    if (this.next !== word) return false
    this.at++
    return true
  }
  must(word: string): void {
    if (!this.eat(word)) throw new SyntaxError(word)
  }
  name(): string {
    const s = this.take()
    if (!/^[`\p{L}_]/u.test(s) || ['and', 'or', 'not', 'did', 'is', 'in'].includes(s)) throw new SyntaxError('name')
    return s
  }
}

function group(kind: 'or' | 'and', read: (r: Reader) => Rule) {
  return (r: Reader): Rule => {
    const of = [read(r)]
    while (r.eat(kind)) of.push(read(r))
    return of.length === 1 && of[0] ? of[0] : { kind, of }
  }
}
const readOr: (r: Reader) => Rule = group('or', (r) => readAnd(r))
const readAnd: (r: Reader) => Rule = group('and', (r) => readNot(r))

function readNot(r: Reader): Rule {
  if (r.eat('not')) return { kind: 'not', of: readNot(r) }
  if (r.eat('(')) {
    const inner = readOr(r)
    r.must(')')
    return inner
  }
  if (r.eat('is')) return { kind: 'is', status: r.name() }
  r.must('did')
  return readDid(r)
}

function readTest(r: Reader): Test {
  const field = r.name()
  if (!r.eat('in')) {
    const op = r.take()
    if (!isCompare(op)) throw new SyntaxError('test')
    return { field, op, values: [r.take()] }
  }
  const values: string[] = []
  r.must('(')
  do values.push(r.take())
  while (r.eat(','))
  r.must(')')
  return { field, op: 'in', values }
}

function readDid(r: Reader): Did {
  const events: string[] = []
  const tests: Test[] = []
  if (r.eat('(')) {
    do events.push(r.name())
    while (r.eat('or'))
    r.must(')')
  } else events.push(r.name())
  if (r.eat('(')) {
    do tests.push(readTest(r))
    while (r.eat(','))
    r.must(')')
  }
  let days: number | null = null
  if (r.eat('in')) {
    const window = /^(\d+)d$/.exec(r.take())
    if (!window) throw new SyntaxError('window')
    days = Number(window[1])
  }
  let count: Did['count'] = null
  if (isCompare(r.next)) {
    const op = r.take() as Compare
    const n = Number(r.take())
    if (!Number.isInteger(n)) throw new SyntaxError('count')
    count = { op, n, unit: r.eat('days') ? 'days' : 'times' }
  }
  return { kind: 'did', events, tests, days, count }
}

export function parseRule(text: string): Rule | null {
  const tokens = tokensOf(text)
  if (!tokens) return null
  try {
    const r = new Reader(tokens)
    const rule = readOr(r)
    return r.done ? rule : null
  } catch {
    return null
  }
}

const LINE = 96

function printEvents(events: readonly string[]): string {
  if (events.length === 1) return events[0] ?? ''
  let line = 'did ('
  let out = ''
  events.forEach((e, i) => {
    const part = i ? ` or ${e}` : e
    if (line.length + part.length > LINE) {
      out += `${line}\n`
      line = `    ${part}`
    } else line += part
  })
  return `${out}${line})`.slice('did '.length)
}

function printLeaf(r: Did | Is): string {
  if (r.kind === 'is') return `is ${r.status}`
  const tests = r.tests.map((t) => `${t.field} ${t.op} ${t.op === 'in' ? `(${t.values.join(', ')})` : (t.values[0] ?? '')}`)
  const count = r.count ? ` ${r.count.op} ${r.count.n}${r.count.unit === 'days' ? ' days' : ''}` : ''
  return `did ${printEvents(r.events)}${tests.length ? `(${tests.join(', ')})` : ''}${r.days === null ? '' : ` in ${r.days}d`}${count}`
}

const inParens = (r: Rule) => (r.kind === 'or' || r.kind === 'and' ? `(${print(r, ' ')})` : print(r, ' '))

function print(r: Rule, between: string): string {
  switch (r.kind) {
    case 'did':
    case 'is':
      return printLeaf(r)
    case 'not':
      return `not ${inParens(r.of)}`
    case 'and':
      return r.of.map((x) => inParens(x)).join(' and ')
    case 'or':
      return r.of.map((x) => (x.kind === 'or' ? inParens(x) : print(x, ' '))).join(`${between}or `)
  }
}

/** The text of a rule; alternatives stand on lines of their own. */
export function printRule(r: Rule): string {
  return print(r, '\n')
}

/** A group with its i-th member replaced; without it when `by` is null. null: nothing is left. */
export function replaced(g: Group, i: number, by: Rule | null): Rule | null {
  const of = by ? g.of.map((x, k) => (k === i ? by : x)) : g.of.filter((_, k) => k !== i)
  return of.length > 1 ? { kind: g.kind, of } : (of[0] ?? null)
}

/** One more alternative. */
export function withAlternative(r: Rule, more: Rule): Rule {
  return { kind: 'or', of: r.kind === 'or' ? [...r.of, more] : [r, more] }
}
