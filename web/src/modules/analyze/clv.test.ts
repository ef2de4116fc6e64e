import { describe, expect, it } from 'vitest'
import type { AnalyzeClvOut } from '@/api/gen'
import * as clv from './clv'

const reply: AnalyzeClvOut = {
  model: 'bgnbd', from: '1997-01-01', calibrate_to: '1997-09-30',
  params: { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 }, se: { r: 0.01, alpha: 0.4, a: 0.2, b: null },
  log_likelihood: -9582.4, log_likelihood_no_dropout: -9763, consumers: 2357, identified: true,
  gamma_gamma: { p: 6.25, q: 3.74, gamma: 15.44, consumers: 946, identified: true, log_likelihood: -4055.9, se: { p: 1, q: null, gamma: 4 } },
  horizon_weeks: 52, rate: 0.1, alive: 1000, expected_purchases: 1500, clv: 100,
  check: { to: '1998-06-30', predicted: 1700, actual: 1882, rows: [{ x: '0', consumers: 1411, predicted: 0.2, actual: null }] },
  tenths: [{ consumers: 2, least: 10.999, alive: 2, expected_purchases: 9, clv: 60 }, { consumers: 2, least: null, alive: 1, expected_purchases: 1, clv: 40 }],
}

describe('lifetime value', () => {
  it('says what the parameters mean', () => {
    const p = clv.plainOf(reply)
    expect(p.perYear).toBeCloseTo(2.873, 2)
    expect(p.leave).toBeCloseTo(0.2464, 3)
    expect(p.lifetime).toBeNull()
    expect(p.purchase).toBeCloseTo(35.22, 1)
  })
  it('says nothing where the data do not', () => {
    const p = clv.plainOf({ ...reply, model: 'paretonbd', params: { r: 1, alpha: 2, s: null, beta: null }, gamma_gamma: null })
    expect([p.leave, p.lifetime, p.purchase]).toEqual([null, null, null])
    expect(clv.plainOf({ ...reply, params: { r: 1, alpha: 2, s: 1.5, beta: 10 } }).lifetime).toBe(20)
  })
  it('reads the fit of values and the check', () => {
    expect(clv.valueFitOf(reply)?.params.map((x) => x.se)).toEqual([1, null, 4])
    expect(clv.checkOf(reply)).toEqual({ to: '1998-06-30', predicted: 1700, actual: 1882, rows: [{ x: '0', consumers: 1411, predicted: 0.2, actual: null }] })
    expect(clv.checkOf({ ...reply, check: null })).toBeNull()
  })
  it('shares the value out over tenths', () => {
    const t = clv.tenthsOf(reply)
    expect(t.map((x) => [x.share, x.upTo])).toEqual([[0.6, 0.6], [0.4, 1]])
    expect(clv.tenthQuestion(t[0] as clv.Tenth)).toBe('clv >= 10.99')
    expect(clv.tenthQuestion(t[1] as clv.Tenth)).toBeNull()
    expect(clv.tenthsOf({ ...reply, tenths: null })).toEqual([])
  })
  it('asks for bands of P(alive)', () => {
    expect([clv.aliveQuestion(0), clv.aliveQuestion(3), clv.aliveQuestion(9)]).toEqual(['p_alive known and p_alive < 0.1', 'p_alive >= 0.3 and p_alive < 0.4', 'p_alive >= 0.9'])
  })
  it('holds days back for the check', () => {
    expect(clv.holdBack('2026-01-01', '2026-01-20', '')).toBe('2026-01-15')
    expect(clv.holdBack('2026-01-01', '2026-12-31', '90')).toBe('2026-10-02')
    expect(clv.holdBack('2026-01-01', '2026-01-10', '')).toBeNull()
    expect(clv.holdBack('2026-01-01', '2026-12-31', 'x')).toBeNull()
  })
})
