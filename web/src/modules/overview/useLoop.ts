// The closed loop and the growth of sales over the days of the overview: asked for once they are looked at.
import { computed, watch, type Ref } from 'vue'
import { reportGrowth, reportLoop } from '@/api/gen'
import { useOp } from '@/use/useOp'
import { factors, waterfall } from './growth'
import { domainTotals, doorRows, stations } from './loop'

export interface Days { from: string; to: string }

export function useLoop(days: Ref<Days>) {
  const loop = useOp(reportLoop)
  const load = () => loop.run(days.value)
  watch(days, () => void load(), { immediate: true })
  const reply = loop.reply
  return {
    loop, load,
    stations: computed(() => (reply.value ? stations(reply.value) : [])),
    doors: computed(() => (reply.value ? doorRows(reply.value) : [])),
    domains: computed(() => (reply.value ? domainTotals(reply.value) : [])),
  }
}

export function useGrowth(days: Ref<Days>) {
  const growth = useOp(reportGrowth)
  const load = () => growth.run(days.value)
  watch(days, () => void load(), { immediate: true })
  const reply = growth.reply
  return {
    growth, load,
    steps: computed(() => (reply.value ? waterfall(reply.value) : [])),
    parts: computed(() => (reply.value ? factors(reply.value) : [])),
  }
}
