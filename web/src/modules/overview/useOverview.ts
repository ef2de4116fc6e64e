// The figures of the overview: flow between two days (assets at both ends come out of it), and the trend between them.
import { computed, watch } from 'vue'
import { reportFast, reportFlow, reportTrend, type ReportTrendOut } from '@/api/gen'
import { asList, asNumber, asObject, asText } from '@/api/json'
import { dayPlus } from '@/ui/format'
import { useAsOf } from '@/use/useAsOf'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { stageRows } from './flow'

const MONTH = 30

export interface TrendDay {
  day: string
  counts: Record<string, number>
}
/** `days` of the reply is an object a day: the day, then a count by stage name. */
export function trendDays(t: ReportTrendOut | null): TrendDay[] {
  return asList(t?.days).map((d) => {
    const { day, ...rest } = asObject(d)
    const counts = Object.fromEntries(Object.entries(rest).map(([stage, n]) => [stage, asNumber(n) ?? 0]))
    return { day: asText(day), counts }
  })
}

export function useOverview() {
  const query = useQuery({ from: '', to: '' })
  const flow = useOp(reportFlow)
  const trend = useOp(reportTrend)
  const fast = useOp(reportFast)
  const asOf = useAsOf()
  asOf.leaveWithPage()

  async function load() {
    const { from, to } = { from: query.from.value, to: query.to.value }
    const period = { ...(from ? { from } : {}), ...(to ? { to } : {}) }
    const reply = await flow.run(period)
    if (!reply) return
    asOf.show(reply.to)
    // The same days for all, also where the server chose them; a line needs a month at least.
    const month = dayPlus(reply.to, -MONTH)
    await Promise.all([trend.run({ from: reply.from < month ? reply.from : month, to: reply.to }), fast.run({ from: reply.from, to: reply.to })])
  }
  watch([query.from, query.to], () => void load(), { immediate: true })

  const rows = computed(() => (flow.reply.value ? stageRows(flow.reply.value) : []))
  const days = computed(() => trendDays(trend.reply.value))
  const isEmpty = computed(() => flow.reply.value?.known_to === 0)
  return { query, flow, trend, fast, rows, days, isEmpty, load }
}
