import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useLive } from './useLive'

class FakeSource {
  static made: FakeSource[] = []
  closed = false
  onmessage: ((e: MessageEvent) => void) | null = null
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  constructor(readonly address: string) {
    FakeSource.made.push(this)
  }
  addEventListener() {
    return
  }
  close() {
    this.closed = true
  }
  say(data: string) {
    this.onmessage?.(new MessageEvent('message', { data }))
  }
}

describe('useLive', () => {
  beforeEach(() => {
    FakeSource.made = []
    vi.stubGlobal('EventSource', FakeSource)
  })
  afterEach(() => vi.unstubAllGlobals())

  it('tells each listener the types it asked for, over one stream', () => {
    const a = vi.fn()
    const b = vi.fn()
    const one = useLive(['stage'], a)
    const two = useLive(['stage', 'job'], b)
    expect(FakeSource.made).toHaveLength(1)
    FakeSource.made[0]?.say('{"type":"stage","consumer":12}')
    FakeSource.made[0]?.say('{"type":"job","id":1}')
    expect(a).toHaveBeenCalledTimes(1)
    expect(b).toHaveBeenCalledTimes(2)
    one.end()
    two.end()
  })

  it('closes with the last listener and opens anew for the next', () => {
    const one = useLive(['job'], vi.fn())
    FakeSource.made[0]?.onopen?.()
    expect(one.connected.value).toBe(true)
    one.end()
    expect(FakeSource.made[0]?.closed).toBe(true)
    expect(one.connected.value).toBe(false)
    useLive(['job'], vi.fn()).end()
    expect(FakeSource.made).toHaveLength(2)
  })

  it('is not broken by what is no JSON', () => {
    const a = vi.fn()
    const one = useLive(['job'], a)
    FakeSource.made[0]?.say('{')
    expect(a).not.toHaveBeenCalled()
    one.end()
  })
})
