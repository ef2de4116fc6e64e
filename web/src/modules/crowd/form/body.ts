// The leaves of a question's JSON form (docs/who.md), with types: what a row of the builder holds.
import { asList, asObject, type JsonObject } from '@/api/json'
import type { Json } from '@/api/op'

export const CMPS = ['>=', '>', '=', '!=', '<', '<='] as const
export type Cmp = (typeof CMPS)[number]
export interface When { in?: number; ending?: number; before?: number; on?: string; from?: string; to?: string }
export type Literal = string | number | string[]
export interface Test { field?: string; prop?: string; cmp: Cmp | 'in'; value: Literal }
export interface Filter { events: 'any' | string[]; tests?: Test[] }
export interface Count { cmp: Cmp; n: number; of?: 'events' | 'days' | 'items' }
export interface Did extends Filter { when?: When; count?: Count }
export interface Step extends Filter { not?: boolean; within?: string }
/** within: of the first step, for all; else each step has one, of the step before. */
export interface Sequence { steps: Step[]; within?: string; when?: When }
export interface Measure extends Filter { of: 'sum' | 'avg' | 'min' | 'max'; field: string; when?: When; cmp: Cmp; value: number }
export interface Total { of: 'gmv' | 'aov'; when?: When; cmp: Cmp; value: number }
/** Days, or what that event was, or both (moment.ts). */
export interface Moment extends Filter { which: 'first' | 'last'; was?: Test[]; when?: When }
export interface Stage { on?: string; ago?: number; cmp?: Cmp; stage?: string; in?: string[]; was?: string; entered?: string; left?: string; when?: When }
export interface Field { name: string; cmp?: Cmp | 'in'; value?: Literal; known?: true }
export interface Has { kind: string; cmp: Cmp; n: number }
export interface Tag { name: string; value?: string }
export interface Sample { percent: number; seed: number }
export interface Bodies {
  did: Did; sequence: Sequence; is: string; measure: Measure; total: Total; moment: Moment; stage: Stage; field: Field; has: Has
  identity: string; tag: Tag; crowd: string; reach: string; consent: string; sample: Sample; all: true
}
export type Form = keyof Bodies
/** Text that the form has no row for, or that somebody would rather write: a part of the question, and its JSON. */
export interface Written { text: string; json: Json | null }
export type Body = { [F in Form]: { form: F; value: Bodies[F] } }[Form] | { form: 'text'; value: Written }

// ---- What the server's JSON may look like ----

type Guard = (v: Json | undefined) => boolean
const text: Guard = (v) => typeof v === 'string'
const yes: Guard = (v) => v === true
/** One that JSON.stringify writes as it was read: no exponent, no integer that has lost digits. */
export const isPlain = (n: number) => Number.isFinite(n) && (!Number.isInteger(n) || Number.isSafeInteger(n)) && !/e/.test(String(n))
const number: Guard = (v) => typeof v === 'number' && isPlain(v)
const among = (...words: readonly string[]): Guard => (v) => typeof v === 'string' && words.includes(v)
const any = (...guards: Guard[]): Guard => (v) => guards.some((g) => g(v))
const list = (g: Guard): Guard => (v) => Array.isArray(v) && v.every(g)
const maybe = (g: Guard): Guard => (v) => v === undefined || g(v)
const shape = (members: Record<string, Guard>): Guard => (v) => {
  if (v === null || typeof v !== 'object' || Array.isArray(v)) return false
  const o: JsonObject = v
  return Object.keys(o).every((k) => k in members) && Object.entries(members).every(([k, g]) => g(o[k]))
}
const cmp = among(...CMPS)
const literal = any(text, number, list(text))
const when = maybe(shape({ in: maybe(number), ending: maybe(number), before: maybe(number), on: maybe(text), from: maybe(text), to: maybe(text) }))
const test = shape({ field: maybe(text), prop: maybe(text), cmp: any(cmp, among('in')), value: literal })
const filter = { events: any(among('any'), list(text)), tests: maybe(list(test)) }
const count = maybe(shape({ cmp, n: number, of: maybe(among('events', 'days', 'items')) }))

const guards: Record<Form, Guard> = {
  did: shape({ ...filter, when, count }),
  sequence: shape({ steps: list(shape({ ...filter, not: maybe(any(yes, (v) => v === false)), within: maybe(text) })), within: maybe(text), when }),
  is: text,
  measure: shape({ ...filter, of: among('sum', 'avg', 'min', 'max'), field: text, when, cmp, value: number }),
  total: shape({ of: among('gmv', 'aov'), when, cmp, value: number }),
  moment: (v) => shape({ ...filter, which: among('first', 'last'), was: maybe(list(test)), when })(v) && (asObject(v)['when'] !== undefined || asList(asObject(v)['was']).length > 0),
  stage: shape({ on: maybe(text), ago: maybe(number), cmp: maybe(cmp), stage: maybe(text), in: maybe(list(text)), was: maybe(text), entered: maybe(text), left: maybe(text), when }),
  field: shape({ name: text, cmp: maybe(any(cmp, among('in'))), value: maybe(literal), known: maybe(yes) }),
  has: shape({ kind: text, cmp, n: number }),
  identity: text,
  tag: shape({ name: text, value: maybe(text) }),
  crowd: text,
  reach: text,
  consent: text,
  sample: shape({ percent: number, seed: number }),
  all: yes,
}

/** A leaf with its type; null when it is none that a row can show. */
export function bodyOf(json: Json): Body | null {
  const [form, ...others] = Object.keys(asObject(json))
  if (form === undefined || others.length || !Object.keys(guards).includes(form)) return null
  const value = asObject(json)[form]
  return guards[form as Form](value) ? ({ form, value } as Body) : null // the guard has looked
}

// ---- What is not filled in yet ----

/** The same holes that the server would complain of: names that are empty, lists without anything in them. */
const noWhen = (w: When | undefined) => w !== undefined && (w.on === '' || w.from === '' || w.to === '' || !Object.keys(w).length)
const noTest = (t: Test) => t.prop === '' || (Array.isArray(t.value) && !t.value.length) || (t.field === 'channel' && t.value === '')
const noFilter = (f: Filter) => f.events.length === 0 || (f.tests ?? []).some(noTest)

export function isUnfinished(b: Body): boolean {
  switch (b.form) {
    case 'did': return noFilter(b.value) || noWhen(b.value.when)
    case 'measure': return noFilter(b.value) || noWhen(b.value.when)
    case 'moment': return noFilter(b.value) || (b.value.was ?? []).some(noTest) || noWhen(b.value.when)
    case 'total': return noWhen(b.value.when)
    case 'sequence': return b.value.steps.length < 2 || b.value.steps.some(noFilter) || noWhen(b.value.when)
    case 'stage': return [b.value.stage, b.value.was, b.value.entered, b.value.left, b.value.on].includes('') || b.value.in?.length === 0 || noWhen(b.value.when)
    case 'field': return !b.value.name || (Array.isArray(b.value.value) && !b.value.value.length)
    case 'has': return !b.value.kind
    case 'tag': return !b.value.name
    case 'text': return b.value.json === null
    case 'is': case 'identity': case 'crowd': case 'reach': case 'consent': return !b.value
    case 'sample': case 'all': return false
  }
}
