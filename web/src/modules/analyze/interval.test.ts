import { describe, expect, it } from 'vitest'
import type { AnalyzeIntervalOut } from '@/api/gen'
import { binsOf, dueQuestion, type CycleRow } from './interval'

const row = (median: number | null): CycleRow => ({ value: '护肤', buyers: 10, repeat_buyers: 5, intervals: 7, median, over: 3, due: 2, later: 1 })
const reply: AnalyzeIntervalOut = { from: null, to: '2026-11-29', by: 'category', rows: [], counts: [] }
const D = '2026-11-29'

describe('bins of intervals', () => {
  it('are of one day while there are few, and hold every interval', () => {
    expect(binsOf([0, 5, 3, 2])).toEqual([{ from: 1, to: 1, n: 5 }, { from: 2, to: 2, n: 3 }, { from: 3, to: 3, n: 2 }])
  })
  it('get wider, with the longest together', () => {
    const counts = Array.from({ length: 200 }, (_, d) => (d > 0 && d <= 90 ? 10 : d === 199 ? 5 : 0))
    const bins = binsOf(counts)
    expect(bins[0]).toEqual({ from: 1, to: 3, n: 30 })
    expect(bins.at(-1)?.to).toBeNull()
    expect(bins.reduce((n, b) => n + b.n, 0)).toBe(905)
  })
  it('are none without intervals', () => {
    expect(binsOf([])).toEqual([])
    expect(binsOf([0, 0])).toEqual([])
  })
})

describe('who is due', () => {
  it('is asked by the day of the last purchase', () => {
    expect(dueQuestion(row(33), {}, reply, 'over', D)).toBe('last purchase(category = "护肤") to 2026-10-27')
    expect(dueQuestion(row(33), {}, reply, 'due', D)).toBe('last purchase(category = "护肤") from 2026-10-28 to 2026-11-26')
    expect(dueQuestion(row(33), {}, reply, 'later', D)).toBe('last purchase(category = "护肤") from 2026-11-27 to 2026-11-29')
  })
  it('takes half a day as not over, and stays within the days', () => {
    expect(dueQuestion(row(43.5), {}, reply, 'over', D)).toBe('last purchase(category = "护肤") to 2026-10-16')
    expect(dueQuestion(row(5), { ahead: 30, among: 'all' }, { ...reply, by: 'all', from: '2026-01-01' }, 'due', D)).toBe('(all) and last purchase from 2026-11-25 to 2026-11-29')
    expect(dueQuestion(row(5), {}, reply, 'later', D)).toBeNull()
  })
  it('is not asked without a median, a value, or with days behind the last', () => {
    expect(dueQuestion(row(null), {}, reply, 'over', D)).toBeNull()
    expect(dueQuestion({ ...row(3), value: null }, {}, reply, 'over', D)).toBeNull()
    expect(dueQuestion(row(3), {}, reply, 'over', '2026-12-24')).toBeNull()
  })
})
