// Saved mappings: the list, and what looks after it.
import { computed } from 'vue'
import { mappingDelete, mappingList, mappingRename } from '@/api/gen'
import { asList, asObject, asText } from '@/api/json'
import { useOp } from '@/use/useOp'
import { useSession } from '@/use/useSession'

export interface Mapping {
  name: string
  format: string
  /** As --map takes them; properties and what is left out say nothing. */
  map: string[]
}

export function useMappings() {
  const { may } = useSession()
  const list = useOp(mappingList)
  const rename = useOp(mappingRename)
  const drop = useOp(mappingDelete)
  const load = async () => {
    if (may('event.read')) await list.run({})
  }
  const rows = computed<readonly Mapping[]>(() => (list.reply.value?.mappings ?? []).map((m) => {
    const o = asObject(m.mapping)
    return { name: m.name ?? '', format: asText(o['format']), map: asList(o['map']).map(asText).filter((s) => !s.startsWith('props.') && !s.startsWith('skip=')) }
  }))
  return {
    rows, load,
    error: computed(() => list.error.value ?? rename.error.value ?? drop.error.value),
    mayChange: computed(() => may('data.import')),
    /** False when it could not be done: `error` says why. */
    rename: async (name: string, to: string) => {
      const done = await rename.run({ name, to })
      if (done) await load()
      return Boolean(done)
    },
    remove: async (name: string) => {
      const done = await drop.run({ name })
      if (done) await load()
      return Boolean(done)
    },
  }
}
