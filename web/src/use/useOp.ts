// A call of an operation as state: loading, reply, error. Of several calls only the last one counts: earlier ones are
// aborted and their late replies dropped. Calls end with the component they were made in.
//
//     const assets = useOp(reportAssets)
//     void assets.run({ as_of: day.value })
//     assets.reply.value?.known
import { getCurrentScope, onScopeDispose, readonly, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { ApiError, call, type CallOptions, type Progress } from '@/api/http'
import type { Op } from '@/api/op'

export interface OpState<In, Out> {
  readonly reply: Readonly<ShallowRef<Out | null>>
  readonly error: Readonly<ShallowRef<ApiError | null>>
  readonly loading: Readonly<Ref<boolean>>
  /** Of a job that runs; null while there is none. */
  readonly progress: Readonly<ShallowRef<Progress | null>>
  /** The reply, or null when it failed, was stopped or overtaken. */
  run: (input: In, options?: Omit<CallOptions, 'signal' | 'onProgress'>) => Promise<Out | null>
  stop: () => void
  clear: () => void
}

export type Caller = <In extends object, Out>(o: Op<In, Out>, input: In, options: CallOptions) => Promise<Out>

function errorFrom(e: unknown): ApiError {
  return e instanceof ApiError ? e : new ApiError('bug', e instanceof Error ? e.message : String(e), '', '', 0)
}

export function useOp<In extends object, Out>(o: Op<In, Out>, caller: Caller = call): OpState<In, Out> {
  const reply = shallowRef<Out | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const progress = shallowRef<Progress | null>(null)
  const loading = ref(false)
  let current: AbortController | null = null

  function stop() {
    current?.abort()
    current = null
    loading.value = false
    progress.value = null
  }

  async function run(input: In, options: Omit<CallOptions, 'signal' | 'onProgress'> = {}): Promise<Out | null> {
    stop()
    const mine = new AbortController()
    const isLate = () => current !== mine
    current = mine
    loading.value = true
    error.value = null
    try {
      const onProgress = (p: Progress) => {
        if (!isLate()) progress.value = p
      }
      const out = await caller(o, input, { ...options, signal: mine.signal, onProgress })
      if (isLate()) return null
      reply.value = out
      return out
    } catch (e) {
      if (!isLate()) error.value = errorFrom(e)
      return null
    } finally {
      if (!isLate()) stop()
    }
  }

  function clear() {
    stop()
    reply.value = null
    error.value = null
  }

  if (getCurrentScope()) onScopeDispose(stop)
  return { reply, error, loading: readonly(loading), progress, run, stop, clear }
}
