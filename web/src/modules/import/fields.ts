// Which column is what: the fields there are, choices as the server takes them (--map), and how sure a guess is.
import type { ImportOut } from '@/api/gen'

export type ImportFile = NonNullable<ImportOut['files']>[number]
export type ImportColumn = NonNullable<ImportFile['columns']>[number]

/** Fields of every table; those of order exports besides. `identity` and `props` carry a name of their own. */
export const EVENT_FIELDS = ['time', 'event', 'id', 'identity', 'order', 'item', 'category', 'quantity', 'unit_price', 'amount', 'score', 'channel', 'touchpoint', 'campaign', 'props', 'skip'] as const
export const ORDER_FIELDS = ['create_time', 'pay_time', 'total', 'refund_amount', 'refund_time', 'line'] as const
export type Field = (typeof EVENT_FIELDS)[number] | (typeof ORDER_FIELDS)[number]
/** Of these several columns may be. */
const MANY: readonly string[] = ['identity', 'props', 'skip', 'line']
export const CONSTANTS = ['event', 'channel', 'touchpoint', 'campaign'] as const
export type Constant = (typeof CONSTANTS)[number]

export interface Choice {
  field: Field
  /** Kind of an identity, name of a property. */
  name: string
}

export function isOrders(format: string | null | undefined): boolean {
  return /-orders$/.test(format ?? '')
}
export function fieldsOf(format: string | null | undefined): readonly Field[] {
  return isOrders(format) ? [...ORDER_FIELDS, ...EVENT_FIELDS.filter((f) => f !== 'time' && f !== 'event')] : EVENT_FIELDS
}

/** "identity.phone" -> its field and name. */
export function choiceOf(column: ImportColumn): Choice {
  const text = column.field ?? 'props'
  const dot = text.indexOf('.')
  const field = (dot < 0 ? text : text.slice(0, dot)) as Field
  return { field, name: dot < 0 ? '' : text.slice(dot + 1) }
}

export interface MapInput {
  choices: readonly Choice[]
  headers: readonly string[]
  constants: Partial<Record<Constant, string>>
  /** Values of the event column and the events they mean. */
  words: Readonly<Record<string, string>>
}
/** Every column by its place, so that nothing is guessed behind one's back. */
export function specsOf(m: MapInput): string[] {
  const columns = m.choices.map((c, i) => {
    if (c.field === 'identity') return `identity.${c.name || 'user_id'}=#${i + 1}`
    if (c.field === 'props') return `props.${c.name || m.headers[i] || `column_${i + 1}`}=#${i + 1}`
    return `${c.field}=#${i + 1}`
  })
  const constants = CONSTANTS.filter((k) => m.constants[k]?.trim()).map((k) => `${k}:=${m.constants[k]?.trim() ?? ''}`)
  const words = Object.entries(m.words).filter(([, to]) => to).map(([from, to]) => `event.${from}:=${to}`)
  return [...columns, ...constants, ...words]
}

/** Takes a field for a column; who had it before is kept as a property, where only one may have it. */
export function withChoice(choices: readonly Choice[], at: number, to: Choice, headers: readonly string[]): Choice[] {
  const only = !MANY.includes(to.field)
  return choices.map((c, i) => {
    if (i === at) return to.field === 'props' && !to.name ? { ...to, name: headers[i] ?? '' } : to
    return only && c.field === to.field ? { field: 'props', name: headers[i] ?? '' } : c
  })
}

export type Sureness = 'sure' | 'likely' | 'doubtful' | 'kept'
/** How far the guess can be trusted: by how it was told, and how many of its values could be read. */
export function surenessOf(c: ImportColumn): Sureness {
  const filled = c.filled ?? 0
  const bad = filled ? (c.refused ?? 0) / filled : 0
  if (c.by === 'none') return 'kept'
  if (bad > 0.2) return 'doubtful'
  return bad > 0 || filled === 0 ? 'likely' : 'sure'
}
/** Of its values that could be read, 0..1; null: there are none. */
export function readable(c: ImportColumn): number | null {
  const filled = c.filled ?? 0
  return filled ? Math.max(0, 1 - (c.refused ?? 0) / filled) : null
}

/** What an unknown column looks like, by its values: worth asking about. */
export function looksLike(c: ImportColumn): Choice | null {
  const values = c.samples ?? []
  const all = (re: RegExp) => values.length > 0 && values.every((v) => re.test(v ?? ''))
  if (c.by !== 'none') return null
  if (all(/^1\d{2}\*{4}\d{4}$/)) return { field: 'identity', name: 'phone' }
  if (all(/\*{3}@[\w.-]+$/)) return { field: 'identity', name: 'email' }
  if (all(/^\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]\d{1,2}:\d{2}.*)?$/)) return { field: 'time', name: '' }
  return null
}
