import { describe, expect, it } from 'vitest'
import { freeName, type Key } from './useKeys'

const key = (name: string, revoked: string | null = null): Key => ({ id: 1, name, kind: 'write', prefix: 'pk_w_x', made: '', revoked })

describe('the name of a key', () => {
  it('is one that no key in force has', () => {
    expect(freeName('shop', [])).toBe('shop')
    expect(freeName('shop', [key('shop'), key('shop-2')])).toBe('shop-3')
    expect(freeName('shop', [key('shop', '2026-11-01')])).toBe('shop')
  })
})
