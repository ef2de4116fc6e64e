import { describe, expect, it } from 'vitest'
import { arrivalOf, matches, propertyRows } from './arrival'

const joined = arrivalOf({
  type: 'arrival', at: '2026-11-29 15:19:33', source: 'segment', key: 2, outcome: 'accepted', event: 'purchase', time: '2026-11-29 15:19:30',
  identities: { user_id: 'u1', phone: '138****8000' }, channel: null, order: 'o1', amount: 12.5, properties: { a: 1 },
  became: 'joined', consumer: 6, joined: [9], learned: 1, stage: 'purchase', stage_from: 'interest',
}, 3)
const refused = arrivalOf({ type: 'reject', at: '2026-11-29 15:19:34', source: 'sensors', field: 'time', reason: 'the time is in the future', raw: '{"a":1}' }, 4)

describe('news of an arrival', () => {
  it('become a row', () => {
    expect(joined).toMatchObject({ no: 3, outcome: 'accepted', became: 'joined', consumer: 6, joined: [9], stageFrom: 'interest' })
    expect(joined.identities).toEqual([['user_id', 'u1'], ['phone', '138****8000']])
    expect(joined.columns).toEqual([['order', 'o1'], ['amount', '12.5']])
  })
  it('of what was set aside are rejected, and lack the rest', () => {
    expect(refused).toMatchObject({ outcome: 'rejected', consumer: 0, identities: [], became: '' })
  })
  it('are found by event, identity, order, consumer, reason; narrowed by source and by what became of them', () => {
    const all = { text: '', source: '', outcome: '' }
    expect(['purchase', 'u1', 'O1', '#6', 'phone u1'].every((text) => matches(joined, { ...all, text }))).toBe(true)
    expect(matches(joined, { ...all, text: 'u2' })).toBe(false)
    expect(matches(refused, { ...all, text: 'future' })).toBe(true)
    expect([matches(joined, { ...all, outcome: 'joined' }), matches(joined, { ...all, outcome: 'rejected' }), matches(refused, { ...all, outcome: 'rejected' })]).toEqual([true, false, true])
    expect(matches(joined, { ...all, source: 'sensors' })).toBe(false)
  })
  it('say that a property is sealed, at any depth', () => {
    expect(propertyRows({ name: '~siv1:', x: { phone: '~siv1:', n: 1 }, city: '上海' }, 'sealed')).toEqual([
      { name: 'name', value: 'sealed', sealed: true },
      { name: 'x', value: '{"phone":"sealed","n":1}', sealed: false },
      { name: 'city', value: '上海', sealed: false },
    ])
  })
})
