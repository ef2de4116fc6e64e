// How crowds overlap: which ones stands in the address.
import { computed, watch } from 'vue'
import { crowdList, crowdOverlap } from '@/api/gen'
import { call } from '@/api/http'
import { useAsOf } from '@/use/useAsOf'
import { useOp, type Caller } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { namesOf, textOf } from './crowd'

const MOST = 20

/** `first` is always among them, on the page of a crowd. */
export function useOverlap(first = '', caller: Caller = call) {
  const query = useQuery({ with: '' })
  const list = useOp(crowdList, caller)
  const overlap = useOp(crowdOverlap, caller)
  const asOf = useAsOf()
  if (!first) asOf.leaveWithPage()
  const names = computed(() => list.reply.value?.crowds.map((c) => c.crowd) ?? [])
  const chosen = computed<string[]>({
    get: () => {
      const asked = namesOf(query.with.value).filter((n) => n !== first)
      return asked.length ? asked : names.value.filter((n) => n !== first).slice(0, first ? 3 : 4)
    },
    set: (to) => { query.with.value = textOf(to) },
  })
  const all = computed(() => (first ? [first, ...chosen.value] : chosen.value).slice(0, MOST))

  let asked = ''
  watch(all, async (now) => {
    if (now.length < 2 || textOf(now) === asked) return
    asked = textOf(now)
    const found = await overlap.run({ name: now })
    if (found && !first) asOf.show(found.as_of)
  }, { immediate: true })
  void list.run({})
  return { list, overlap, names: computed(() => names.value.filter((n) => n !== first)), chosen, most: first ? MOST - 1 : MOST }
}
