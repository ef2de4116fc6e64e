import { expect, it } from 'vitest'
import { ApiError } from '@/api/http'
import type { Caller } from '@/use/useOp'
import { useSample } from './useSample'

it('fills the brand, and says when it is done', async () => {
  const asked: unknown[] = []
  let done = 0
  const caller = ((_: unknown, input: unknown) => {
    asked.push(input)
    return Promise.resolve({ events: 3 })
  }) as unknown as Caller
  const { fill, start } = useSample(() => done++, caller)
  await start()
  expect(asked).toEqual([{}])
  expect(done).toBe(1)
  expect(fill.reply.value).toEqual({ events: 3 })
})

it('a brand that has events is filled only when that is said once more', async () => {
  let done = 0
  const caller = ((_: unknown, input: { anyway?: boolean }) =>
    input.anyway ? Promise.resolve({}) : Promise.reject(new ApiError('conflict', 'it has events', '', '', 409))) as unknown as Caller
  const { taken, start } = useSample(() => done++, caller)
  await start()
  expect(taken.value).toBe(true)
  expect(done).toBe(0)
  await start(true)
  expect(taken.value).toBe(false)
  expect(done).toBe(1)
})
