import { describe, expect, it } from 'vitest'
import { monthsOf } from './months'
import { layOut } from './picture'
import { daysOf } from './useDays'
import { latestDay, type EventRow } from './useEvents'

const event = (last: string | null): EventRow => ({ event: 'e', kind: 'own', properties: [], in_model: false, events: 1, anonymous: 0, last })

describe('days of an analysis', () => {
  it('are the last n, both ends included', () => {
    expect(daysOf({ days: '30', from: '', to: '' }, '2026-11-30')).toEqual({ from: '2026-11-01', to: '2026-11-30' })
  })
  it('are those of the address when it has some', () => {
    expect(daysOf({ days: '30', from: '2026-01-01', to: '2026-01-02' }, '')).toEqual({ from: '2026-01-01', to: '2026-01-02' })
  })
  it('are not known before the last day is, unless all are meant', () => {
    expect(daysOf({ days: '30', from: '', to: '' }, '')).toBeNull()
    expect(daysOf({ days: 'all', from: '', to: '' }, '')).toEqual({})
  })
  it('are ninety when the address has nonsense', () => {
    expect(daysOf({ days: '-3', from: '', to: '' }, '2026-11-30')).toEqual({ from: '2026-09-02', to: '2026-11-30' })
  })
})

describe('the last day', () => {
  it('is today while events come in', () => {
    expect(latestDay([event('2026-11-02T10:00:00+08:00'), event(null)], '2026-11-30')).toBe('2026-11-30')
  })
  it('is that of the last event when it is 30 days ago', () => {
    expect(latestDay([event('2017-12-03T10:00:00+08:00'), event('2017-12-01T10:00:00+08:00')], '2026-11-30')).toBe('2017-12-03')
  })
  it('is today in an empty pond', () => {
    expect(latestDay([], '2026-11-30')).toBe('2026-11-30')
  })
})

describe('months of a span', () => {
  it('are cut at its end', () => {
    expect(monthsOf('2026-01-01', '2026-02-14')).toEqual([{ month: '2026-01', from: '2026-01-01', to: '2026-01-31' }, { month: '2026-02', from: '2026-02-01', to: '2026-02-14' }])
  })
  it('go over a year, and a cut first one is left out', () => {
    expect(monthsOf('2025-11-30', '2026-11-29').map((m) => m.month)).toEqual(['2025-12', '2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'])
  })
  it('are one for a span within a month', () => {
    expect(monthsOf('2024-02-10', '2024-02-29')).toEqual([{ month: '2024-02', from: '2024-02-10', to: '2024-02-29' }])
  })
})

describe('a picture of charts', () => {
  it('has them one below the other, a title above those that have one', () => {
    const p = layOut([{ title: 'A', width: 1000, height: 600 }, { title: '', width: 800, height: 400 }])
    expect(p.width).toBe(1096)
    expect(p.tops[0]).toEqual({ title: 152, chart: 208 })
    expect(p.tops[1]).toEqual({ title: 840, chart: 840 })
    expect(p.height).toBe(1288)
  })
})
