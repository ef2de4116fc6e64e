// Keeping a question: as a new crowd, or as the new conditions of one that there is.
import { computed, ref, watch } from 'vue'
import { crowdChange, crowdCreate, crowdShow, type CrowdShowOut } from '@/api/gen'
import { call } from '@/api/http'
import { useOp, type Caller } from '@/use/useOp'

/** `from`: the crowd it comes from, with its question; `isEdit`: it is that one's that changes. */
export function useSave(from: string, isEdit: boolean, caller: Caller = call) {
  const create = useOp(crowdCreate, caller)
  const change = useOp(crowdChange, caller)
  const origin = useOp(crowdShow, caller)
  const name = ref(isEdit ? from : '')
  const note = ref('')
  const frozen = ref(false)
  const found = computed<CrowdShowOut | null>(() => origin.reply.value)
  watch(found, (c) => { note.value = c?.note ?? '' })
  if (from) void origin.run({ name: from })

  return {
    name, note, frozen, origin: found, originError: origin.error,
    isReady: computed(() => name.value.trim() !== '' && (!isEdit || found.value !== null)),
    loading: computed(() => create.loading.value || change.loading.value),
    error: computed(() => create.error.value ?? change.error.value),
    /** A list is of the day that was asked about; a live crowd has none. */
    keep: async (question: string, asOf: string): Promise<string | null> => {
      const text = note.value.trim()
      const done = isEdit
        ? await change.run({ name: from, question, note: text })
        : await create.run({ name: name.value.trim(), question, ...(text ? { note: text } : {}), ...(frozen.value ? { frozen: true, ...(asOf ? { as_of: asOf } : {}) } : {}) })
      return done?.crowd ?? null
    },
  }
}
