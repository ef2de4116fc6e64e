import { describe, expect, it } from 'vitest'
import type { AnalyzeAttributionOut } from '@/api/gen'
import * as a from './attribution'

const each = (count: number, amount: number) => Object.fromEntries(a.MODELS.map((m) => [m, { count, amount }]))
const reply: AnalyzeAttributionOut = {
  goal: 'purchase', from: '2026-10-31', to: '2026-11-29', window_days: 30, by: 'channel', touch: ['ad_click', 'ad_exposure'], conversions: 10, touched: 8, amount: 1000.5,
  labels: [{ label: 'ad', touches: 90, credits: each(3, 200.25) }, { label: 'wechat_oa', touches: 40, credits: { ...each(5, 700.25), last: { count: 5.0000001, amount: 700.25 } } }],
  untouched: { credits: each(2, 100) },
}

describe('attribution', () => {
  it('sorts by credit and proves the whole', () => {
    const t = a.creditTable(reply, 'count')
    expect(t.rows.map((r) => r.label)).toEqual(['wechat_oa', 'ad'])
    expect(t.whole).toBe(10)
    expect(t.balanced).toBe(true)
    expect(a.creditTable(reply, 'amount')).toMatchObject({ whole: 1000.5, balanced: true })
  })
  it('says when a model does not add up', () => {
    expect(a.creditTable({ ...reply, conversions: 11 }, 'count').balanced).toBe(false)
    expect(a.creditTable({ ...reply, amount: null }, 'amount').balanced).toBe(false)
  })
  it('keeps to the models that were asked for', () => {
    const one = { ...reply, labels: [{ label: 'ad', touches: 1, credits: { last: { count: 8, amount: 900.5 } } }], untouched: { credits: { last: { count: 2, amount: 100 } } } }
    const t = a.creditTable(one, 'count')
    expect(t.models).toEqual(['last'])
    expect(t.balanced).toBe(true)
  })
  it('tells where models differ', () => {
    const t = a.creditTable(reply, 'count')
    const row = { label: 'x', touches: 1, credits: { ...t.untouched.credits, last: 4, markov: 1 } }
    expect(a.spreadOf(row, t)).toBeCloseTo(0.3)
  })
  it('asks for who was touched and converted', () => {
    expect(a.labelQuestion(reply, 'ad')).toBe('did (ad_click or ad_exposure)(channel = "ad") from 2026-10-01 to 2026-11-29 and did purchase from 2026-10-31 to 2026-11-29')
    expect(a.labelQuestion({ ...reply, goal: 'stage:loyalty', by: 'campaign', touch: [] }, '双11 "A"')).toBe(
      'did any(campaign = "双11 \\"A\\"") from 2026-10-01 to 2026-11-29 and stage entered loyalty from 2026-10-31 to 2026-11-29')
    expect([a.labelQuestion(reply, 'other'), a.labelQuestion(reply, 'unknown')]).toEqual([null, null])
  })
})
