import { describe, expect, it } from 'vitest'
import { consumerPath, guessIdentity, nameOf, splitKind } from './identity'

describe('what is typed into the search', () => {
  it.each([
    ['138 0013 8000', 'phone:13800138000'],
    ['+8613800138000', 'phone:13800138000'],
    ['lin@example.com', 'email:lin@example.com'],
    ['#12', 'consumer:12'],
    ['openid@wxa1b2c3:oP1x', 'openid@wxa1b2c3:oP1x'],
    ['wmX033e4fff5de94f6df', 'external_userid:wmX033e4fff5de94f6df'],
  ])('%s is %s', (typed, identity) => expect(guessIdentity(typed)).toBe(identity))

  it('does not guess at what could be several kinds', () => {
    expect(guessIdentity('M000000003')).toBeNull()
    expect(guessIdentity('')).toBeNull()
  })
})

describe('an identity', () => {
  it('has an app behind its kind, sometimes', () => {
    expect(splitKind('openid@wx1')).toEqual({ base: 'openid', app: 'wx1' })
    expect(splitKind('phone')).toEqual({ base: 'phone', app: '' })
  })
  it('is named by its number, for its value may be masked', () => {
    expect(nameOf({ no: 7 })).toBe('#7')
  })
})

describe('the page of a consumer', () => {
  it('has an address that can be read, whatever the identity holds', () => {
    expect(consumerPath('phone:13800138000')).toBe('/consumer/phone:13800138000')
    expect(consumerPath('#6')).toBe('/consumer/%236')
    expect(consumerPath('cookie:a/b?c')).toBe('/consumer/cookie:a%2Fb%3Fc')
  })
})
