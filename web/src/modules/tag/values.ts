// The distribution of a tag's values: the largest of texts, ranges of many numbers.
export interface ValueCount {
  value: string
  consumers: number
}
export interface Bar {
  label: string
  consumers: number
  /** The value that a question can ask for; a range has none. */
  value: string | null
}

const SHOWN = 20
const RANGES = 10

function ranges(list: readonly (ValueCount & { n: number })[]): Bar[] {
  const low = Math.min(...list.map((v) => v.n))
  const high = Math.max(...list.map((v) => v.n))
  const step = niceStep((high - low) / RANGES)
  const first = Math.floor(low / step)
  const bars: Bar[] = []
  for (let k = first; k <= Math.floor(high / step); k++) {
    const text = (x: number) => String(Number((x * step).toPrecision(6)))
    bars.push({ label: `${text(k)} – ${text(k + 1)}`, consumers: 0, value: null })
  }
  for (const v of list) {
    const bar = bars[Math.floor(v.n / step) - first]
    if (bar) bar.consumers += v.consumers
  }
  return bars
}
/** 1, 2 or 5 times a power of ten. */
function niceStep(x: number): number {
  const power = 10 ** Math.floor(Math.log10(x || 1))
  const m = x / power
  return power * (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10)
}

/** Bars, and how many values (and consumers) are not among them. A consumer with two values counts in both. */
export function distribution(kind: string, values: readonly ValueCount[]): { bars: Bar[]; others: number } {
  const held = values.filter((v) => v.consumers > 0)
  if (kind === 'number') {
    const numbers = held.map((v) => ({ ...v, n: Number(v.value) })).filter((v) => Number.isFinite(v.n)).sort((a, b) => a.n - b.n)
    if (numbers.length > SHOWN) return { bars: ranges(numbers), others: 0 }
    return { bars: numbers.map((v) => ({ label: v.value, consumers: v.consumers, value: v.value })), others: 0 }
  }
  const sorted = [...held].sort((a, b) => b.consumers - a.consumers)
  return { bars: sorted.slice(0, SHOWN).map((v) => ({ label: v.value, consumers: v.consumers, value: v.value })), others: Math.max(0, sorted.length - SHOWN) }
}
