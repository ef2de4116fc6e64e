import { describe, expect, it } from 'vitest'
import { isWhole, readStep, readSteps, splitSteps, stepText, stepsText, type Step } from './step'

const same = (text: string) => stepText(readStep(text))

describe('steps', () => {
  it('are read into a form and written as they were', () => {
    for (const text of ['item_view', 'any', '(item_view or favorite)', '`skin test`', 'purchase(amount >= 200, channel = "tmall")', 'item_view(category in ("护肤", "彩妆"))', 'item_view(prop "color" = "red", prop "size" >= 38)', 'add_cart(item = "a \\"b\\" \\\\")']) {
      expect(readStep(text).raw, text).toBe('')
      expect(same(text)).toBe(text)
    }
  })
  it('that the form has no fields for stay as they were written', () => {
    for (const text of ['purchase(amount >= "2")', 'did x', 'item_view(', 'item_view(amount ~ 3)', '商品(', 'item_view(category in ("a,b"))']) {
      expect(readStep(text)).toEqual({ events: [], tests: [], raw: text })
      expect(same(text)).toBe(text)
    }
  })
  it('are apart at semicolons outside of quotes', () => {
    expect(splitSteps('item_view; add_cart(item = "a;b"); `x;y` ;')).toEqual(['item_view', 'add_cart(item = "a;b")', '`x;y`'])
    expect(stepsText(readSteps('item_view; purchase(amount > 1)'))).toBe('item_view; purchase(amount > 1)')
  })
  it('leave out tests that are still being written', () => {
    const s: Step = { events: ['purchase'], raw: '', tests: [{ field: 'amount', prop: '', cmp: '>=', value: '' }, { field: 'channel', prop: '', cmp: '=', value: 'jd' }] }
    expect(stepText(s)).toBe('purchase(channel = "jd")')
    expect(isWhole({ field: 'prop', prop: ' ', cmp: '=', value: 'x' })).toBe(false)
    expect(isWhole({ field: 'amount', prop: '', cmp: '>=', value: 'many' })).toBe(false)
  })
  it('without an event are none', () => {
    expect(stepsText([{ events: [], tests: [], raw: '' }])).toBe('')
  })
  it('write several values as a list, and any alone', () => {
    expect(stepText({ events: ['any', 'purchase'], raw: '', tests: [{ field: 'category', prop: '', cmp: 'in', value: '护肤，彩妆' }] })).toBe('any(category in ("护肤", "彩妆"))')
  })
})
