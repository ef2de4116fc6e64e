import { describe, expect, it } from 'vitest'
import type { ReportGrowthOut, ReportLoopOut } from '@/api/gen'
import { factors, waterfall } from './growth'
import { domainTotals, doorQuestions, doorRows, stations } from './loop'

const door = (channel: string, domain: string, came: number) => ({ channel, domain, came, sank: 1, bought: 1, converted: 1, brought: 1, people: 1 })
const loop: ReportLoopOut = {
  from: '2026-10-31', to: '2026-11-29', doors: [door('h5', 'private', 10), door('tmall', 'public', 30)],
  all: { came: 40, sank: 10, bought: 4, converted: 2, brought: 1, people: 3 },
}

describe('the closed loop', () => {
  it('has a question for each station, within the days', () => {
    expect(stations(loop).map((s) => [s.id, s.n, s.share, s.question])).toEqual([
      ['came', 40, 1, 'first any from 2026-10-31 to 2026-11-29'],
      ['sank', 10, 0.25, 'first any from 2026-10-31 to 2026-11-29 and did (follow or friend_add or group_join or member_join) to 2026-11-29'],
      ['bought', 4, 0.1, 'first any from 2026-10-31 to 2026-11-29 and did purchase to 2026-11-29'],
      ['brought', 1, 0.025, 'first any from 2026-10-31 to 2026-11-29 and (did referral to 2026-11-29 or did share(quantity >= 1) to 2026-11-29)'],
    ])
  })
  it('has the same questions for each door, unless its channel is unknown', () => {
    const came = 'first any was (channel = "tmall") from 2026-10-31 to 2026-11-29'
    expect(doorQuestions(loop, door('tmall', 'public', 30))).toEqual({
      came,
      sank: `${came} and did (follow or friend_add or group_join or member_join) to 2026-11-29`,
      bought: `${came} and did purchase to 2026-11-29`,
      brought: `${came} and (did referral to 2026-11-29 or did share(quantity >= 1) to 2026-11-29)`,
    })
    expect(doorQuestions(loop, door('店 "一"\\二', 'unknown', 1))?.came).toBe('first any was (channel = "店 \\"一\\"\\\\二") from 2026-10-31 to 2026-11-29')
    expect(doorQuestions(loop, door('', 'unknown', 5))).toBeNull()
  })
  it('says what each domain gave', () => {
    expect(domainTotals(loop)).toEqual([{ domain: 'public', came: 30, share: 0.75 }, { domain: 'private', came: 10, share: 0.25 }])
    expect(doorRows(loop).map((d) => d.channel)).toEqual(['tmall', 'h5'])
  })
})

describe('the growth of sales', () => {
  const side = (gmv: number, buyers: number) => ({ from: '', to: '', buyers, orders: buyers * 2, gmv, orders_per_buyer: 2, amount_per_order: gmv / buyers / 2, amount_per_buyer: gmv / buyers })
  const g: ReportGrowthOut = { before: side(100, 10), now: side(150, 20), kept_buyers: 5, change: 50, gain: 100, retain: 0, boost: -50 }
  it('is a waterfall whose bars hang on each other', () => {
    const w = waterfall(g)
    expect(w.map((s) => [s.id, s.value, s.from, s.to])).toEqual([
      ['before', 100, 0, 0.5], ['gain', 100, 0.5, 1], ['retain', 0, 1, 1], ['boost', -50, 0.75, 1], ['now', 150, 0, 0.75],
    ])
  })
  it('has a factor for each part of the change', () => {
    expect(factors(g).map((f) => [f.id, f.change, f.part])).toEqual([['buyers', 1, 100], ['frequency', 0, 0], ['price', -0.25, -50]])
    expect(factors({ ...g, before: { ...g.before, buyers: 0, orders_per_buyer: null } })[1]?.change).toBeNull()
  })
})
