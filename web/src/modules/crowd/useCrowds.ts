// All crowds, searched by what the address says, with their share of everybody.
import { computed } from 'vue'
import { crowdList, crowdRefresh, whoCount } from '@/api/gen'
import { call } from '@/api/http'
import { useAsOf } from '@/use/useAsOf'
import { useOp, type Caller } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { useSession } from '@/use/useSession'
import { matches, type CrowdRow } from './crowd'

export function useCrowds(caller: Caller = call) {
  const query = useQuery({ search: '' })
  const list = useOp(crowdList, caller)
  const everybody = useOp(whoCount, caller)
  const refresh = useOp(crowdRefresh, caller)
  const asOf = useAsOf()
  const { may } = useSession()
  asOf.leaveWithPage()

  async function load() {
    const [found] = await Promise.all([list.run({}), may('who.read') ? everybody.run({ question: 'all' }) : null])
    const day = (found?.crowds ?? []).reduce((last, c) => ((c.as_of ?? '') > last ? (c.as_of ?? '') : last), '')
    if (day) asOf.show(day)
  }
  void load()

  const all = computed(() => list.reply.value?.crowds ?? [])
  const rows = computed(() => all.value.filter((r) => matches(r, query.search.value.trim())))
  return {
    query, list, all, rows, refresh, load,
    /** Of all consumers; only where both were counted as of the same day. */
    share: (r: CrowdRow) => {
      const known = everybody.reply.value
      return known && known.as_of === r.as_of && known.count && typeof r.consumers === 'number' ? r.consumers / known.count : null
    },
    refreshAll: async () => {
      const done = await refresh.run({}, { async: true })
      if (done) await load()
      return done
    },
  }
}
