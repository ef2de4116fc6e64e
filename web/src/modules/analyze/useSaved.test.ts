import { describe, expect, it } from 'vitest'
import { queryOfSaved, stateOf } from './useSaved'

describe('a saved analysis', () => {
  it('is the fields of the address, whatever their order, without its own name', () => {
    expect(stateOf({ within: '3d', days: '30', saved: 'x', among: 'tag "a&b"' })).toBe('among=tag+%22a%26b%22&days=30&within=3d')
    expect(stateOf({ steps: 'a; b', none: null })).toBe('steps=a%3B+b')
  })
  it('is opened as the same fields', () => {
    const query = { steps: 'item_view; purchase(channel = "tmall")', days: '30' }
    expect(queryOfSaved({ name: '首购', state: stateOf(query) })).toEqual({ ...query, saved: '首购' })
  })
})
