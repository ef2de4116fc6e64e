import { describe, expect, it } from 'vitest'
import { bandRows } from './useDistribution'

const bands = [{ from: null, below: 1, consumers: 0 }, { from: 1, below: 2, consumers: 3 }, { from: 2, below: null, consumers: 1 }]

describe('bands of a distribution', () => {
  it('carry their share and their question', () => {
    expect(bandRows(bands, { of: 'orders', from: '2026-11-01', to: '2026-11-29' }, '2026-11-29')).toEqual([
      { band: bands[1], share: 0.75, upTo: 0.75, question: 'did purchase from 2026-11-01 to 2026-11-29 >= 1 and did purchase from 2026-11-01 to 2026-11-29 < 2' },
      { band: bands[2], share: 0.25, upTo: 1, question: 'did purchase from 2026-11-01 to 2026-11-29 >= 2' },
    ])
  })
  it('have none where it would find others', () => {
    expect(bandRows(bands, { of: 'events', event: 'any' }, '2026-11-29')[0]?.question).toBeNull()
    expect(bandRows(bands, { of: 'days', event: 'any' }, '2026-11-29')[0]?.question).not.toBeNull()
    expect(bandRows(bands, { of: 'orders', to: '2026-11-01', among: 'stage = loyalty' }, '2026-11-29')[0]?.question).toBeNull()
  })
})
