import { describe, expect, it } from 'vitest'
import { mistakeSpan, nearest, putWord, typedFrom } from './place'

describe('places in a question', () => {
  it('a mistake is marked to the end of its word', () => {
    expect(mistakeSpan('did purchse in 30d', 1, 5)).toEqual({ from: 4, to: 11 })
    expect(mistakeSpan('tag "高敏 A" and x', 1, 5)).toEqual({ from: 4, to: 10 })
    expect(mistakeSpan('all and\nstage = intrest', 2, 9)).toEqual({ from: 16, to: 23 })
    expect(mistakeSpan('did', 1, 4)).toEqual({ from: 3, to: 3 })
  })
  it('columns are characters, not halves of them', () => {
    expect(mistakeSpan('tag "😀" and wrong', 1, 13)).toEqual({ from: 13, to: 18 })
  })
  it('knows what is being typed', () => {
    expect(typedFrom('did pur')).toBe(4)
    expect(typedFrom('did purchase ')).toBe(13)
    expect(typedFrom('tag "高 敏')).toBe(4)
    expect(typedFrom('gmv >')).toBe(4)
    expect(typedFrom('tag "a" and ra')).toBe(12)
  })
  it('offers what was meant', () => {
    expect(nearest('purchse', ['refund', 'purchase', 'share'])).toEqual(['purchase'])
    expect(nearest('', ['a', 'b'])).toEqual(['a', 'b'])
    expect(nearest('zzzz', ['refund'])).toEqual([])
  })
  it('puts a word in its place', () => {
    expect(putWord('did pur', { from: 4, to: 7 }, 'purchase')).toEqual({ text: 'did purchase ', caret: 13 })
    expect(putWord('did pur in 3d', { from: 4, to: 7 }, 'purchase')).toEqual({ text: 'did purchase in 3d', caret: 13 })
    expect(putWord('did x)', { from: 4, to: 5 }, 'y')).toEqual({ text: 'did y)', caret: 5 })
  })
})
