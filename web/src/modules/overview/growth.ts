// The growth of sales as a waterfall: from what was, by buyers, orders each and amount an order, to what is.
import type { ReportGrowthOut } from '@/api/gen'

export interface Step {
  id: 'before' | 'gain' | 'retain' | 'boost' | 'now'
  /** Yuan: a whole, or a change. */
  value: number
  whole: boolean
  /** Where its bar begins and ends, 0..1 of the picture's height from below. */
  from: number
  to: number
}
export interface Factor {
  id: 'buyers' | 'frequency' | 'price'
  before: number | null
  now: number | null
  change: number | null
  /** Yuan of the change that it explains. */
  part: number
}

export function waterfall(g: ReportGrowthOut): Step[] {
  const { gmv: start } = g.before
  const afterGain = start + g.gain
  const afterRetain = afterGain + g.retain
  const bars = [
    { id: 'before', value: start, whole: true, a: 0, b: start },
    { id: 'gain', value: g.gain, whole: false, a: start, b: afterGain },
    { id: 'retain', value: g.retain, whole: false, a: afterGain, b: afterRetain },
    { id: 'boost', value: g.boost, whole: false, a: afterRetain, b: g.now.gmv },
    { id: 'now', value: g.now.gmv, whole: true, a: 0, b: g.now.gmv },
  ] as const
  const low = Math.min(0, ...bars.flatMap((s) => [s.a, s.b]))
  const high = Math.max(...bars.flatMap((s) => [s.a, s.b]))
  const place = (y: number) => (high > low ? (y - low) / (high - low) : 0)
  return bars.map(({ a, b, ...s }) => ({ ...s, from: place(Math.min(a, b)), to: place(Math.max(a, b)) }))
}

export function factors(g: ReportGrowthOut): Factor[] {
  const one = (id: Factor['id'], before: number | null | undefined, now: number | null | undefined, part: number): Factor => ({
    id, before: before ?? null, now: now ?? null, change: before && now !== null && now !== undefined ? now / before - 1 : null, part,
  })
  return [
    one('buyers', g.before.buyers, g.now.buyers, g.gain),
    one('frequency', g.before.orders_per_buyer, g.now.orders_per_buyer, g.retain),
    one('price', g.before.amount_per_order, g.now.amount_per_order, g.boost),
  ]
}
