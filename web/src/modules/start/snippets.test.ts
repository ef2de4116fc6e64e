import { describe, expect, it } from 'vitest'
import { snippets } from './snippets'

describe('what to paste', () => {
  it('names the address and the key, each of them', () => {
    const list = snippets('https://pond.example.com', 'pk_w_abc')
    expect(list.length).toBeGreaterThan(5)
    for (const s of list) expect(s.code.includes('https://pond.example.com') && s.code.includes('pk_w_abc'), s.name).toBe(true)
  })
})
