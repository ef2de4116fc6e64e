import { describe, expect, it } from 'vitest'
import { choiceOf, fieldsOf, looksLike, readable, specsOf, surenessOf, withChoice, type Choice } from './fields'

const headers = ['订单号', '手机号', '实付金额', '备注']
const choices: Choice[] = [{ field: 'order', name: '' }, { field: 'identity', name: 'phone' }, { field: 'amount', name: '' }, { field: 'props', name: '备注' }]

describe('a mapping', () => {
  it('names every column by its place, then constants and words', () => {
    expect(specsOf({ choices, headers, constants: { event: 'purchase', channel: ' ' }, words: { 买: 'purchase', 看: '' } })).toEqual([
      'order=#1', 'identity.phone=#2', 'amount=#3', 'props.备注=#4', 'event:=purchase', 'event.买:=purchase',
    ])
  })
  it('gives a field to one column only; several may be identities', () => {
    expect(withChoice(choices, 3, { field: 'amount', name: '' }, headers).map((c) => c.field)).toEqual(['order', 'identity', 'props', 'amount'])
    expect(withChoice(choices, 3, { field: 'identity', name: 'email' }, headers).map((c) => c.field)).toEqual(['order', 'identity', 'amount', 'identity'])
    expect(withChoice(choices, 0, { field: 'props', name: '' }, headers)[0]).toEqual({ field: 'props', name: '订单号' })
  })
  it('has other fields for order exports', () => {
    expect(fieldsOf('tmall-orders')).toContain('pay_time')
    expect(fieldsOf('tmall-orders')).not.toContain('event')
    expect(fieldsOf('generic')).not.toContain('pay_time')
  })
})

describe('a column', () => {
  it('is read from the field the server names', () => {
    expect(choiceOf({ field: 'identity.openid@wx1' })).toEqual({ field: 'identity', name: 'openid@wx1' })
    expect(choiceOf({ field: 'time' })).toEqual({ field: 'time', name: '' })
  })
  it('is trusted by how it was told and how much of it could be read', () => {
    expect(surenessOf({ by: 'header', filled: 100, refused: 0 })).toBe('sure')
    expect(surenessOf({ by: 'header', filled: 100, refused: 3 })).toBe('likely')
    expect(surenessOf({ by: 'place', filled: 100, refused: 50 })).toBe('doubtful')
    expect(surenessOf({ by: 'none', filled: 100 })).toBe('kept')
    expect([readable({ filled: 10, refused: 1 }), readable({ filled: 0 })]).toEqual([0.9, null])
  })
  it('that nothing knew is asked about when its values look like something', () => {
    expect(looksLike({ by: 'none', samples: ['138****8000', '139****1111'] })).toEqual({ field: 'identity', name: 'phone' })
    expect(looksLike({ by: 'none', samples: ['***@a.cn'] })).toEqual({ field: 'identity', name: 'email' })
    expect(looksLike({ by: 'none', samples: ['2026-01-02 03:04:05', '2026/1/3'] })).toEqual({ field: 'time', name: '' })
    expect(looksLike({ by: 'none', samples: ['x', '2026-01-02'] })).toBeNull()
    expect(looksLike({ by: 'header', samples: ['138****8000'] })).toBeNull()
  })
})
