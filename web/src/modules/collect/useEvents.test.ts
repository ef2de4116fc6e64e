import { describe, expect, it } from 'vitest'
import { filterEvents, type EventRow } from './useEvents'

const row = (event: string, kind: string, title = '', properties: string[] = []): EventRow => ({ event, kind, title_zh: title, properties, in_model: true, events: 1, anonymous: 0 })
const rows = [row('item_view', 'standard', '商品浏览', ['item', 'category']), row('add_cart', 'standard', '加购', ['item']), row('buy_now', 'unknown')]

describe('the list of events', () => {
  it('is searched by name, by title and by what an event carries', () => {
    const names = (text: string) => filterEvents(rows, { text, kind: '' }, (r) => (r.event === 'item_view' ? 'Item view' : '')).map((r) => r.event)
    expect(names('加购')).toEqual(['add_cart'])
    expect(names('Item VIEW')).toEqual(['item_view'])
    expect(names('category')).toEqual(['item_view'])
    expect(names('')).toHaveLength(3)
  })
  it('is narrowed to a kind', () => {
    expect(filterEvents(rows, { text: '', kind: 'unknown' }, () => '').map((r) => r.event)).toEqual(['buy_now'])
  })
})
