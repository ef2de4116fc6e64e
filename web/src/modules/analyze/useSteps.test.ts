import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useSteps } from './useSteps'

const FALLBACK = 'item_view; purchase'

describe('useSteps', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())
  const make = (start: string) => {
    const address = ref(start)
    const scope = effectScope()
    const it = scope.run(() => useSteps(address, () => FALLBACK))
    if (!it) throw new Error('no scope')
    return { address, scope, ...it }
  }
  const later = async () => {
    await nextTick()
    vi.advanceTimersByTime(400)
    await nextTick()
  }

  it('begins with those of the address, else with the usual ones', () => {
    expect(make('share').steps.value.map((s) => s.events)).toEqual([['share']])
    expect(make('').steps.value.map((s) => s.events)).toEqual([['item_view'], ['purchase']])
  })
  it('writes a change into the address, and leaves the usual ones out', async () => {
    const { address, steps } = make('')
    steps.value[0]?.events.push('favorite')
    await later()
    expect(address.value).toBe('(item_view or favorite); purchase')
    steps.value[0]?.events.pop()
    await later()
    expect(address.value).toBe('')
  })
  it('keeps a row that has no event yet, in the form only', async () => {
    const { address, steps } = make('share; purchase')
    steps.value.push({ events: [], tests: [], raw: '' })
    await later()
    expect(steps.value.length).toBe(3)
    expect(address.value).toBe('share; purchase')
  })
  it('follows an address that was changed from outside', async () => {
    const { address, steps } = make('')
    address.value = 'any; purchase'
    await nextTick()
    expect(steps.value.map((s) => s.events)).toEqual([['any'], ['purchase']])
  })
})
