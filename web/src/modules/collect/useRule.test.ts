import { effectScope } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { changesOf, formOf, useRule, type Rule } from './useRule'

const device: Rule = { kind: 'device', priority: 30, strength: 'weak', cap: 3, max: 0, personal: false }
afterEach(() => vi.unstubAllGlobals())

function answers(...bodies: unknown[]) {
  const sent: unknown[] = []
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    sent.push(JSON.parse(init.body as string))
    return Promise.resolve(new Response(JSON.stringify(bodies.shift()), { status: 200 }))
  })
  return sent
}

describe('a rule', () => {
  it('tells the server only what differs', () => {
    expect(changesOf(device, formOf(device))).toBeNull()
    expect(changesOf(device, { ...formOf(device), cap: 1, strength: 'never' })).toEqual({ kind: 'device', cap: 1, strength: 'never' })
  })
  it('is applied only as it was looked at', async () => {
    const sent = answers({ consumers: 9 }, { consumers: 9 })
    const scope = effectScope()
    await scope.run(async () => {
      const r = useRule(device)
      await r.look()
      expect(sent).toHaveLength(0)
      r.form.cap = 1
      expect(r.isLookedAt.value).toBe(false)
      await r.look()
      expect(r.isLookedAt.value).toBe(true)
      r.form.cap = 2
      expect(await r.confirm()).toBeNull()
      r.form.cap = 1
      await r.confirm()
    })
    scope.stop()
    expect(sent).toEqual([{ kind: 'device', cap: 1, dry_run: true }, { kind: 'device', cap: 1 }])
  })
})
