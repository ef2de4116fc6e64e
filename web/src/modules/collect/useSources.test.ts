import { describe, expect, it } from 'vitest'
import { sumOf } from './useSources'

const s = (source: string, key: number, accepted: number, last: string) => ({ source, key, keyName: '', accepted, duplicates: 1, rejected: 2, last })

describe('sources', () => {
  it('are summed for a key over its collectors', () => {
    const list = [s('segment', 2, 5, '2026-11-29 10:00:00'), s('youzan', 2, 7, '2026-11-29 11:00:00'), s('segment', 3, 1, '2026-11-29 12:00:00')]
    expect(sumOf(list, 2)).toEqual({ accepted: 12, duplicates: 2, rejected: 4, last: '2026-11-29 11:00:00' })
    expect(sumOf(list, 9)).toBeNull()
  })
})
