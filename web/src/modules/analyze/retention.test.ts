import { describe, expect, it } from 'vitest'
import type { AnalyzeRetentionOut } from '@/api/gen'
import { averages, cellQuestion, periodAfter, startOf } from './retention'

const reply: AnalyzeRetentionOut = {
  unit: 'month', rolling: false, periods: 4, first: 'purchase', return: 'purchase', from: '2026-08-01', to: '2026-11-29',
  cohorts: [{ cohort: '2026-08-01', size: 100, whole: 3, retained: [100, 30, 20, 10] }, { cohort: '2026-10-01', size: 300, whole: 1, retained: [300, 10] }],
}

describe('calendar periods', () => {
  it('begin on the day, on Monday, on the first', () => {
    expect([startOf('day', '2026-11-29'), startOf('week', '2026-11-29'), startOf('week', '2026-11-30'), startOf('month', '2026-11-29')]).toEqual(['2026-11-29', '2026-11-23', '2026-11-30', '2026-11-01'])
  })
  it('follow one after the other', () => {
    expect(periodAfter('week', '2026-11-23', 1)).toEqual({ from: '2026-11-30', to: '2026-12-06' })
    expect(periodAfter('month', '2026-11-01', 3)).toEqual({ from: '2027-02-01', to: '2027-02-28' })
    expect(periodAfter('day', '2026-12-31', 1)).toEqual({ from: '2027-01-01', to: '2027-01-01' })
  })
})

describe('the average', () => {
  it('takes only periods that are over', () => {
    expect(averages(reply.cohorts)).toEqual([{ share: 1, of: 400 }, { share: 0.3, of: 100 }, { share: 0.2, of: 100 }, { share: null, of: 0 }])
    expect(averages([])).toEqual([])
  })
})

describe('a cell as a question', () => {
  it('says who came first and who came back', () => {
    expect(cellQuestion({}, reply, '2026-08-01', 2, '2026-11-29')).toBe('first purchase from 2026-08-01 to 2026-08-31 and did purchase from 2026-10-01 to 2026-10-31')
    expect(cellQuestion({ among: 'has phone or all' }, reply, '2026-08-01', 3, '2026-11-29')).toBe('(has phone or all) and first purchase from 2026-08-01 to 2026-08-31 and did purchase from 2026-11-01 to 2026-11-29')
    expect(cellQuestion({}, { ...reply, return: 'any' }, '2026-08-01', null, '2026-11-29')).toBe('first purchase from 2026-08-01 to 2026-08-31')
  })
  it('is none where the meanings differ', () => {
    expect(cellQuestion({}, { ...reply, rolling: true }, '2026-08-01', 1, '2026-11-29')).toBeNull()
    expect(cellQuestion({}, { ...reply, return: 'any' }, '2026-08-01', 0, '2026-11-29')).toBeNull()
    expect(cellQuestion({}, reply, '2026-08-01', 1, '2026-12-24')).toBeNull()
  })
})
