// Keeping a question as a crowd.
import { computed, ref } from 'vue'
import { crowdCreate } from '@/api/gen'
import { call } from '@/api/http'
import { useOp, type Caller } from '@/use/useOp'

export function useSave(caller: Caller = call) {
  const save = useOp(crowdCreate, caller)
  const name = ref('')
  const note = ref('')
  const frozen = ref(false)
  return {
    name, note, frozen, save,
    isReady: computed(() => name.value.trim() !== ''),
    /** A list is of the day that was asked about; a live crowd has none. */
    keep: (question: string, asOf: string) =>
      save.run({ name: name.value.trim(), question, ...(note.value.trim() ? { note: note.value.trim() } : {}), ...(frozen.value ? { frozen: true, ...(asOf ? { as_of: asOf } : {}) } : {}) }),
  }
}
