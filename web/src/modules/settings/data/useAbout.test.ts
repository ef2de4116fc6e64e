import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import type { Caller } from '@/use/useOp'
import { useAbout } from './useAbout'

const may = vi.hoisted(() => ({ yes: true }))
vi.mock('@/use/useSession', () => ({ useSession: () => ({ may: () => may.yes }) }))
let asked = 0
const caller = ((o: { name: string }) => {
  if (o.name === 'status') asked++
  return Promise.resolve({ version: '0.1.0', uptime_s: 90061 + asked })
}) as unknown as Caller

beforeEach(() => {
  vi.useFakeTimers()
  asked = 0
})
afterEach(() => vi.useRealTimers())

describe('about', () => {
  it('looks again while the page is open, and not behind it', async () => {
    may.yes = true
    const scope = effectScope()
    const about = scope.run(() => useAbout(caller))
    await vi.advanceTimersByTimeAsync(10)
    expect(about?.upFor.value).toEqual({ d: 1, h: 1, m: 1 })
    await vi.advanceTimersByTimeAsync(5000)
    expect(asked).toBe(2)
    scope.stop()
    await vi.advanceTimersByTimeAsync(20000)
    expect(asked).toBe(2)
  })
  it('does not ask for what one may not see', async () => {
    may.yes = false
    const scope = effectScope()
    scope.run(() => useAbout(caller))
    await vi.advanceTimersByTimeAsync(6000)
    expect(asked).toBe(0)
    scope.stop()
  })
})
