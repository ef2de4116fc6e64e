import { describe, expect, it } from 'vitest'
import { gainedRights, lostRights, madePassword, passwordFault } from './secret'

describe('passwords', () => {
  it('are made of letters that are not mixed up', () => {
    expect(madePassword(() => new Uint32Array(20).map((_, i) => i))).toBe('abcd-efgh-jkmn-pqrs-tuvw')
    expect(madePassword()).toMatch(/^[a-zA-Z2-9]{4}(-[a-zA-Z2-9]{4}){4}$/)
    expect(madePassword()).not.toBe(madePassword())
  })
  it('are counted in bytes, and are not the name', () => {
    expect([passwordFault('short', 'lin'), passwordFault('池塘池塘', 'lin'), passwordFault('x'.repeat(201), 'lin'), passwordFault('Lin-Lin-Lin', 'lin-lin-lin')]).toEqual(['short', '', 'long', 'name'])
  })
})
describe('another role', () => {
  const rights = [{ right: 'a', roles: ['owner'] }, { right: 'b', roles: ['owner', 'analyst'] }, { right: 'c', roles: ['analyst'] }]
  it('says what it takes and gives', () => {
    expect(lostRights(rights, 'owner', 'analyst')).toEqual(['a'])
    expect(gainedRights(rights, 'owner', 'analyst')).toEqual(['c'])
  })
})
