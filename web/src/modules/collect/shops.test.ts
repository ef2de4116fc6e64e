import { describe, expect, it } from 'vitest'
import { hookAddress } from './shops'

describe('the address of a shop', () => {
  it('carries the key; that of any JSON also a mapping', () => {
    expect(hookAddress('https://p.example', 'youzan', 'pk_w_a')).toBe('https://p.example/hooks/youzan/pk_w_a')
    expect(hookAddress('https://p.example', 'json', '')).toBe('https://p.example/hooks/json/pk_w_…/MAPPING')
  })
})
