import { describe, expect, it } from 'vitest'
import * as tag from './tag'
import { distribution } from './values'

describe('a tag', () => {
  it('has a category when its name holds one', () => {
    expect(tag.splitTag('等级/VIP')).toEqual({ category: '等级', name: 'VIP' })
    expect(tag.splitTag('肤质')).toEqual({ category: '', name: '肤质' })
    expect(tag.joinTag('', '肤质')).toBe('肤质')
  })
  it('has a page also when it is called as one of ours', () => {
    expect(tag.tagPath('a/b c')).toBe('/tag/a%2Fb%20c')
    expect(tag.tagPath('new')).toBe('/tag/%2Fnew')
  })
  it('is asked for by name and value, quotes kept', () => {
    expect(tag.tagQuestion('肤质', '干性')).toBe('tag "肤质" = "干性"')
    expect(tag.tagQuestion('a"b\\')).toBe('tag "a\\"b\\\\"')
  })
  it('says its rule when it comes from events', () => {
    expect(tag.eventRule('most purchase.category in 365d')).toEqual({ most: true, event: 'purchase', field: 'category', days: 365 })
    expect(tag.eventRule('last item_view.channel')).toEqual({ most: false, event: 'item_view', field: 'channel', days: 0 })
    expect(tag.eventRule('did purchase in 30d >= 2')).toBeNull()
  })
  it('was changed by somebody with a name', () => {
    expect([tag.actorName('user:1 lin'), tag.actorName('cli'), tag.actorName(null)]).toEqual(['lin', 'cli', ''])
  })
  it('is behind by days only when it follows a rule', () => {
    expect(tag.daysBehind({ source: 'rule', fresh_day: '2026-11-27' }, '2026-11-29')).toBe(2)
    expect(tag.daysBehind({ source: 'rule', fresh_day: null }, '2026-11-29')).toBeNull()
    expect(tag.daysBehind({ source: 'manual' }, '2026-11-29')).toBeNull()
  })
})

describe('the distribution of values', () => {
  it('shows the largest texts first and says how many are left out', () => {
    const values = Array.from({ length: 25 }, (_, i) => ({ value: `v${i}`, consumers: i }))
    const { bars, others } = distribution('text', values)
    expect(bars[0]).toEqual({ label: 'v24', consumers: 24, value: 'v24' })
    expect([bars.length, others]).toEqual([20, 4])
  })
  it('keeps few numbers in their order', () => {
    expect(distribution('number', [{ value: '10', consumers: 1 }, { value: '9', consumers: 2 }]).bars.map((b) => b.label)).toEqual(['9', '10'])
  })
  it('puts many numbers into ranges that hold everybody', () => {
    const values = Array.from({ length: 100 }, (_, i) => ({ value: String(i * 3), consumers: 2 }))
    const { bars } = distribution('number', values)
    expect(bars.reduce((n, b) => n + b.consumers, 0)).toBe(200)
    expect(bars[0]?.label).toBe('0 – 50')
    expect(bars.length).toBeLessThanOrEqual(11)
  })
})
