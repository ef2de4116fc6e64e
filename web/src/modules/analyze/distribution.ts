// Distribution: names of bands, and the question that finds the consumers of one.
import type { AnalyzeDistributionIn, AnalyzeDistributionOut } from '@/api/gen'

export type Measure = NonNullable<AnalyzeDistributionIn['of']>
export type DistributionBand = AnalyzeDistributionOut['bands'][number]
export const MEASURES: readonly Measure[] = ['orders', 'gmv', 'events', 'days', 'items']
export const QUANTILES = ['min', 'p10', 'p25', 'median', 'p75', 'p90', 'p95', 'p99', 'max'] as const

export const isMeasure = (s: string): s is Measure => (MEASURES as readonly string[]).includes(s)
/** Those that count rows of an event; the others are about orders and money. */
export const hasEvent = (m: Measure): boolean => m === 'events' || m === 'days' || m === 'items'

/** "1", "2–4", "20+", "< 1": of whole numbers both ends are said. */
export function bandName(b: DistributionBand, isWhole: boolean, say: (n: number) => string): string {
  const { from, below } = b
  if (from === null || from === undefined) return below === null || below === undefined ? '' : `< ${say(below)}`
  if (below === null || below === undefined) return `${say(from)}+`
  if (!isWhole) return `${say(from)}–${say(below)}`
  return below - from === 1 ? say(from) : `${say(from)}–${say(below - 1)}`
}

/** An event as questions write it: in backquotes when it is not a plain name. */
export const eventWord = (name: string): string => (/^\w+$/.test(name) ? name : `\`${name}\``)

export interface Asked {
  of: Measure
  event: string
  from: string | null | undefined
  to: string | null | undefined
  among: string
}
/** Of both, either or none of two days. */
export function whenOf(from: string | null | undefined, to: string | null | undefined): string {
  if (from) return ` from ${from}${to ? ` to ${to}` : ''}`
  return to ? ` to ${to}` : ''
}

/** Who is in a band. */
export function bandQuestion(b: DistributionBand, a: Asked): string {
  const when = whenOf(a.from, a.to)
  const event = eventWord(a.event || 'any')
  const { what, unit, some } = {
    orders: { what: `did purchase${when}`, unit: '', some: `did purchase${when}` },
    gmv: { what: `gmv${when}`, unit: '', some: `did (purchase or refund)${when}` },
    events: { what: `did ${event}${when}`, unit: '', some: `did ${event}${when}` },
    days: { what: `did ${event}${when}`, unit: ' days', some: `did ${event}${when}` },
    items: { what: `did ${event}${when}`, unit: ' items', some: `did ${event}${when}` },
  }[a.of]
  const from = b.from ?? null
  const below = b.below ?? null
  // One event at least makes a consumer one of those counted.
  const parts = from === null || from <= 0 ? [some] : []
  if (from !== null) parts.push(`${what} >= ${from}${unit}`)
  if (below !== null) parts.push(`${what} < ${below}${unit}`)
  return [...(a.among ? [`(${a.among})`] : []), ...parts].join(' and ')
}

/** "1,5，10" -> "1,5,10"; '' for bands that suit, null when they do not grow. */
export function readBands(text: string): string | null {
  const list = text.split(/[,，、\s]+/).filter(Boolean).map(Number)
  return list.every((n, i) => Number.isFinite(n) && (i === 0 || n > (list[i - 1] ?? 0))) ? list.join(',') : null
}

/** Without the empty bands before the first and behind the last that has somebody. */
export function trimBands(bands: readonly DistributionBand[]): readonly DistributionBand[] {
  const first = bands.findIndex((b) => b.consumers > 0)
  if (first < 0) return bands
  let last = bands.length - 1
  while (bands[last]?.consumers === 0) last--
  return bands.slice(first, last + 1)
}
/** Share of the consumers that are in the band or below it. */
export function cumulative(bands: readonly DistributionBand[]): number[] {
  const total = bands.reduce((n, b) => n + b.consumers, 0) || 1
  let sum = 0
  return bands.map((b) => (sum += b.consumers) / total)
}
