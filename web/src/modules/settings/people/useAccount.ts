// My own account: password and sessions; only users have them, keys do not.
import { computed, ref, shallowRef } from 'vue'
import { ApiError } from '@/api/http'
import { changePassword, endOtherSessions, fetchSessions, type Session } from '@/api/own'
import { useSession } from '@/use/useSession'

const asError = (e: unknown) => (e instanceof ApiError ? e : new ApiError('bug', e instanceof Error ? e.message : String(e), '', '', 0))

export function useAccount() {
  const { me } = useSession()
  const isUser = computed(() => me.value?.kind === 'user')
  const sessions = shallowRef<readonly Session[]>([])
  const error = shallowRef<ApiError | null>(null)
  const sending = ref(false)
  const changed = ref(false)

  async function ask(call: () => Promise<readonly Session[]>) {
    try {
      sessions.value = await call()
    } catch (e) {
      error.value = asError(e)
    }
  }
  const load = () => (isUser.value ? ask(() => fetchSessions()) : Promise.resolve())
  void load()

  async function change(old: string, password: string): Promise<boolean> {
    sending.value = true
    error.value = null
    changed.value = false
    try {
      await changePassword({ old, password })
      changed.value = true
      await load()
      return true
    } catch (e) {
      error.value = asError(e)
      return false
    } finally {
      sending.value = false
    }
  }
  const endOthers = () => ask(() => endOtherSessions())
  const others = computed(() => sessions.value.filter((s) => !s.own).length)
  return { isUser, sessions, others, error, sending, changed, change, endOthers, load }
}
