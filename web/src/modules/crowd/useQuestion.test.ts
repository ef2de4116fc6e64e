import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Op } from '@/api/op'
import type { Caller } from '@/use/useOp'
import { jsonOf, group, row } from './form/tree'
import { useQuestion } from './useQuestion'

const purchase = { did: { events: ['purchase'] } }
/** Event names go in backquotes: one that has not come in yet is no mistake. */
const sent = JSON.stringify({ did: { events: ['`purchase`'] } })

/** A server that knows "bought" (and its JSON) and nothing else; what it was asked. */
function server() {
  const asked: string[] = []
  const caller = (async (o: Op<object, unknown>, input: { question: string }) => {
    asked.push(`${o.name}: ${input.question}`)
    await Promise.resolve()
    const isRight = input.question === 'bought' || input.question === sent
    if (o.name === 'who check') return isRight ? { ok: true, question: 'did purchase' } : { ok: false, error: { at: 1, line: 1, msg: 'wrong' } }
    return { question: 'did purchase', form: purchase }
  }) as unknown as Caller
  return { caller, asked }
}

describe('useQuestion', () => {
  beforeEach(() => { vi.useFakeTimers() })
  afterEach(() => { vi.useRealTimers() })

  it('the form follows the text, and what is typed stays as it is typed', async () => {
    const { caller, asked } = server()
    const q = useQuestion('', caller)
    q.setText('boug')
    q.setText('bought')
    await vi.runAllTimersAsync()
    expect(asked).toEqual(['who check: bought', 'who print: bought'])
    expect(q.text.value).toBe('bought')
    expect(q.question.value).toBe('did purchase')
    expect(q.root.value && jsonOf(q.root.value)).toEqual(purchase)
  })

  it('a mistake is told; the form stays, nothing stands to be counted', async () => {
    const { caller } = server()
    const q = useQuestion('bought', caller)
    await q.read()
    q.setText('brought')
    await vi.runAllTimersAsync()
    expect(q.mistake.value?.msg).toBe('wrong')
    expect(q.question.value).toBe('')
    expect(q.root.value && jsonOf(q.root.value)).toEqual(purchase)
    q.setText('')
    await vi.runAllTimersAsync()
    expect(q.mistake.value).toBeNull()
    expect(q.root.value?.list).toEqual([])
  })

  it('the text follows the form; rows that are not filled in are left out and counted', async () => {
    const { caller, asked } = server()
    const q = useQuestion('', caller)
    q.setRoot(group('and', [row({ form: 'did', value: { events: ['purchase'] } }), row({ form: 'tag', value: { name: '' } })]))
    await vi.runAllTimersAsync()
    expect(asked).toEqual([`who check: ${sent}`])
    expect(q.text.value).toBe('did purchase')
    expect(q.unfinished.value).toBe(1)
  })
})
