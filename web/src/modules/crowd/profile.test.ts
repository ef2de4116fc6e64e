import { describe, expect, it } from 'vitest'
import { bar, distance, shownRows, support, type TraitRow } from './profile'

const row = (value: string, consumers: number, tgi: number | null, more: Partial<TraitRow> = {}): TraitRow => ({ field: 'stage', value, consumers, share: 0, base: 0, base_share: 0, tgi, z: 0, significant: true, few: false, question: null, ...more })

describe('profiles', () => {
  it('half as much is as far as twice as much', () => {
    expect(distance(200)).toBeCloseTo(distance(50))
    expect(distance(0)).toBeGreaterThan(distance(10))
    expect(distance(null)).toBe(0)
  })
  it('what the crowd lacks is supported by what was to be expected', () => {
    expect(support(row('a', 0, 0, { base_share: 0.5 }), 100)).toBe(50)
    expect(support(row('a', 7, 90), 100)).toBe(7)
  })
  it('rows stand by distance, those on too few left out', () => {
    const rows = [row('near', 50, 105), row('twice', 40, 200), row('few', 2, 900), row('lost', 0, 10, { base_share: 0.3 }), row('dull', 60, 120, { significant: false }), row('other', 30, 300, { field: 'hour' })]
    expect(shownRows(rows, 100, { field: 'stage', least: 5, significantOnly: true }).map((r) => r.value)).toEqual(['lost', 'twice', 'near'])
    expect(shownRows(rows, 100, { field: '', least: 5, significantOnly: false }).map((r) => r.value)).toEqual(['lost', 'other', 'twice', 'dull', 'near'])
  })
  it('bars reach from the middle to both sides', () => {
    expect(bar(800)).toEqual({ side: 'more', part: 1 })
    expect(bar(50).side).toBe('less')
    expect(bar(100)).toEqual({ side: 'none', part: 0 })
  })
})
