import { describe, expect, it } from 'vitest'
import { changeOf } from './useTagChange'

const was = { tag: '活跃/复购', source: 'rule', rule: 'did purchase in 30d', note: '近期' }

describe('a change of a tag', () => {
  it('is what differs, and nothing else is sent', () => {
    expect(changeOf(was, { rule: was.rule, note: ' 近期 ' })).toBeNull()
    expect(changeOf(was, { rule: 'did any', note: '近期' })).toEqual({ name: '活跃/复购', rule: 'did any' })
    expect(changeOf(was, { rule: was.rule, note: '' })).toEqual({ name: '活跃/复购', note: '' })
  })
  it('of a tag by hand is its note only', () => {
    expect(changeOf({ tag: 'VIP', source: 'manual', rule: null, note: null }, { rule: 'did any', note: 'x' })).toEqual({ name: 'VIP', note: 'x' })
  })
})
