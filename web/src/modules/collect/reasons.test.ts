import { describe, expect, it } from 'vitest'
import { byTime, fileOf, hintOf, pretty, whyOf } from './reasons'

describe('what was set aside', () => {
  it.each([
    ['the time is in the future', 'time', 'collect.hint.future'],
    ['not a time, or one that does not exist', '下单时间', 'collect.hint.time'],
    ['there is no event name', '', 'collect.hint.event'],
    ['the amount is negative', 'amount', 'collect.hint.negative'],
    ['the amount is not a number', 'amount', 'collect.hint.number'],
    ['longer than 4096 bytes', 'item', 'collect.hint.long'],
    ['the row has 3 columns where the first has 2', '', 'collect.hint.columns'],
    ['malformed', 'identity.phone', 'collect.hint.phone'],
  ])('"%s" of %s has advice', (reason, field, key) => expect(hintOf(reason, field)).toBe(key))

  it('has a reason in the reader\'s language, with its numbers', () => {
    expect(whyOf('the row has 3 columns where the first has 2')).toEqual({ key: 'collect.why.columns', values: { a: '3', b: '2' } })
    expect(whyOf('the unit price is negative')?.values['a']).toBe('unit price')
    expect(whyOf('longer than 4096 bytes')?.values['a']).toBe('4096')
    expect(whyOf('something that nobody foresaw')).toBeNull()
  })
  it('stands in files of a day or of an import', () => {
    expect(fileOf({ name: 'http-2026-11-29.ndjson', bytes: 1 })).toMatchObject({ kind: 'http', when: '2026-11-29' })
    expect(fileOf({ name: '订单.csv-20261122T104500.csv', bytes: 1 })).toMatchObject({ kind: 'import', when: '2026-11-22 10:45:00', of: '订单.csv' })
    expect(fileOf({ name: 'a.csv-20261122T104500-1.csv', bytes: 1 }).of).toBe('a.csv')
  })
  it('is listed newest first', () => {
    const names = ['http-2026-11-21.ndjson', 'a.csv-20261122T104500.csv', 'http-2026-11-22.ndjson'].map((name) => fileOf({ name, bytes: 0 })).sort(byTime).map((f) => f.name)
    expect(names).toEqual(['http-2026-11-22.ndjson', 'a.csv-20261122T104500.csv', 'http-2026-11-21.ndjson'])
  })
  it('is shown indented when it is JSON', () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}')
    expect(pretty('1,2,3')).toBe('1,2,3')
  })
})
