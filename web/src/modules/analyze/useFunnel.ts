// A funnel: steps, span, breakdown in the address; the reply; who is behind its numbers.
import { computed } from 'vue'
import { analyzeFunnel, type AnalyzeFunnelIn } from '@/api/gen'
import { useLang } from '@/use/useLang'
import { useQuery } from '@/use/useQuery'
import { funnelRows, usualSteps } from './funnel'
import { readStep, splitSteps, stepText } from './step'
import { useAnalysis } from './useAnalysis'
import { useDays } from './useDays'
import { useEvents } from './useEvents'
import { useSteps } from './useSteps'

export const SPLITS = ['channel', 'touchpoint', 'campaign', 'category', 'stage'] as const

export function useFunnel() {
  const { t } = useLang()
  const query = useQuery({ steps: '', within: '7d', by: '', item: '', first: '', among: '' })
  const days = useDays()
  const { events, latest, eventName } = useEvents()
  const { steps, text } = useSteps(query.steps, () => (latest.value ? usualSteps(events.value.map((e) => e.event)).join('; ') : ''))

  function input(): AnalyzeFunnelIn | null {
    const step = splitSteps(text())
    if (!days.days.value || !latest.value || !step.length) return null
    const by = [...(query.item.value ? ['item'] : []), ...(query.by.value ? [query.by.value] : [])]
    return {
      step,
      within: query.within.value,
      ...(by.length ? { by } : {}),
      ...(query.first.value ? { first: true } : {}),
      ...(query.among.value ? { among: query.among.value } : {}),
      ...days.days.value,
    }
  }
  const run = useAnalysis(analyzeFunnel, input, (r) => ({ day: r.to ?? latest.value, from: r.from ?? '' }))
  const rows = computed(() => (run.reply.value && run.asked.value ? funnelRows(run.reply.value, run.asked.value, latest.value) : []))
  const parts = computed(() => run.reply.value?.parts ?? [])
  /** "商品浏览 / 收藏": the events; tests on them only as "…", the form shows them. */
  function stepName(written: string): string {
    const s = readStep(written)
    if (s.raw) return s.raw
    const names = s.events.map((e) => (e === 'any' ? t('analyze.anyEvent') : eventName(e))).join(' / ')
    return stepText({ ...s, tests: [] }) === written ? names : `${names} …`
  }
  return { query, days, steps, run, rows, parts, stepName }
}
