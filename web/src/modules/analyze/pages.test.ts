// The composables of the pages, before a server that notes what it is asked.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { dayPlus, today } from '@/ui/format'
import { startOf } from './retention'
import { useBasket } from './useBasket'
import { useFunnel } from './useFunnel'
import { useInterval } from './useInterval'
import { useRepurchase } from './useRepurchase'
import { useRetention } from './useRetention'

const { route } = await vi.hoisted(async () => {
  const { reactive } = await import('vue')
  return { route: reactive<{ query: Record<string, string>; hash: string }>({ query: {}, hash: '' }) }
})
vi.mock('vue-router', () => ({
  useRoute: () => route,
  useRouter: () => ({ replace: (to: { query: Record<string, string> }) => Promise.resolve((route.query = to.query)) }),
}))

const NOW = today()
let asked: URLSearchParams[] = []

/** Pages end with their test: the next one changes the address, which they would answer. */
let scopes: EffectScope[] = []
function make<T>(use: () => T): T {
  const scope = effectScope()
  scopes.push(scope)
  const it = scope.run(use)
  if (!it) throw new Error('no scope')
  return it
}
/** Fields of the i-th question, as an object. */
const fields = (i: number) => Object.fromEntries(asked[i] ?? [])

beforeEach(() => {
  asked = []
  route.query = {}
  vi.stubGlobal('fetch', (path: string) => {
    const q = new URLSearchParams(path.split('?')[1])
    asked.push(q)
    const reply = {
      from: q.get('from'), to: q.get('to'), by: q.get('by') ?? 'orders', unit: q.get('unit'), rolling: false, first: 'any', return: 'any',
      buyers: 4, repeat_buyers: 1, rate: 0.25, steps: [{ event: 'item_view', consumers: 5 }, { event: 'purchase(amount >= 1)', consumers: 2 }], parts: [],
      cohorts: [{ cohort: '2026-01-05', size: 10, whole: 2, retained: [10, 4] }], rows: [{ value: null, buyers: 1, median: 3 }], counts: [0, 1], pairs: [], sizes: [],
    }
    return Promise.resolve(new Response(JSON.stringify(reply)))
  })
})
afterEach(() => {
  for (const s of scopes) s.stop()
  scopes = []
  vi.unstubAllGlobals()
})

describe('useFunnel', () => {
  it('asks for the usual steps of the last 90 days', async () => {
    const f = make(useFunnel)
    await vi.waitFor(() => expect(f.rows.value.length).toBe(2))
    expect(asked[0]?.getAll('step')).toEqual(['item_view', 'add_cart', 'purchase'])
    expect(fields(0)).toMatchObject({ within: '7d', from: dayPlus(NOW, -89), to: NOW })
    expect(f.stepName('purchase(amount >= 1)')).toMatch(/ …$/)
  })
  it('asks what the address says', async () => {
    route.query = { steps: 'any; purchase(channel = "tmall")', by: 'channel', item: '1', first: '1', days: 'all', among: 'has phone' }
    make(useFunnel)
    await vi.waitFor(() => expect(asked.length).toBe(1))
    expect(asked[0]?.getAll('step')).toEqual(['any', 'purchase(channel = "tmall")'])
    expect(asked[0]?.getAll('by')).toEqual(['item', 'channel'])
    expect(fields(0)).toMatchObject({ first: 'true', among: 'has phone' })
    expect(asked[0]?.has('from')).toBe(false)
  })
})

describe('useRetention', () => {
  it('begins with a whole week', async () => {
    const r = make(useRetention)
    await vi.waitFor(() => expect(r.run.reply.value).not.toBeNull())
    expect(fields(0)).toMatchObject({ unit: 'week', first: 'any', return: 'any', from: startOf('week', dayPlus(NOW, -89)) })
    expect(r.average.value[1]?.share).toBe(0.4)
  })
  it('has days that suit the unit', async () => {
    route.query = { unit: 'month' }
    make(useRetention)
    await vi.waitFor(() => expect(asked.length).toBe(1))
    expect(fields(0)).toMatchObject({ unit: 'month', from: startOf('month', dayPlus(NOW, -364)) })
  })
})

describe('useRepurchase', () => {
  it('asks for the whole, then for each month', async () => {
    route.query = { from: '2026-01-01', to: '2026-03-15', by: 'days' }
    const r = make(useRepurchase)
    await vi.waitFor(() => expect(r.months.value.filter((m) => m.reply).length).toBe(3))
    expect(asked.map((q) => `${q.get('from') ?? ''} ${q.get('to') ?? ''} ${q.get('by') ?? ''}`)).toEqual(['2026-01-01 2026-03-15 days', '2026-01-01 2026-01-31 days', '2026-02-01 2026-02-28 days', '2026-03-01 2026-03-15 days'])
  })
})

describe('useInterval', () => {
  it('asks for everything beside the categories', async () => {
    const i = make(useInterval)
    await vi.waitFor(() => expect(i.all.value).not.toBeNull())
    expect(asked.map((q) => q.get('by'))).toEqual(['category', 'all'])
    expect(fields(0)['ahead']).toBe('30')
  })
  it('takes nonsense in the address for the usual', async () => {
    route.query = { by: 'weather', ahead: '-2' }
    make(useInterval)
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0))
    expect(fields(0)).toMatchObject({ by: 'category', ahead: '30' })
  })
})

describe('useBasket', () => {
  it('asks for pairs of items in five orders at least', async () => {
    make(useBasket)
    await vi.waitFor(() => expect(asked.length).toBe(1))
    expect(fields(0)).toMatchObject({ of: 'item', least: '5', from: dayPlus(NOW, -364) })
  })
})
