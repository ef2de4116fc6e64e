import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const me = { brand: 'demo', zone: 'Asia/Tokyo', kind: 'user', id: 1, name: 'lin', role: 'owner', rights: ['report.read'] }

function answers(...list: { status: number; body: unknown }[]) {
  const fetch = vi.fn(() => {
    const a = list.shift() ?? { status: 500, body: {} }
    return Promise.resolve(new Response(JSON.stringify(a.body), { status: a.status }))
  })
  vi.stubGlobal('fetch', fetch)
  return fetch
}

// Its state is one for the page: each test has a page of its own.
async function fresh() {
  vi.resetModules()
  return import('./useSession')
}

describe('useSession', () => {
  beforeEach(() => vi.unstubAllGlobals())
  afterEach(() => vi.unstubAllGlobals())

  it('asks the server once', async () => {
    const fetch = answers({ status: 200, body: me })
    const s = (await fresh()).useSession()
    await Promise.all([s.load(), s.load()])
    await s.load()
    expect(fetch).toHaveBeenCalledOnce()
    expect(s.brand.value).toBe('demo')
    expect(s.may('report.read')).toBe(true)
    expect(s.may('tag.write')).toBe(false)
    expect(s.may('public')).toBe(true)
  })

  it('has times shown by the clock of the brand', async () => {
    answers({ status: 200, body: me })
    const s = (await fresh()).useSession()
    const { time, today } = await import('@/ui/format')
    expect(time(Date.UTC(2026, 10, 20, 15, 30))).toBe('2026-11-20 23:30:00')
    await s.load()
    expect(time(Date.UTC(2026, 10, 20, 15, 30))).toBe('2026-11-21 00:30:00')
    expect(today(Date.UTC(2026, 10, 20, 15, 30))).toBe('2026-11-21')
  })

  it('takes a refusal for nobody', async () => {
    answers({ status: 401, body: { code: 'denied', msg: 'a key is missing' } })
    const s = (await fresh()).useSession()
    expect(await s.load()).toBeNull()
  })

  it('does not take a server that fails for nobody', async () => {
    answers({ status: 500, body: { code: 'io', msg: 'disk' } }, { status: 200, body: me })
    const s = (await fresh()).useSession()
    await expect(s.load()).rejects.toThrow('disk')
    expect((await s.load())?.name).toBe('lin')
  })

  it('hears of a session that ended', async () => {
    answers({ status: 200, body: me }, { status: 401, body: { code: 'denied', msg: 'the session is over' } })
    const m = await fresh()
    const over = vi.fn()
    m.onSessionOver(over)
    const s = m.useSession()
    await s.load()
    const { request } = await import('@/api/http')
    await expect(request('GET', '/api/v1/x')).rejects.toThrow('the session is over')
    expect(over).toHaveBeenCalledOnce()
    expect(s.me.value).toBeNull()
  })
})
