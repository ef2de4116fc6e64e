import { describe, expect, it } from 'vitest'
import type { ReportFlowOut } from '@/api/gen'
import * as flow from './flow'

const f: ReportFlowOut = {
  from: '2026-11-22', to: '2026-11-29', model: 'aipl', stages: ['none', 'awareness', 'loyalty'],
  matrix: [[10, 2, 1], [3, 20, 4], [0, 5, 30]], new: [1, 6, 0],
  moves: { deepened: 7, stayed: 60, regressed: 5, lost: 3, new: 7 }, known_from: 75, known_to: 82,
}

describe('flow', () => {
  it('adds up to what was known at both ends', () => {
    const rows = flow.stageRows(f)
    expect(rows.reduce((n, r) => n + r.start, 0)).toBe(f.known_from)
    expect(rows.reduce((n, r) => n + r.end, 0)).toBe(f.known_to)
    expect(rows[1]).toEqual({ stage: 'awareness', index: 1, start: 27, end: 33 })
  })
  it('asks for the consumers of a cell, new ones by their first event', () => {
    expect(flow.cellQuestion(f, 'none', 'awareness')).toBe('stage on 2026-11-22 = none and stage on 2026-11-29 = awareness')
    expect(flow.cellQuestion(f, null, 'none')).toBe('first any from 2026-11-23 to 2026-11-29 and stage on 2026-11-29 = none')
  })
  it('names the direction of a move as the totals do', () => {
    const total = { deepened: 0, stayed: 0, regressed: 0, lost: 0 }
    f.matrix.forEach((row, i) => row.forEach((n, j) => (total[flow.direction(i, j)] += n)))
    expect(total).toEqual({ deepened: 7, stayed: 60, regressed: 5, lost: 3 })
  })
  it('draws every move but none to none', () => {
    const total = flow.ribbons(f).reduce((n, r) => n + r.value, 0)
    expect(total).toBe(f.known_to - 10)
  })
})
