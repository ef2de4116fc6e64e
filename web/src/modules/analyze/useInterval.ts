// Repurchase cycles: of everything for the figures, and by what they are taken apart; fields in the address.
import { computed, watch } from 'vue'
import { analyzeInterval, type AnalyzeIntervalIn } from '@/api/gen'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { dueQuestion, type CycleRow, type Due } from './interval'
import { useAnalysis } from './useAnalysis'
import { useDays } from './useDays'

export const CYCLES_BY = ['all', 'category', 'item', 'channel'] as const
type By = (typeof CYCLES_BY)[number]
export const AHEAD = 30

export function useInterval() {
  const query = useQuery({ by: 'category', ahead: String(AHEAD), among: '' })
  const days = useDays('365')
  const by = computed<By>(() => CYCLES_BY.find((b) => b === query.by.value) ?? 'category')
  const ahead = computed(() => (/^\d{1,4}$/.test(query.ahead.value) ? Number(query.ahead.value) : AHEAD))

  const run = useAnalysis(
    analyzeInterval,
    (): AnalyzeIntervalIn | null => (days.days.value ? { by: by.value, ahead: ahead.value, ...(query.among.value ? { among: query.among.value } : {}), ...days.days.value } : null),
    (r) => ({ day: r.to, from: r.from ?? '' }),
  )
  const whole = useOp(analyzeInterval)
  watch(run.asked, (fields) => {
    if (fields && fields.by !== 'all') void whole.run({ ...fields, by: 'all' })
  })
  /** Of all purchases together. */
  const all = computed(() => (run.reply.value?.by === 'all' ? run.reply.value : whole.reply.value))
  const who = (row: CycleRow, which: Due) => (run.reply.value && run.asked.value ? dueQuestion(row, run.asked.value, run.reply.value, which, days.latest.value) : null)
  return { query, by, ahead, days, run, whole, all, who }
}
