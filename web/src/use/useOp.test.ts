import { describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { ApiError, type CallOptions } from '@/api/http'
import { op } from '@/api/op'
import { useOp, type Caller } from './useOp'

const record = op<{ n: number }, { n: number }>({ name: 'test', method: 'GET', path: '/t', perm: 'public', how: 'reads' })

interface Pending { options: CallOptions; answer: (v: unknown) => void; fail: (e: unknown) => void }

function manual(): { caller: Caller; calls: Pending[] } {
  const calls: Pending[] = []
  const caller = ((_o: unknown, _input: unknown, options: CallOptions) =>
    new Promise((resolve, reject) => {
      calls.push({ options, answer: resolve as (v: unknown) => void, fail: reject })
    })) as Caller
  return { caller, calls }
}
function at<T>(list: readonly T[], i: number): T {
  const v = list[i]
  if (v === undefined) throw new Error(`there is no item ${i}`)
  return v
}

describe('useOp', () => {
  it('tells that it loads, then the reply', async () => {
    const { caller, calls } = manual()
    const s = useOp(record, caller)
    const done = s.run({ n: 1 })
    expect(s.loading.value).toBe(true)
    at(calls, 0).answer({ n: 1 })
    expect(await done).toEqual({ n: 1 })
    expect(s.reply.value).toEqual({ n: 1 })
    expect(s.loading.value).toBe(false)
  })

  it('drops the late reply of an earlier call, and aborts it', async () => {
    const { caller, calls } = manual()
    const s = useOp(record, caller)
    const first = s.run({ n: 1 })
    const second = s.run({ n: 2 })
    expect(at(calls, 0).options.signal?.aborted).toBe(true)
    at(calls, 1).answer({ n: 2 })
    await second
    at(calls, 0).answer({ n: 1 })
    expect(await first).toBeNull()
    expect(s.reply.value).toEqual({ n: 2 })
  })

  it('keeps the last reply beside an error, and forgets the error with the next call', async () => {
    const { caller, calls } = manual()
    const s = useOp(record, caller)
    const first = s.run({ n: 1 })
    at(calls, 0).answer({ n: 1 })
    await first
    const second = s.run({ n: 2 })
    at(calls, 1).fail(new ApiError('invalid', 'no', 'try', 'n', 400))
    expect(await second).toBeNull()
    expect(s.error.value?.hint).toBe('try')
    expect(s.reply.value).toEqual({ n: 1 })
    void s.run({ n: 3 })
    expect(s.error.value).toBeNull()
  })

  it('drops the late error of an earlier call', async () => {
    const { caller, calls } = manual()
    const s = useOp(record, caller)
    const first = s.run({ n: 1 })
    void s.run({ n: 2 })
    at(calls, 0).fail(new DOMException('aborted', 'AbortError'))
    await first
    expect(s.error.value).toBeNull()
    expect(s.loading.value).toBe(true)
  })

  it('shows the progress of a job, and none when it is over', async () => {
    const { caller, calls } = manual()
    const s = useOp(record, caller)
    const done = s.run({ n: 1 })
    at(calls, 0).options.onProgress?.({ job: 7, state: 'running', share: 0.4, text: 'reading' })
    expect(s.progress.value?.share).toBe(0.4)
    at(calls, 0).answer({ n: 1 })
    await done
    expect(s.progress.value).toBeNull()
  })

  it('ends with its component', () => {
    const { caller, calls } = manual()
    const scope = effectScope()
    const stopped = vi.fn()
    scope.run(() => void useOp(record, caller).run({ n: 1 }))
    at(calls, 0).options.signal?.addEventListener('abort', stopped)
    scope.stop()
    expect(stopped).toHaveBeenCalledOnce()
  })
})
