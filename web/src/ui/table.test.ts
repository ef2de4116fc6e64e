import { describe, expect, it } from 'vitest'
import { rowsInView, sortRows, type Column } from './table'

describe('rows of a table', () => {
  it('draws what is in view and a little more, and keeps the height of all', () => {
    const v = rowsInView({ top: 40000, height: 400, row: 40, total: 100000 })
    expect(v.from).toBeLessThanOrEqual(1000)
    expect(v.to).toBeGreaterThanOrEqual(1010)
    expect(v.to - v.from).toBeLessThan(40)
    expect(v.before + (v.to - v.from) * 40 + v.after).toBe(100000 * 40)
  })
  it('stays within the rows at both ends', () => {
    expect(rowsInView({ top: 0, height: 400, row: 40, total: 3 })).toEqual({ from: 0, to: 3, before: 0, after: 0 })
    expect(rowsInView({ top: 99999999, height: 400, row: 40, total: 500 }).to).toBe(500)
    expect(rowsInView({ top: 0, height: 400, row: 40, total: 0 })).toEqual({ from: 0, to: 0, before: 0, after: 0 })
  })
  it('sorts numbers as numbers and leaves what is missing at the end', () => {
    const columns: Column<{ n: number | null }>[] = [{ key: 'n', label: 'n', value: (r) => r.n }]
    const rows = [{ n: 9 }, { n: null }, { n: 10 }, { n: 1 }]
    expect(sortRows(rows, columns, { key: 'n', down: true }).map((r) => r.n)).toEqual([10, 9, 1, null])
    expect(sortRows(rows, columns, { key: 'n', down: false }).map((r) => r.n)).toEqual([1, 9, 10, null])
    expect(sortRows(rows, columns, { key: '', down: false })).toBe(rows)
  })
})
