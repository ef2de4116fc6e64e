// Attribution: the reply as a matrix of labels by models, with proof that each model shares out the whole.
import type { AnalyzeAttributionOut } from '@/api/gen'
import { asNumber, asObject } from '@/api/json'
import type { Json } from '@/api/op'
import { quoted } from '@/modules/crowd/question'
import { dayPlus } from '@/ui/format'
import { eventWord } from './distribution'

export const MODELS = ['last', 'first', 'linear', 'decay', 'position', 'shapley', 'markov'] as const
export type Model = (typeof MODELS)[number]
export type Counted = 'count' | 'amount'

export interface CreditRow {
  label: string
  touches: number | null
  credits: Record<Model, number | null>
}
export interface CreditTable {
  models: readonly Model[]
  /** Most credited first, by the mean of all models. */
  rows: CreditRow[]
  /** What had no touch. */
  untouched: CreditRow
  total: Record<Model, number>
  /** All conversions, or their amount; null: not known. */
  whole: number | null
  /** Every model's rows sum to the whole. */
  balanced: boolean
}

function creditsOf(credits: Json, counted: Counted): Record<Model, number | null> {
  const all = asObject(credits)
  return Object.fromEntries(MODELS.map((m) => [m, asNumber(asObject(all[m])[counted])])) as Record<Model, number | null>
}
const sum = (list: readonly (number | null)[]) => list.reduce<number>((a, b) => a + (b ?? 0), 0)

export function creditTable(r: AnalyzeAttributionOut, counted: Counted): CreditTable {
  const untouched: CreditRow = { label: '', touches: null, credits: creditsOf(r.untouched.credits, counted) }
  const rows = r.labels.map((l) => ({ label: l.label, touches: l.touches, credits: creditsOf(l.credits, counted) }))
  // A single model may have been asked for.
  const models = MODELS.filter((m) => [...rows, untouched].some((x) => x.credits[m] !== null))
  const weight = (x: CreditRow) => sum(models.map((m) => x.credits[m]))
  rows.sort((a, b) => weight(b) - weight(a))
  const total = Object.fromEntries(MODELS.map((m) => [m, sum([...rows, untouched].map((x) => x.credits[m]))])) as Record<Model, number>
  const whole = counted === 'count' ? r.conversions : (r.amount ?? null)
  // Sums of thousands of shares: equal to half a fen, or half a hundredth of a conversion.
  const balanced = whole !== null && models.every((m) => Math.abs(total[m] - whole) < 0.005)
  return { models, rows, untouched, total, whole, balanced }
}

/** How far the models are apart on a label, as a share of the whole: where the choice of the model matters. */
export function spreadOf(row: CreditRow, table: CreditTable): number {
  const list = table.models.map((m) => row.credits[m] ?? 0)
  return table.whole ? (Math.max(...list) - Math.min(...list)) / table.whole : 0
}


/** Who had a touch with the label in the days or the window before them, and converted in the days. */
export function labelQuestion(r: AnalyzeAttributionOut, label: string): string | null {
  // Beyond 255 labels the rarest are one; events without a channel are "unknown".
  if (label === 'other' || label === '' || (r.by === 'channel' && label === 'unknown')) return null
  const names = (r.touch ?? []).flatMap((e) => (e ? [eventWord(e)] : []))
  const events = names.length === 0 ? 'any' : names.length === 1 ? (names[0] ?? 'any') : `(${names.join(' or ')})`
  const days = `from ${r.from} to ${r.to}`
  const touched = `did ${events}(${r.by} = ${quoted(label)}) from ${dayPlus(r.from, -Math.ceil(r.window_days))} to ${r.to}`
  const goal = r.goal.startsWith('stage:') ? `stage entered ${r.goal.slice(6)} ${days}` : `did purchase ${days}`
  return `${touched} and ${goal}`
}
