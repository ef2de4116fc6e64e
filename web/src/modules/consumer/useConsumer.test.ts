import { describe, expect, it } from 'vitest'
import { decisionsOf } from './useConsumer'

const identities = [{ kind: 'device', value: 'd-1', no: 1, shared: false, first_day: null }]

describe('a consumer', () => {
  it('shows the decisions about its own identities', () => {
    const list = [
      { id: 's1', kind: 'split', at: '2026-11-29T10:00:00+08:00', undone: false, reason: 'shop tablet', pairs: [['device:d-1', 'openid:o']] },
      { id: 'j2', kind: 'join', at: '2026-11-29T10:00:00+08:00', undone: true, reason: '', pairs: [['device:d-7', 'openid:o']] },
    ]
    expect(decisionsOf(list, identities).map((d) => d.id)).toEqual(['s1'])
  })
})
