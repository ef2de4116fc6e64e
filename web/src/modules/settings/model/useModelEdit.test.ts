import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { Caller } from '@/use/useOp'
import { draftOf, sourceOf, useModelEdit, whole } from './useModelEdit'

const TEXT = 'name: aipl\nstages: []\n'
const asked: { op: string; input: Record<string, unknown> }[] = []
const caller = ((o: { name: string }, input: Record<string, unknown>) => {
  asked.push({ op: o.name, input })
  if (o.name === 'model show') return Promise.resolve({ name: 'aipl', text: TEXT, stages: [] })
  if (o.name === 'model check') return Promise.resolve(String(input['model']).includes('wrong') ? { ok: false, error: { line: 2, column: 3, msg: 'no', hint: null } } : { ok: true })
  return Promise.resolve({ moved: 1, stages: [] })
}) as unknown as Caller
const settle = async () => {
  await vi.runAllTimersAsync()
  await nextTick()
}

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  asked.length = 0
})
afterEach(() => vi.useRealTimers())

describe('a model on the desk', () => {
  it('comes from the one in force, a preset or a version', () => {
    expect(sourceOf('')).toEqual({})
    expect(sourceOf('preset:5a')).toEqual({ model: '5a' })
    expect(sourceOf('version:3')).toEqual({ applied: 3 })
    expect(sourceOf('version:x')).toEqual({})
  })
  it('is a file of lines, never the name of a preset', () => {
    expect(whole('aipl')).toBe('aipl\n')
    expect(whole(TEXT)).toBe(TEXT)
  })
  it('keeps a draft of the same source only', () => {
    expect(draftOf('preset:5a\nname: x\n', 'preset:5a')).toBe('name: x\n')
    expect(draftOf('\nname: x', '')).toBe('name: x')
    expect(draftOf('preset:5a\nname: x', '')).toBeNull()
    expect(draftOf(null, '')).toBeNull()
  })
  it('tells mistakes while typing, and that a comparison is of an earlier text', async () => {
    const scope = effectScope()
    await scope.run(async () => {
      const m = useModelEdit(ref(''), ref(''), caller)
      await settle()
      expect(m.text.value).toBe(TEXT)
      expect([m.isRight.value, m.isChanged.value, m.isSame.value]).toEqual([true, false, true])
      await m.compare()
      expect(m.isCompared.value).toBe(true)
      m.text.value = `${TEXT}# wrong`
      await settle()
      expect(m.mistake.value).toMatchObject({ line: 2, column: 3 })
      expect([m.isRight.value, m.isCompared.value, m.isSame.value]).toEqual([false, false, false])
      m.discard()
      await settle()
      expect([m.isRight.value, m.isCompared.value]).toEqual([true, true])
    })
    scope.stop()
  })
})
