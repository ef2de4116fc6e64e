// Who is logged in: one for the whole page.
import { computed, readonly, shallowRef } from 'vue'
import { ApiError, client } from '@/api/http'
import * as own from '@/api/own'
import { setFormat } from '@/ui/format'

/** undefined: not asked yet; null: nobody. */
const me = shallowRef<own.Me | null | undefined>(undefined)
let asking: Promise<own.Me | null> | null = null

/** Times are shown by the clock of the brand that one is logged in to. */
function be(who: own.Me) {
  setFormat({ zone: who.zone })
  me.value = who
}

async function ask(): Promise<own.Me | null> {
  try {
    be(await own.fetchMe())
  } catch (e) {
    // A server that cannot be reached says nothing of the session.
    if (!(e instanceof ApiError) || e.status === 0 || e.status >= 500) throw e
    me.value = null
  }
  return me.value ?? null
}

/** Asks the server once; later calls answer from memory. */
async function load(): Promise<own.Me | null> {
  if (me.value !== undefined) return me.value
  asking ??= ask().finally(() => {
    asking = null
  })
  return asking
}

/** A right as "report.read"; "public" is everybody's, "" too. */
export function mayWith(rights: readonly string[], right: string): boolean {
  return right === '' || right === 'public' || right === 'session' || rights.includes(right)
}

export function useSession() {
  return {
    me: readonly(me),
    brand: computed(() => me.value?.brand ?? ''),
    load,
    may: (right: string) => mayWith(me.value?.rights ?? [], right),
    login: async (fields: Parameters<typeof own.login>[0]) => {
      be(await own.login(fields))
    },
    setup: async (fields: Parameters<typeof own.setup>[0]) => {
      be(await own.setup(fields))
    },
    logout: async () => {
      await own.logout()
      me.value = null
    },
    /** The session is over: the next route asks for a log-in. */
    forget: () => {
      me.value = null
    },
  }
}

/** What a refused call does; set by the router. */
export function onSessionOver(then: () => void) {
  client.onDenied = () => {
    if (me.value) {
      me.value = null
      then()
    }
  }
}
