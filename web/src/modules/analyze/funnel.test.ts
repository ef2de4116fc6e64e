import { describe, expect, it } from 'vitest'
import type { AnalyzeFunnelOut } from '@/api/gen'
import { funnelRows, questionsOf, usualSteps } from './funnel'

const DAYS = { from: '2026-09-01', to: '2026-11-29' }

describe('a funnel as questions', () => {
  it('says who is at each step and who was lost before it', () => {
    const q = questionsOf({ step: ['item_view', 'add_cart', 'purchase'], within: '3d', among: 'stage = interest or has phone', ...DAYS }, '2026-11-29')
    expect(q.reached).toEqual([
      '(stage = interest or has phone) and did item_view from 2026-09-01 to 2026-11-29',
      '(stage = interest or has phone) and did item_view then add_cart within 3d from 2026-09-01 to 2026-11-29',
      '(stage = interest or has phone) and did item_view then add_cart then purchase within 3d of first from 2026-09-01 to 2026-11-29',
    ])
    expect(questionsOf({ step: ['a', 'b', 'c'] }, '').dropped).toEqual([null, 'did a and not did a then b within 7d', 'did a then b within 7d and not did a then b then c within 7d of first'])
    expect(q.dropped[1]).toBe('(stage = interest or has phone) and did item_view from 2026-09-01 to 2026-11-29 and not did item_view then add_cart within 3d from 2026-09-01 to 2026-11-29')
  })
  it('says nothing where the meanings differ', () => {
    const two = { step: ['a', 'b'] }
    for (const other of [{ first: true }, { by: ['item'] }, { to: '2026-10-01' }]) expect(questionsOf({ ...two, ...other }, '2026-11-29').reached).toEqual([])
    expect(questionsOf({ step: [] }, '').reached).toEqual([])
  })
})

describe('rows of a funnel', () => {
  it('have what was lost on the way', () => {
    const reply: AnalyzeFunnelOut = { within: '7d', parts: [], steps: [{ event: 'a', consumers: 10, share: 1 }, { event: 'b', consumers: 4, share: 0.4, of_before: 0.4, median_s: 60 }] }
    expect(funnelRows(reply, { step: ['a', 'b'] }, '').map((r) => [r.dropped, r.ofBefore, r.medianS])).toEqual([[null, null, null], [6, 0.4, 60]])
  })
})

describe('the usual steps', () => {
  it('are those on the way to a purchase', () => {
    expect(usualSteps(['purchase', 'share', 'item_view'])).toEqual(['item_view', 'purchase'])
  })
  it('are the most frequent events where there is no such way', () => {
    expect(usualSteps(['open', 'play', 'like', 'x'])).toEqual(['open', 'play', 'like'])
  })
  it('are the standard ones where names are not known', () => {
    expect(usualSteps([])).toEqual(['item_view', 'add_cart', 'purchase'])
  })
})
