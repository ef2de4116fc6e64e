// News of the live stream as rows of the debugger (docs/api.md): what arrived and what became of it.
import { asList, asNumber, asObject, asText, type JsonObject } from '@/api/json'
import type { Json } from '@/api/op'

export interface Arrival {
  /** Of this page, counting up. */
  no: number
  at: string
  /** accepted, duplicate, rejected */
  outcome: string
  source: string
  /** Number of the write key; 0: not told. */
  key: number
  event: string
  time: string
  identities: readonly (readonly [kind: string, value: string])[]
  /** Columns that are filled: item, order, amount ... */
  columns: readonly (readonly [name: string, value: string])[]
  properties: JsonObject
  /** new, known, joined, nobody; "" when it is not told */
  became: string
  consumer: number
  joined: readonly number[]
  learned: number
  stage: string
  stageFrom: string
  /** Of what was set aside. */
  field: string
  reason: string
  raw: string
  place: number
}

const COLUMNS = ['channel', 'touchpoint', 'campaign', 'item', 'category', 'order', 'quantity', 'amount', 'score'] as const

export function arrivalOf(n: JsonObject, no: number): Arrival {
  const isReject = asText(n['type']) === 'reject'
  return {
    no,
    at: asText(n['at']),
    outcome: isReject ? 'rejected' : asText(n['outcome']),
    source: asText(n['source']),
    key: asNumber(n['key']) ?? 0,
    event: asText(n['event']),
    time: asText(n['time']),
    identities: Object.entries(asObject(n['identities'])).map(([k, v]) => [k, asText(v)] as const),
    columns: COLUMNS.map((c) => [c, asText(n[c])] as const).filter(([, v]) => v !== ''),
    properties: asObject(n['properties']),
    became: asText(n['became']),
    consumer: asNumber(n['consumer']) ?? 0,
    joined: asList(n['joined']).map((x) => asNumber(x) ?? 0),
    learned: asNumber(n['learned']) ?? 0,
    stage: asText(n['stage']),
    stageFrom: asText(n['stage_from']),
    field: asText(n['field']),
    reason: asText(n['reason']),
    raw: asText(n['raw']),
    place: asNumber(n['place']) ?? 0,
  }
}

export interface ArrivalFilter {
  /** In the event's name, an identity, a column or the raw text. */
  text: string
  source: string
  outcome: string
}

export function matches(a: Arrival, f: ArrivalFilter): boolean {
  if (f.source && a.source !== f.source) return false
  if (f.outcome && a.outcome !== f.outcome && a.became !== f.outcome) return false
  const all = [a.event, a.reason, a.field, a.raw, `#${a.consumer}`, ...a.identities.flat(), ...a.columns.map(([, v]) => v)].join(' ').toLowerCase()
  return f.text.trim().toLowerCase().split(/\s+/).every((w) => all.includes(w))
}

/** Sealed values come as this word only. */
const SEALED = '~siv1:'

/** Properties as lines to show: nested ones as JSON, what is sealed as `sealed`. */
export function propertyRows(p: JsonObject, sealed: string): { name: string; value: string; sealed: boolean }[] {
  const plain = (v: Json | undefined): string => (v === SEALED ? sealed : typeof v === 'string' ? v : JSON.stringify(v ?? null, (_, x: unknown) => (x === SEALED ? sealed : x)))
  return Object.entries(p).map(([name, v]) => ({ name, value: plain(v), sealed: v === SEALED }))
}
