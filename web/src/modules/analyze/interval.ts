// Days between purchases: a histogram of them, and who is due as a question.
import type { AnalyzeIntervalIn, AnalyzeIntervalOut } from '@/api/gen'
import { quoted } from '@/modules/crowd/question'
import { dayPlus } from '@/ui/format'

export type CycleRow = AnalyzeIntervalOut['rows'][number]

export interface Bin {
  /** Both included, days; the last one is open: to = null. */
  from: number
  to: number | null
  n: number
}
const WIDTHS = [1, 2, 3, 5, 7, 10, 14, 30, 60, 90]
const TAIL = 0.02

/** counts[d] = intervals of d days. Bins of a width that suits, at most `most`; the longest 2% together in the last. */
export function binsOf(counts: readonly number[], most = 30): Bin[] {
  const total = counts.reduce((a, b) => a + b, 0)
  if (!total) return []
  let end = counts.length - 1
  for (let behind = 0; end > 1 && behind + (counts[end] ?? 0) <= total * TAIL; end--) behind += counts[end] ?? 0
  const width = WIDTHS.find((w) => end / w <= most) ?? Math.ceil(end / most)
  const bins: Bin[] = []
  // An interval is a day at least: both purchase days are different.
  for (let from = 1; from <= end; from += width) bins.push({ from, to: from + width - 1, n: 0 })
  bins.push({ from: bins.length * width + 1, to: null, n: 0 })
  counts.forEach((n, d) => {
    const bin = bins[Math.min(bins.length - 1, Math.floor(Math.max(0, d - 1) / width))]
    if (bin) bin.n += n
  })
  return bins.at(-1)?.n ? bins : bins.slice(0, -1)
}

export type Due = 'over' | 'due' | 'later'

/**
 * Buyers whose due day (last purchase day + median) has passed, lies in the days ahead, or later. The last day must be the
 * latest one: the last purchase "ever" is then the last one in the days.
 */
export function dueQuestion(row: CycleRow, input: AnalyzeIntervalIn, reply: AnalyzeIntervalOut, which: Due, latest: string): string | null {
  if (row.median === null || row.median === undefined || reply.to !== latest) return null
  if (reply.by !== 'all' && (row.value === null || row.value === undefined)) return null
  const test = reply.by === 'all' ? '' : `(${reply.by} = ${quoted(row.value ?? '')})`
  const median = Math.ceil(row.median)
  const passed = dayPlus(reply.to, -median)
  const ahead = dayPlus(passed, input.ahead ?? 30)
  const [from, to] = { over: ['', passed], due: [dayPlus(passed, 1), ahead], later: [dayPlus(ahead, 1), reply.to] }[which] as [string, string]
  const begin = reply.from && reply.from > from ? reply.from : from
  const end = to > reply.to ? reply.to : to
  if (begin > end) return null
  return `${input.among ? `(${input.among}) and ` : ''}last purchase${test}${begin ? ` from ${begin}` : ''} to ${end}`
}
