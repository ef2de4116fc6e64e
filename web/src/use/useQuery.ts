// State that stands in the address: it survives a reload and can be sent to somebody.
//
//     const q = useQuery({ from: '', to: '' })
//     q.from.value = '2026-11-01'        /overview?from=2026-11-01
import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'

export type QueryState<T extends Record<string, string>> = { [K in keyof T]: WritableComputedRef<string> }

/** The query with some fields changed; those at their default leave it. */
export function queryWith(query: LocationQuery, changes: Record<string, string>, defaults: Record<string, string>): LocationQuery {
  const out: LocationQuery = { ...query }
  for (const [name, value] of Object.entries(changes)) {
    if (value === (defaults[name] ?? '')) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a copy of our own
      delete out[name]
    } else {
      out[name] = value
    }
  }
  return out
}

export function useQuery<T extends Record<string, string>>(defaults: T): QueryState<T> & { set: (changes: Partial<T>) => void } {
  const route = useRoute()
  const router = useRouter()
  // Several fields set in one go are one change of the address.
  let waiting: Record<string, string> = {}
  const set = (changes: Partial<T>) => {
    const first = Object.keys(waiting).length === 0
    Object.assign(waiting, changes)
    if (!first) return
    queueMicrotask(() => {
      const all = waiting
      waiting = {}
      void router.replace({ query: queryWith(route.query, all, defaults), hash: route.hash })
    })
  }
  const refs = Object.fromEntries(
    Object.entries(defaults).map(([name, fallback]) => [
      name,
      computed<string>({
        get: () => {
          const v = route.query[name]
          return typeof v === 'string' ? v : fallback
        },
        set: (v) => set({ [name]: v } as Partial<T>),
      }),
    ]),
  ) as QueryState<T>
  return Object.assign(refs, { set })
}
