import { describe, expect, it } from 'vitest'
import { timelineInput, timelineRows } from './useTimeline'

describe('a timeline', () => {
  it('has rows that are whole, whatever an event lacks', () => {
    const [row] = timelineRows([{ time: '2026-11-20T22:52:18+08:00', event: 'item_view', item: 'SKU1', order: null, amount: 12.5 }])
    expect(row).toEqual({ time: '2026-11-20T22:52:18+08:00', event: 'item_view', channel: '', touchpoint: '', item: 'SKU1', order: '', quantity: null, amount: 12.5 })
    expect(timelineRows(null)).toEqual([])
  })
  it('asks for what is narrowed only, and for the page behind', () => {
    expect(timelineInput({ events: '', from: '', to: '' })).toEqual({ events: 100 })
    expect(timelineInput({ events: 'purchase,refund', from: '2026-01-01', to: '' }, 100)).toEqual({ events: 100, event: ['purchase', 'refund'], from: '2026-01-01', skip: 100 })
  })
})
