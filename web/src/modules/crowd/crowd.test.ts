import { describe, expect, it } from 'vitest'
import { changeOf, crowdPath, matches, namesOf, sizePoints, textOf, within, type CrowdRow } from './crowd'

const row: CrowdRow = { crowd: 'VIP', kind: 'live', created: '', question: 'did purchase', note: '大客户', consumers: 12, as_of: '2026-01-08', consumers_before: 10, as_of_before: '2026-01-01' }

describe('crowds', () => {
  it('addresses are of their names, "new" is one like any other', () => {
    expect(crowdPath('90 天')).toBe('/crowd/90%20%E5%A4%A9')
    expect(crowdPath('new')).toBe('/crowd/%6eew')
    expect(namesOf(textOf(['a, b', 'c']))).toEqual(['a, b', 'c'])
    expect(namesOf('')).toEqual([])
  })
  it('a part of a crowd is asked for by both questions', () => {
    expect(within('a', 'stage = interest')).toBe('crowd "a" and stage = interest')
    expect(within('a', 'is follow or has phone')).toBe('crowd "a" and (is follow or has phone)')
  })
  it('a change needs two counts', () => {
    expect(changeOf(row)).toBe(2)
    expect(changeOf({ ...row, consumers_before: null })).toBeNull()
  })
  it('is found by words of the name, the question and the note', () => {
    expect(matches(row, 'vip 大客')).toBe(true)
    expect(matches(row, 'refund')).toBe(false)
    expect(matches(row, '')).toBe(true)
  })
  it('a day has its last count', () => {
    expect(sizePoints([{ as_of: '2026-01-02', consumers: 3 }, { as_of: '2026-01-01', consumers: 1 }, { as_of: '2026-01-02', consumers: 4 }])).toEqual([{ day: '2026-01-01', consumers: 1 }, { day: '2026-01-02', consumers: 4 }])
  })
})
