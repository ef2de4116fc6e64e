// Saved analyses: a name, which analysis, and the query of its address, so that what is opened is the very page that was
// saved. Everybody who reads reports sees them.
import { computed, onMounted } from 'vue'
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import { savedCreate, savedDelete, savedList, savedRename, type SavedListOut } from '@/api/gen'
import { useOp } from '@/use/useOp'

export type Saved = SavedListOut['saved'][number]

/** Of the saved analysis that a page was opened from; not part of what is saved. */
export const OPENED = 'saved'

/** The fields in the address as the server keeps them: "days=30&steps=..."; they are in an order of their own, so that the
 * same fields are the same text. */
export function stateOf(query: LocationQuery): string {
  const q = new URLSearchParams()
  for (const name of Object.keys(query).sort()) {
    const v = query[name]
    if (name === OPENED) continue
    for (const one of Array.isArray(v) ? v : [v]) if (one) q.append(name, one)
  }
  return q.toString()
}
export function queryOfSaved(s: Pick<Saved, 'state' | 'name'>): LocationQueryRaw {
  return { ...Object.fromEntries(new URLSearchParams(s.state)), [OPENED]: s.name }
}

export function useSaved() {
  const list = useOp(savedList)
  const rename = useOp(savedRename)
  const drop = useOp(savedDelete)
  const load = () => list.run({})
  onMounted(load)
  return {
    list,
    rows: computed<readonly Saved[]>(() => list.reply.value?.saved ?? []),
    error: computed(() => list.error.value ?? rename.error.value ?? drop.error.value),
    load,
    rename: async (name: string, to: string) => {
      if (await rename.run({ name, to })) await load()
    },
    remove: async (name: string) => {
      if (await drop.run({ name })) await load()
    },
  }
}

/** Keeps the address under a name; of the one it was opened from, `replace` takes the new fields. */
export function useSave() {
  return useOp(savedCreate)
}
