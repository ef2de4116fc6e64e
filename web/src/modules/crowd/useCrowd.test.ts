import { describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import type { Op } from '@/api/op'
import type { Caller } from '@/use/useOp'
import { useCrowd } from './useCrowd'

const sizes = [{ as_of: '2026-11-20', counted: '', consumers: 8 }, { as_of: '2026-11-29', counted: '', consumers: 10 }]

describe('useCrowd', () => {
  it('tells the change since the last day that was counted, and asks for weeks before', async () => {
    const days: string[] = []
    const caller = (async (o: Op<object, unknown>, input: { as_of?: string }) => {
      await Promise.resolve()
      if (o.name === 'crowd show') return { crowd: 'a', as_of: '2026-11-29', consumers: 10, sizes }
      if (o.name === 'crowd history') return { crowd: 'a', sizes }
      days.push(input.as_of ?? '')
      return { count: days.length, known: 100 }
    }) as unknown as Caller
    const scope = effectScope()
    await scope.run(async () => {
      const c = useCrowd('a', caller)
      await vi.waitFor(() => { expect(c.change.value).toEqual({ day: '2026-11-20', by: 2 }) })
      await c.lookBack()
      expect(days[0]).toBe('2026-11-22')
      expect(c.past.value).toHaveLength(c.weeks + 1)
      expect(c.past.value.at(-1)).toEqual({ day: '2026-11-29', consumers: 10 })
      expect(c.working.value).toBe(0)
    })
    scope.stop()
  })
})
