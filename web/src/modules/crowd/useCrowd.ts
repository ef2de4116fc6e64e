// One crowd: what it is, how large it is and was. A live one can be asked for days before it was ever counted.
import { computed, ref, shallowRef } from 'vue'
import { crowdCount, crowdHistory, crowdShow, whoCount } from '@/api/gen'
import { call } from '@/api/http'
import { dayPlus } from '@/ui/format'
import { useAsOf } from '@/use/useAsOf'
import { useOp, type Caller } from '@/use/useOp'
import { sizePoints, type SizePoint } from './crowd'
import { crowdQuestion } from './question'

const WEEKS = 26

export function useCrowd(name: string, caller: Caller = call) {
  const show = useOp(crowdShow, caller)
  const history = useOp(crowdHistory, caller)
  const counting = useOp(crowdCount, caller)
  const before = useOp(whoCount, caller)
  const past = shallowRef<SizePoint[]>([])
  const working = ref(0)
  const asOf = useAsOf()
  asOf.leaveWithPage()

  async function load() {
    const [found] = await Promise.all([show.run({ name }), history.run({ name, limit: 400 })])
    if (found) asOf.show(found.as_of)
  }
  void load()

  const points = computed(() => sizePoints(history.reply.value?.sizes ?? []))
  const change = computed(() => {
    const now = show.reply.value
    const last = points.value.filter((p) => now && p.day < now.as_of).at(-1)
    return now && last ? { day: last.day, by: now.consumers - last.consumers } : null
  })
  return {
    show, history, counting, points, change, load,
    past, working,
    weeks: WEEKS,
    refresh: async () => {
      const done = await counting.run({ name })
      if (done) await load()
      return done
    },
    /** As it would have been: the question of today asked of the days before, week by week. */
    lookBack: async () => {
      const now = show.reply.value
      if (!now) return
      const found: SizePoint[] = [{ day: now.as_of, consumers: now.consumers }]
      for (working.value = 1; working.value <= WEEKS; working.value++) {
        const day = dayPlus(now.as_of, -7 * working.value)
        const then = await before.run({ question: crowdQuestion(name), as_of: day })
        if (!then) break
        found.unshift({ day, consumers: then.count })
        past.value = [...found]
      }
      working.value = 0
    },
    stopLooking: () => { before.stop() },
    backError: before.error,
  }
}
