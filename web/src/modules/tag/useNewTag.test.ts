import { describe, expect, it } from 'vitest'
import { inputOf, type Draft } from './useNewTag'

const draft: Draft = { category: ' 偏好 ', name: '品类 ', note: '', value: 'text', expires: 30, rule: 'stage = loyalty', event: 'purchase', field: 'category', most: true, days: 365 }

describe('a new tag', () => {
  it('asks for what its kind needs and nothing else', () => {
    expect(inputOf('manual', draft)).toEqual({ name: '偏好/品类', value: 'text', expires: 30 })
    expect(inputOf('rule', draft)).toEqual({ name: '偏好/品类', rule: 'stage = loyalty' })
    expect(inputOf('event', draft)).toEqual({ name: '偏好/品类', from_event: 'purchase', field: 'category', most: true, in: 365 })
    expect(inputOf('event', { ...draft, most: false, days: undefined, note: ' x ' })).toEqual({ name: '偏好/品类', from_event: 'purchase', field: 'category', last: true, note: 'x' })
  })
})
