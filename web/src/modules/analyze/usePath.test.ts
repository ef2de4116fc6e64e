import { describe, expect, it } from 'vitest'
import { pathFields } from './usePath'

const bare = { start: '', end: '', events: '', depth: '5', gap: '30m', repeats: '', among: '' }
const days = { from: '2026-11-01', to: '2026-11-29' }

describe('fields of paths', () => {
  it('are those of the address', () => {
    expect(pathFields(bare, days)).toEqual({ depth: 5, gap: '30m', limit: 100, ...days })
    expect(pathFields({ ...bare, start: 'item_view', end: 'purchase', events: 'item_view,purchase', depth: '8', gap: '1d', repeats: '1', among: 'is follow' }, {})).toEqual({
      event: ['item_view', 'purchase'], start: 'item_view', end: 'purchase', depth: 8, gap: '1d', repeats: true, among: 'is follow', limit: 100,
    })
  })
  it('fall back where the address says nonsense', () => {
    expect(pathFields({ ...bare, depth: '99', gap: 'x' }, {})).toEqual({ depth: 5, gap: '30m', limit: 100 })
  })
})
