import { describe, expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import type { Op } from '@/api/op'
import type { Caller } from '@/use/useOp'
import { useEstimate } from './useEstimate'

describe('useEstimate', () => {
  it('counts a question as of the day that is asked, then by stage, and lists the first', async () => {
    const asked: unknown[] = []
    const caller = (async (o: Op<object, unknown>, input: { question?: string; as_of?: string }) => {
      asked.push([o.name, input])
      await Promise.resolve()
      if (o.name === 'who complete') return { words: ['none', 'interest'] }
      if (o.name === 'who list') return { consumers: [] }
      return { as_of: '2026-11-29', known: 10, count: input.question?.includes('interest') ? 3 : input.question?.includes('none') ? 1 : 4 }
    }) as unknown as Caller
    const scope = effectScope()
    await scope.run(async () => {
      const question = ref('a or b')
      const e = useEstimate(question, ref('2026-11-01'), caller)
      await vi.waitFor(() => { expect(e.stages.value).toHaveLength(2) })
      expect(e.size.reply.value?.count).toBe(4)
      expect(e.stages.value).toEqual([{ stage: 'none', count: 1 }, { stage: 'interest', count: 3 }])
      expect(asked).toContainEqual(['who count', { question: '(a or b) and stage = `interest`', as_of: '2026-11-01' }])
      question.value = ''
      await vi.waitFor(() => { expect(e.size.reply.value).toBeNull() })
      expect(e.stages.value).toEqual([])
    })
    scope.stop()
  })
})
