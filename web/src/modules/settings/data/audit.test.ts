import { describe, expect, it } from 'vitest'
import { actionKey, detailLine, detailRows, isHead, whoOf } from './audit'

describe('an entry of the trail', () => {
  it('says who it was', () => {
    expect(whoOf('user:12 lin wu')).toEqual({ kind: 'user', id: '12', name: 'lin wu' })
    expect(whoOf('key:3 shop').kind).toBe('key')
    expect([whoOf('local').kind, whoOf('nobody').kind]).toEqual(['local', 'nobody'])
  })
  it('says what it was about, whatever stands there', () => {
    expect(detailLine('{"id":1,"name":"lin","list":[1,2]}')).toBe('id 1 · name lin · list [1,2]')
    expect(detailRows('{"a":{"b":1}}')).toEqual([['a', '{"b":1}']])
    expect([detailLine('{}'), detailLine('{"args":{}}'), detailLine('not json')]).toEqual(['', '', 'not json'])
    expect(detailRows('{"args":{"name":"VIP"},"code":"denied"}')).toEqual([['name', 'VIP'], ['code', 'denied']])
  })
  it('has a word by a key', () => {
    expect([actionKey('crowd export'), actionKey('user.make')]).toEqual(['crowd_export', 'user_make'])
  })
  it('has a head of 64 digits', () => {
    expect([isHead('a'.repeat(64)), isHead('a'.repeat(63)), isHead('g'.repeat(64))]).toEqual([true, false, false])
  })
})
