// Retention: unit, the two events and the days in the address; cohorts with their average.
import { computed } from 'vue'
import { analyzeRetention, type AnalyzeRetentionIn } from '@/api/gen'
import { useQuery } from '@/use/useQuery'
import { averages, cellQuestion, startOf, type Unit } from './retention'
import { useAnalysis } from './useAnalysis'
import { useDays } from './useDays'

/** Days that show a handful of cohorts of each unit. */
const USUAL: Record<Unit, string> = { day: '14', week: '90', month: '365' }

export function useRetention() {
  const query = useQuery({ unit: 'week', first: '', return: '', rolling: '', among: '', show: 'share' })
  const unit = computed<Unit>(() => (query.unit.value === 'day' || query.unit.value === 'month' ? query.unit.value : 'week'))
  const days = useDays(() => USUAL[unit.value])

  function input(): AnalyzeRetentionIn | null {
    const span = days.days.value
    if (!span) return null
    return {
      unit: unit.value,
      first: query.first.value || 'any',
      return: query.return.value || 'any',
      ...(query.rolling.value ? { rolling: true } : {}),
      ...(query.among.value ? { among: query.among.value } : {}),
      // Whole cohorts: one that begins in the middle of its week would be small for no reason of its own.
      ...(span.from ? { from: startOf(unit.value, span.from) } : {}),
      ...(span.to ? { to: span.to } : {}),
    }
  }
  const run = useAnalysis(analyzeRetention, input, (r) => ({ day: r.to, from: r.from ?? '' }))
  const average = computed(() => averages(run.reply.value?.cohorts ?? []))
  /** As a question; see cellQuestion. */
  const who = (cohort: string, k: number | null) => (run.reply.value && run.asked.value ? cellQuestion(run.asked.value, run.reply.value, cohort, k, days.latest.value) : null)
  return { query, unit, days, run, average, who }
}
