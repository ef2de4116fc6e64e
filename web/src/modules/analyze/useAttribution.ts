// Which touches earn credit, by all models at once.
import { computed } from 'vue'
import { analyzeAttribution, modelShow, type AnalyzeAttributionIn } from '@/api/gen'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { useSession } from '@/use/useSession'
import { creditTable, type Counted } from './attribution'
import { useAnalysis } from './useAnalysis'
import { useDays, type Days } from './useDays'
import { listOf } from './usePath'

export const WINDOWS = ['1d', '7d', '14d', '30d', '60d', '90d'] as const
export const HALF_LIVES = ['1d', '3d', '7d', '14d', '30d'] as const
export const BYS = ['channel', 'touchpoint', 'campaign'] as const

export interface AttributionQuery {
  goal: string
  by: string
  window: string
  half: string
  touch: string
}
/** A year at most, in days or hours. */
const isSpan = (s: string) => /^[1-9]\d{0,3}[dh]$/.test(s)

export function attributionFields(q: AttributionQuery, days: Days): AnalyzeAttributionIn {
  const touch = listOf(q.touch)
  const by = BYS.find((b) => b === q.by)
  return {
    goal: /^stage:.+/.test(q.goal) ? q.goal : 'purchase',
    model: 'all',
    by: by ?? 'channel',
    window: isSpan(q.window) ? q.window : '30d',
    half_life: isSpan(q.half) ? q.half : '7d',
    ...(touch.length ? { touch } : {}),
    ...days,
  }
}

export function useAttribution() {
  const query = useQuery({ goal: 'purchase', by: 'channel', window: '30d', half: '7d', touch: '', show: 'count' })
  const days = useDays('30')
  const { may } = useSession()
  const model = useOp(modelShow)
  const run = useAnalysis(
    analyzeAttribution,
    () => (days.days.value ? attributionFields({ goal: query.goal.value, by: query.by.value, window: query.window.value, half: query.half.value, touch: query.touch.value }, days.days.value) : null),
    (r) => ({ day: r.to, from: r.from }),
  )
  // Behind the question: the server has one warm copy to answer from, and this needs no warm one.
  if (may('model.read')) void model.run({})
  /** Of promotions there is no amount. */
  const hasAmount = computed(() => run.reply.value?.amount !== null && run.reply.value?.amount !== undefined)
  const counted = computed<Counted>({
    get: () => (query.show.value === 'amount' && hasAmount.value ? 'amount' : 'count'),
    set: (v) => query.set({ show: v }),
  })
  const table = computed(() => (run.reply.value ? creditTable(run.reply.value, counted.value) : null))
  const stages = computed(() => (model.reply.value?.stages ?? []).map((s) => s.stage).filter((s) => s !== 'none'))
  return { query, days, run, hasAmount, counted, table, stages }
}
