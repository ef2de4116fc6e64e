import { describe, expect, it } from 'vitest'
import { clvFields, keptLike } from './useClv'

describe('fields of lifetime value', () => {
  it('fit the value too, over all days', () => {
    expect(clvFields({ model: 'bgnbd', from: '', to: '', horizon: '52w', rate: '0.1' })).toEqual({ model: 'bgnbd', value: true, horizon: '52w', rate: 0.1, top: 50 })
  })
  it('take what the address says, and nothing else', () => {
    expect(clvFields({ model: 'paretonbd', from: '2026-01-01', to: '2026-06-30', horizon: '6m', rate: '0' })).toEqual({ model: 'paretonbd', from: '2026-01-01', calibrate_to: '2026-06-30', value: true, horizon: '6m', rate: 0, top: 50 })
    expect(clvFields({ model: 'x', from: '', to: '', horizon: 'long', rate: 'much' })).toMatchObject({ model: 'bgnbd', horizon: '52w', rate: 0.1 })
  })
})

describe('kept scores', () => {
  it('are those on the screen when they were made the same way', () => {
    const reply = { model: 'bgnbd', from: '2025-10-25', horizon_weeks: 52, rate: 0.1 }
    expect(keptLike('{"model":"bgnbd","from":"2025-10-25","horizon_weeks":52,"rate":0.1}', reply)).toBe(true)
    expect(keptLike('{"model":"paretonbd","from":"2025-10-25","horizon_weeks":52,"rate":0.1}', reply)).toBe(false)
    expect(keptLike('', reply)).toBe(false)
  })
})
