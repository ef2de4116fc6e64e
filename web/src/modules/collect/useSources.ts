// Where events come from: by collector and key, asked again while something arrives.
import { getCurrentScope, onScopeDispose, shallowRef } from 'vue'
import { ApiError } from '@/api/http'
import { fetchSources, type Source, type Sources } from '@/api/own'
import { useLive } from '@/use/useLive'
import { useSession } from '@/use/useSession'

const PAUSE_MS = 1500

export interface KeySum {
  accepted: number
  duplicates: number
  rejected: number
  last: string
}
/** Counts of one key over its collectors. */
export function sumOf(sources: readonly Source[], key: number): KeySum | null {
  const mine = sources.filter((s) => s.key === key)
  if (!mine.length) return null
  return mine.reduce<KeySum>((a, s) => ({
    accepted: a.accepted + s.accepted, duplicates: a.duplicates + s.duplicates, rejected: a.rejected + s.rejected, last: s.last > a.last ? s.last : a.last,
  }), { accepted: 0, duplicates: 0, rejected: 0, last: '' })
}

export function useSources() {
  const { may } = useSession()
  const reply = shallowRef<Sources | null>(null)
  const error = shallowRef<ApiError | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load() {
    if (!may('live.read')) return
    try {
      reply.value = await fetchSources()
      error.value = null
    } catch (e) {
      error.value = e instanceof ApiError ? e : new ApiError('bug', String(e), '', '', 0)
    }
  }
  void load()
  if (may('live.read')) {
    useLive(['arrivals', 'reject'], () => {
      timer ??= setTimeout(() => {
        timer = undefined
        void load()
      }, PAUSE_MS)
    })
  }
  if (getCurrentScope()) onScopeDispose(() => clearTimeout(timer))
  return { reply, error, load }
}
