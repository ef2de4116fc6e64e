// The profile of a crowd against everybody or another crowd; what is shown of it stands in the address.
import { computed, watch } from 'vue'
import { crowdList, crowdProfile } from '@/api/gen'
import { call } from '@/api/http'
import { useOp, type Caller } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { shownRows } from './profile'

export function useProfile(name: string, caller: Caller = call) {
  const query = useQuery({ base: '', field: '', least: '5', all: '' })
  const profile = useOp(crowdProfile, caller)
  const list = useOp(crowdList, caller)
  const load = () => profile.run({ name, ...(query.base.value ? { base: query.base.value } : {}) })
  watch(query.base, load, { immediate: true })
  void list.run({})

  const rows = computed(() => profile.reply.value?.rows ?? [])
  const least = computed(() => Math.max(0, Number(query.least.value) || 0))
  return {
    query, profile, least, load,
    input: computed(() => ({ name, ...(query.base.value ? { base: query.base.value } : {}) })),
    others: computed(() => (list.reply.value?.crowds ?? []).map((c) => c.crowd).filter((c) => c !== name)),
    fields: computed(() => [...new Set(rows.value.map((r) => r.field))]),
    rows: computed(() => shownRows(rows.value, profile.reply.value?.consumers ?? 0, { field: query.field.value, least: least.value, significantOnly: query.all.value === '' })),
    total: computed(() => rows.value.length),
  }
}
