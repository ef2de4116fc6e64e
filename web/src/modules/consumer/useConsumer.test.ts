import { describe, expect, it } from 'vitest'
import { decisionsOf, timelineRows } from './useConsumer'

const identities = [{ kind: 'device', value: 'd-1', no: 1, shared: false, first_day: null }]

describe('a consumer', () => {
  it('has a timeline of rows that are whole, whatever an event lacks', () => {
    const [row] = timelineRows([{ time: '2026-11-20T22:52:18+08:00', event: 'item_view', item: 'SKU1', order: null, amount: 12.5 }])
    expect(row).toEqual({ time: '2026-11-20T22:52:18+08:00', event: 'item_view', channel: '', touchpoint: '', item: 'SKU1', order: '', quantity: null, amount: 12.5 })
    expect(timelineRows(null)).toEqual([])
  })
  it('shows the decisions about its own identities', () => {
    const list = [
      { id: 's1', kind: 'split', at: '2026-11-29T10:00:00+08:00', undone: false, reason: 'shop tablet', pairs: [['device:d-1', 'openid:o']] },
      { id: 'j2', kind: 'join', at: '2026-11-29T10:00:00+08:00', undone: true, reason: '', pairs: [['device:d-7', 'openid:o']] },
    ]
    expect(decisionsOf(list, identities).map((d) => d.id)).toEqual(['s1'])
  })
})
