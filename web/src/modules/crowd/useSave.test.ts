import { describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import type { Op } from '@/api/op'
import type { Caller } from '@/use/useOp'
import { useSave } from './useSave'

function server() {
  const asked: [string, unknown][] = []
  const caller = (async (o: Op<object, unknown>, input: { name: string }) => {
    asked.push([o.name, input])
    await Promise.resolve()
    return { crowd: input.name, question: 'did purchase', note: 'for SMS' }
  }) as unknown as Caller
  return { caller, asked }
}

describe('useSave', () => {
  it('makes a crowd; a list is of the day that was asked about', async () => {
    const { caller, asked } = server()
    const s = useSave('', false, caller)
    expect(s.isReady.value).toBe(false)
    s.name.value = ' VIP '
    expect(await s.keep('all', '2026-11-01')).toBe('VIP')
    s.frozen.value = true
    await s.keep('all', '2026-11-01')
    expect(asked).toEqual([['crowd create', { name: 'VIP', question: 'all' }], ['crowd create', { name: 'VIP', question: 'all', frozen: true, as_of: '2026-11-01' }]])
  })
  it('changes the crowd that it comes from', async () => {
    const { caller, asked } = server()
    await effectScope().run(async () => {
      const s = useSave('VIP', true, caller)
      await vi.waitFor(() => { expect(s.note.value).toBe('for SMS') })
      expect(s.isReady.value).toBe(true)
      await s.keep('did purchase in 9d', '')
    })
    expect(asked.at(-1)).toEqual(['crowd change', { name: 'VIP', question: 'did purchase in 9d', note: 'for SMS' }])
  })
})
