import { effectScope, nextTick } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, type App } from 'vue'
import { useDebugger } from './useDebugger'

class FakeSource extends EventTarget {
  static last: FakeSource
  onmessage: ((e: MessageEvent) => void) | null = null
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  constructor() {
    super()
    FakeSource.last = this
  }
  close() {
    this.onmessage = null
  }
  say(news: object) {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(news) }))
  }
}

let app: App
let clock = 0
function within<T>(body: () => T): T {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] })
  app = createApp({ template: '<i />' })
  app.use(router)
  const scope = effectScope()
  app.onUnmount(() => scope.stop())
  return app.runWithContext(() => scope.run(body)) as T
}

describe('the debugger', () => {
  beforeEach(() => {
    vi.stubGlobal('EventSource', FakeSource)
    clock = 1000
  })
  afterEach(() => {
    vi.unstubAllGlobals()
  })
  const arrival = (event: string, source = 'segment') => ({ type: 'arrival', source, outcome: 'accepted', event, identities: {} })

  it('lists the newest first; what comes while it is paused waits', async () => {
    const d = within(() => useDebugger(() => clock))
    FakeSource.last.say(arrival('a'))
    FakeSource.last.say(arrival('b'))
    expect(d.shown.value.map((x) => x.event)).toEqual(['b', 'a'])
    d.toggle()
    FakeSource.last.say(arrival('c'))
    expect([d.shown.value.length, d.waiting.value.length]).toEqual([2, 1])
    d.toggle()
    expect(d.shown.value.map((x) => x.event)).toEqual(['c', 'b', 'a'])
    d.clear()
    await nextTick()
    expect(d.rows.value).toEqual([])
  })
  it('counts seconds, and says how many were not told one by one', () => {
    const d = within(() => useDebugger(() => clock))
    FakeSource.last.say(arrival('a'))
    clock += 1000
    FakeSource.last.say({ type: 'arrivals', accepted: 120, duplicates: 3, rejected: 1, rate: 12.4, lag_ms: 5 })
    expect(d.sampled.value).toBe(123)
    expect(d.totals.value).toEqual({ accepted: 120, duplicates: 3, rejected: 1 })
    expect(d.seconds.value.at(-1)).toBe(124)
    clock += 3000
    FakeSource.last.say({ type: 'arrivals', accepted: 0, duplicates: 0, rejected: 0, rate: 0 })
    expect(d.seconds.value.slice(-4)).toEqual([124, 0, 0, 0])
  })
})
