import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { Caller } from '@/use/useOp'
import { useQuestion } from './useQuestion'

describe('a question while it is written', () => {
  const asked: string[] = []
  const caller: Caller = (o, input) => {
    asked.push(`${o.name}: ${(input as { question?: string }).question ?? ''}`)
    const reply = o.name === 'who check' ? { ok: (input as { question: string }).question !== 'stage =' } : { count: 7, known: 10 }
    return Promise.resolve(reply as never)
  }
  beforeEach(() => {
    vi.useFakeTimers()
    asked.length = 0
  })
  afterEach(() => vi.useRealTimers())

  it('is asked once the writer pauses, and counted only when it stands', async () => {
    const scope = effectScope()
    const text = ref('')
    const q = scope.run(() => useQuestion(text, caller))
    text.value = 'stage ='
    await nextTick()
    text.value = 'stage = loyalty'
    await nextTick()
    await vi.advanceTimersByTimeAsync(400)
    expect(asked).toEqual(['who check: stage = loyalty', 'who count: stage = loyalty'])
    expect([q?.stands.value, q?.size.reply.value?.count]).toEqual([true, 7])
    text.value = 'stage ='
    await nextTick()
    await vi.advanceTimersByTimeAsync(400)
    expect(asked.at(-1)).toBe('who check: stage =')
    expect([q?.stands.value, q?.size.reply.value]).toEqual([false, null])
    scope.stop()
  })
})
