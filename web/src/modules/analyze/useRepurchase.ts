// Repurchase over the days, and month by month within them: the same operation for each month, one after the other.
import { computed, shallowRef, watch } from 'vue'
import { analyzeRepurchase, type AnalyzeRepurchaseIn, type AnalyzeRepurchaseOut } from '@/api/gen'
import { dayPlus } from '@/ui/format'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { monthsOf, type Month } from './months'
import { useAnalysis } from './useAnalysis'
import { useDays } from './useDays'

export interface MonthRow extends Month {
  /** null: not there yet. */
  reply: AnalyzeRepurchaseOut | null
}
const YEAR = 365

export function useRepurchase() {
  const query = useQuery({ by: 'orders', among: '' })
  const days = useDays(String(YEAR))
  const rest = computed(() => ({ by: query.by.value === 'days' ? ('days' as const) : ('orders' as const), ...(query.among.value ? { among: query.among.value } : {}) }))
  const run = useAnalysis(
    analyzeRepurchase,
    (): AnalyzeRepurchaseIn | null => (days.days.value ? { ...rest.value, ...days.days.value } : null),
    (r) => ({ day: r.to ?? days.latest.value, from: r.from ?? '' }),
  )

  const month = useOp(analyzeRepurchase)
  const months = shallowRef<readonly MonthRow[]>([])
  async function loadMonths(fields: AnalyzeRepurchaseIn) {
    const to = fields.to ?? days.latest.value
    const list = monthsOf(fields.from ?? dayPlus(to, -YEAR), to)
    months.value = list.map((m) => ({ ...m, reply: null }))
    for (const m of list) {
      const reply = await month.run({ ...fields, from: m.from, to: m.to })
      // Fields have changed meanwhile, or it failed: what was got stands.
      if (!reply || run.asked.value !== fields) return
      months.value = months.value.map((r) => (r.month === m.month ? { ...m, reply } : r))
    }
  }
  watch(run.asked, (fields) => {
    if (fields) void loadMonths(fields)
  })
  return { query, days, run, months, month }
}
