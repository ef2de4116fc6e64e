// RFM: what the reply's cut points mean as a question, so that a cell or a type opens the very consumers it counts.
//
// Scores are bands of raw values (docs/value.md): of F and M a value that reaches the k-th cut has k + 1, of R one of at
// most the k-th cut has 6 − k. A question asks for the values themselves, not for kept scores: it follows the data.
import type { AnalyzeRfmOut } from '@/api/gen'
import { asList, asNumber, asObject } from '@/api/json'
import { dayPlus } from '@/ui/format'

export type Axis = 'r' | 'f' | 'm'
export type RfmCell = AnalyzeRfmOut['grid'][number]
export type RfmType = AnalyzeRfmOut['types'][number]
export const SCORES = [1, 2, 3, 4, 5] as const

/** Four cut points; null: nobody is beyond. */
export function cutsOf(r: AnalyzeRfmOut, axis: Axis): (number | null)[] {
  return asList(asObject(r.cuts)[axis]).map(asNumber)
}
export function scoresOf(r: AnalyzeRfmOut, axis: Axis): number[] {
  return asList(asObject(r.scores)[axis]).map((n) => asNumber(n) ?? 0)
}
/** The least score that is high, 1 to 6: 6 when none is. */
export function highFrom(r: AnalyzeRfmOut, axis: Axis): number {
  const split = asNumber(asObject(r.split)[axis])
  return split === null ? 6 : Math.min(6, Math.max(1, Math.ceil(split - 1e-9)))
}
export function cellAt(r: AnalyzeRfmOut, rScore: number, fScore: number): RfmCell | undefined {
  return r.grid.find((c) => c.r === rScore && c.f === fScore)
}

/** Values of a band of scores. Of R days since the last order, both included; of F and M from `least` to below `below`. */
export interface Band {
  least: number | null
  below: number | null
}

/** The values that have scores low..high; null: nobody can. */
export function bandOf(cuts: readonly (number | null)[], axis: Axis, low: number, high: number): Band | null {
  if (low > high || low > 5 || high < 1) return null
  // The cut that a score reaches, and the next one, which it does not.
  const reached = low > 1 ? (axis === 'r' ? cuts[5 - low] : cuts[low - 2]) : undefined
  const missed = high < 5 ? (axis === 'r' ? cuts[4 - high] : cuts[high - 1]) : undefined
  if (axis === 'r') {
    if (missed === null) return null
    return { least: missed === undefined ? 0 : missed + 1, below: reached === undefined || reached === null ? null : reached + 1 }
  }
  if (reached === null) return null
  return { least: reached ?? null, below: missed ?? null }
}

interface Span { asOf: string; window: number; today: string }

/** The days that are least..most days before the day asked about, as questions write them: relative where that day is
 * today, so that a crowd made of it moves along. */
function when(s: Span, least: number, most: number): string {
  if (s.asOf !== s.today) return `from ${dayPlus(s.asOf, -most)} to ${dayPlus(s.asOf, -least)}`
  return `in ${most - least + 1}d${least ? ` ending ${least}d ago` : ''}`
}

/** Who bought last in that band; null: nobody. */
function lastOrder(s: Span, band: Band): string | null {
  const least = Math.max(0, band.least ?? 0)
  const most = Math.min(band.below === null ? s.window - 1 : band.below - 1, s.window - 1)
  if (least > most) return null
  if (s.asOf === s.today) return `last purchase ${when(s, least, most)}`
  // As of a day that is over, "last" would look behind it.
  const later = least ? ` and not did purchase ${when(s, 0, least - 1)}` : ''
  return `did purchase ${when(s, least, most)}${later}`
}
function between(what: string, band: Band): string[] {
  return [...(band.least === null ? [] : [`${what} >= ${band.least}`]), ...(band.below === null ? [] : [`${what} < ${band.below}`])]
}

/** Who has scores in these ranges; null: nobody can, or there is no such cut. */
export function scoreQuestion(r: AnalyzeRfmOut, today: string, ranges: Partial<Record<Axis, readonly [number, number]>>): string | null {
  const s = { asOf: r.as_of, window: r.window, today }
  const all = when(s, 0, r.window - 1)
  const parts: string[] = []
  for (const axis of ['r', 'f', 'm'] as const) {
    const [low, high] = ranges[axis] ?? [1, 5]
    const band = bandOf(cutsOf(r, axis), axis, low, high)
    if (!band) return null
    if (axis === 'r') {
      const last = lastOrder(s, band)
      if (last === null) return null
      parts.push(last)
    } else {
      parts.push(...between(axis === 'f' ? `did purchase ${all}` : `gmv ${all}`, band))
    }
  }
  return parts.join(' and ')
}

/** Who is in a cell of the grid. */
export function cellQuestion(r: AnalyzeRfmOut, cell: { r: number; f: number }, today: string): string | null {
  return scoreQuestion(r, today, { r: [cell.r, cell.r], f: [cell.f, cell.f] })
}
/** Who is of a type: "101" is R high, F low, M high. */
export function typeQuestion(r: AnalyzeRfmOut, type: string, today: string): string | null {
  const range = (axis: Axis, i: number): readonly [number, number] => (type[i] === '1' ? [highFrom(r, axis), 5] : [1, highFrom(r, axis) - 1])
  return scoreQuestion(r, today, { r: range('r', 0), f: range('f', 1), m: range('m', 2) })
}

/** "30, 60,90，180" -> "30,60,90,180"; '' for the cut points of fifths, null when it is no four growing numbers. */
export function readCuts(text: string): string | null {
  if (!text.trim()) return ''
  const list = text.split(/[,，、\s]+/).filter(Boolean).map(Number)
  const grows = list.every((n, i) => Number.isFinite(n) && n >= 0 && (i === 0 || n > (list[i - 1] ?? 0)))
  return list.length === 4 && grows ? list.join(',') : null
}
/** "3,3,3": three scores; '' for the mean, null when it is neither. */
export function readSplit(text: string): string | null {
  const t = text.trim()
  if (t === '' || t === 'median') return t
  const list = t.split(/[,，、\s]+/).filter(Boolean).map(Number)
  return list.length === 3 && list.every((n) => n >= 1 && n <= 5) ? list.join(',') : null
}

/** What changes when names are written: "111=VIP"; an empty name takes the usual one back. */
export function namesToSet(types: readonly { type: string; name: string }[], names: Readonly<Record<string, string>>): string[] {
  return types.filter((x) => (names[x.type] ?? x.name).trim() !== x.name).map((x) => `${x.type}=${(names[x.type] ?? '').trim()}`)
}
