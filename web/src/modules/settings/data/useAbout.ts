// How the brand and the server stand: asked again every few seconds while the page is open.
import { computed, onScopeDispose } from 'vue'
import { status, version } from '@/api/gen'
import { useOp, type Caller } from '@/use/useOp'
import { useSession } from '@/use/useSession'

const EVERY_MS = 5000

export function useAbout(caller?: Caller) {
  const { may } = useSession()
  const program = useOp(version, caller)
  const state = useOp(status, caller)
  let timer: ReturnType<typeof setTimeout> | undefined
  let over = false

  async function look() {
    clearTimeout(timer)
    await state.run({})
    if (!over) timer = setTimeout(() => void look(), EVERY_MS)
  }
  void program.run({})
  if (may('data.read')) void look()
  onScopeDispose(() => {
    over = true
    clearTimeout(timer)
  })

  /** Whole days, hours and minutes that the server runs; null: not known. */
  const upFor = computed(() => {
    const s = state.reply.value?.uptime_s
    return s === null || s === undefined ? null : { d: Math.floor(s / 86400), h: Math.floor((s % 86400) / 3600), m: Math.floor((s % 3600) / 60) }
  })
  const error = computed(() => program.error.value ?? state.error.value)
  return { program, state, upFor, error, look }
}
