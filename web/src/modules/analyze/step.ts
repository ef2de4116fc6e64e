// A step of an analysis as a form has it, and as the question language writes it (docs/who.md, "Events" and "Tests"):
//
//     purchase(amount >= 200, channel = "tmall")      (item_view or favorite)      any
//
// What the form cannot show stays as it was written (`raw`), so that a link never loses anything.
import { quoted } from '@/modules/crowd/question'

export const NUMBER_FIELDS = ['amount', 'unit_price', 'quantity', 'score'] as const
export const TEXT_FIELDS = ['channel', 'touchpoint', 'campaign', 'item', 'category', 'order'] as const
export const FIELDS = [...TEXT_FIELDS, ...NUMBER_FIELDS, 'prop'] as const
export type TestField = (typeof FIELDS)[number]
export const NUMBER_CMPS = ['>=', '>', '=', '!=', '<', '<='] as const
export const TEXT_CMPS = ['=', '!=', 'in'] as const
export type Cmp = (typeof NUMBER_CMPS)[number] | 'in'

export interface Test {
  field: TestField
  /** Name of the property, of field prop. */
  prop: string
  cmp: Cmp
  /** As typed; of `in` several with a comma between. */
  value: string
}
export interface Step {
  events: string[]
  tests: Test[]
  /** Not empty: shown and sent as it stands. */
  raw: string
}

const isNumberField = (f: string) => (NUMBER_FIELDS as readonly string[]).includes(f)
const isNumber = (v: string) => /^-?\d+(\.\d+)?$/.test(v.trim())

export function cmpsOf(field: TestField): readonly Cmp[] {
  return field === 'prop' ? [...NUMBER_CMPS, 'in'] : isNumberField(field) ? NUMBER_CMPS : TEXT_CMPS
}

// ---- Writing ----

const nameText = (n: string) => (/^[A-Za-z_]\w*$/.test(n) ? n : `\`${n.replace(/`/g, '')}\``)
const listOf = (v: string) => v.split(/[,，]/).map((x) => x.trim()).filter(Boolean)

function testText(t: Test): string {
  const subject = t.field === 'prop' ? `prop ${quoted(t.prop.trim())}` : t.field
  if (t.cmp === 'in') return `${subject} in (${listOf(t.value).map(quoted).join(', ')})`
  const bare = isNumberField(t.field) || (t.field === 'prop' && isNumber(t.value) && t.cmp !== '=' && t.cmp !== '!=')
  return `${subject} ${t.cmp} ${bare ? t.value.trim() : quoted(t.value.trim())}`
}
/** A test that is still being written is left out. */
export function isWhole(t: Test): boolean {
  if (t.field === 'prop' && !t.prop.trim()) return false
  if (t.cmp === 'in') return listOf(t.value).length > 0
  return isNumberField(t.field) ? isNumber(t.value) : t.value.trim() !== ''
}
/** "" for a step without an event. */
export function stepText(s: Step): string {
  if (s.raw) return s.raw
  if (!s.events.length) return ''
  const events = s.events.includes('any') ? 'any' : s.events.length === 1 ? nameText(s.events[0] ?? '') : `(${s.events.map(nameText).join(' or ')})`
  const tests = s.tests.filter(isWhole)
  return tests.length ? `${events}(${tests.map(testText).join(', ')})` : events
}
export function stepsText(steps: readonly Step[]): string {
  return steps.map(stepText).filter(Boolean).join('; ')
}

// ---- Reading ----

/** At semicolons that stand outside of quotes. */
export function splitSteps(text: string): string[] {
  const parts = text.match(/(?:"(?:\\.|[^"\\])*"|`[^`]*`|[^;"`]|["`])+/g) ?? []
  return parts.map((p) => p.trim()).filter(Boolean)
}

type Token = { kind: 'name' | 'text' | 'number' | 'sign'; value: string }

function tokensOf(text: string): Token[] | null {
  const out: Token[] = []
  const pattern = /\s*(?:([A-Za-z_]\w*)|`([^`]+)`|"((?:\\.|[^"\\])*)"|(-?\d+(?:\.\d+)?)|(>=|<=|!=|[()=<>,]))/y
  let at = 0
  while (text.slice(at).trim()) {
    pattern.lastIndex = at
    const m = pattern.exec(text)
    if (!m) return null
    const [, word, inQuotes, literal, digits, sign] = m
    if (literal !== undefined) out.push({ kind: 'text', value: literal.replace(/\\(.)/g, '$1') })
    else if (digits !== undefined) out.push({ kind: 'number', value: digits })
    else if (sign !== undefined) out.push({ kind: 'sign', value: sign })
    else out.push({ kind: 'name', value: word ?? inQuotes ?? '' })
    at = pattern.lastIndex
  }
  return out
}

/** Takes tokens one by one; `null` anywhere means: not for the form. */
class Reader {
  private at = 0
  constructor(private readonly tokens: readonly Token[]) {}
  get isOver() {
    return this.at === this.tokens.length
  }
  sign(value: string): boolean {
    const t = this.tokens[this.at]
    if (t?.kind !== 'sign' || t.value !== value) return false
    this.at++
    return true
  }
  word(value: string): boolean {
    const t = this.tokens[this.at]
    if (t?.kind !== 'name' || t.value !== value) return false
    this.at++
    return true
  }
  take(...kinds: Token['kind'][]): string | null {
    const t = this.tokens[this.at]
    if (!t || !kinds.includes(t.kind)) return null
    this.at++
    return t.value
  }
}

function readEvents(r: Reader): string[] | null {
  if (!r.sign('(')) {
    const one = r.take('name')
    return one === null ? null : [one]
  }
  const out: string[] = []
  do {
    const e = r.take('name')
    if (e === null) return null
    out.push(e)
  } while (r.word('or'))
  return r.sign(')') ? out : null
}

function readTest(r: Reader): Test | null {
  const field = r.take('name')
  if (field === null || !(FIELDS as readonly string[]).includes(field)) return null
  const prop = field === 'prop' ? r.take('text') : ''
  if (prop === null) return null
  const t = { field: field as TestField, prop }
  if (r.word('in')) {
    const values: string[] = []
    if (!r.sign('(')) return null
    do {
      const v = r.take('text')
      if (v === null || /[,，]/.test(v)) return null
      values.push(v)
    } while (r.sign(','))
    return r.sign(')') ? { ...t, cmp: 'in', value: values.join(', ') } : null
  }
  const cmp = NUMBER_CMPS.find((c) => r.sign(c))
  const value = r.take('text', 'number')
  return cmp === undefined || value === null ? null : { ...t, cmp, value }
}

export function readStep(text: string): Step {
  const raw: Step = { events: [], tests: [], raw: text }
  const tokens = tokensOf(text)
  if (!tokens?.length) return raw
  const r = new Reader(tokens)
  const events = readEvents(r)
  if (!events) return raw
  const tests: Test[] = []
  if (r.sign('(')) {
    do {
      const test = readTest(r)
      if (!test) return raw
      tests.push(test)
    } while (r.sign(','))
    if (!r.sign(')')) return raw
  }
  const step: Step = { events, tests, raw: '' }
  // What would be written otherwise than it was read (a number in quotes, say) is left alone.
  return r.isOver && stepText(step).replace(/\s/g, '') === text.replace(/\s/g, '') ? step : raw
}
export function readSteps(text: string): Step[] {
  return splitSteps(text).map(readStep)
}
