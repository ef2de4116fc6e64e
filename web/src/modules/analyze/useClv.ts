// Lifetime value: a fit to all the days, what it expects of everyone, and a second fit that holds the last days back, so
// that the model is seen against what happened.
import { computed, watch } from 'vue'
import { analyzeClv, type AnalyzeClvIn } from '@/api/gen'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { checkOf, holdBack, plainOf, tenthsOf, valueFitOf } from './clv'
import { useAnalysis } from './useAnalysis'
import { useScores } from './useScores'

export const CLV_MODELS = ['bgnbd', 'paretonbd'] as const
export const HORIZONS = ['13w', '26w', '52w', '104w'] as const
export const RATES = ['0', '0.05', '0.1', '0.15', '0.2'] as const
export const HOLDS = ['', '30', '60', '90', '180'] as const
const LISTED = 50

export interface ClvQuery {
  model: string
  from: string
  to: string
  horizon: string
  rate: string
}
export function clvFields(q: ClvQuery): AnalyzeClvIn {
  const rate = Number(q.rate)
  return {
    model: q.model === 'paretonbd' ? 'paretonbd' : 'bgnbd',
    ...(q.from ? { from: q.from } : {}),
    ...(q.to ? { calibrate_to: q.to } : {}),
    value: true,
    horizon: /^[1-9]\d{0,3}[dwm]$/.test(q.horizon) ? q.horizon : '52w',
    rate: rate >= 0 && rate <= 10 ? rate : 0.1,
    top: LISTED,
  }
}

export function useClv() {
  const query = useQuery({ model: 'bgnbd', from: '', to: '', horizon: '52w', rate: '0.1', hold: '' })
  const run = useAnalysis(
    analyzeClv,
    () => clvFields({ model: query.model.value, from: query.from.value, to: query.to.value, horizon: query.horizon.value, rate: query.rate.value }),
    (r) => ({ day: r.calibrate_to, from: r.from }),
  )
  const reply = run.reply
  const held = useOp(analyzeClv)
  /** The last day of the second fit; null: there are too few days to hold some back. */
  const heldTo = computed(() => (reply.value ? holdBack(reply.value.from, reply.value.calibrate_to, query.hold.value) : null))

  function loadCheck() {
    held.clear()
    const asked = run.asked.value
    // A reply that has days behind it is its own check.
    if (!asked || !reply.value || reply.value.check || !heldTo.value) return
    const { model, from } = asked
    void held.run({ ...(model ? { model } : {}), ...(from ? { from } : {}), calibrate_to: heldTo.value, top: 0 })
  }
  watch([run.asked, heldTo], loadCheck)

  const scores = useScores('clv', analyzeClv)
  /** Whether the scores that are kept are those on the screen: only then do questions find who is counted here. */
  const isKept = computed(() => scores.kept.value !== null && scores.kept.value.as_of === reply.value?.calibrate_to && keptLike(scores.kept.value.settings, reply.value))
  return {
    query,
    run,
    held,
    heldTo,
    scores,
    isKept,
    check: computed(() => checkOf(reply.value) ?? checkOf(held.reply.value)),
    checkedFrom: computed(() => (reply.value?.check ? reply.value.calibrate_to : (held.reply.value?.calibrate_to ?? ''))),
    plain: computed(() => (reply.value ? plainOf(reply.value) : null)),
    valueFit: computed(() => (reply.value ? valueFitOf(reply.value) : null)),
    tenths: computed(() => (reply.value ? tenthsOf(reply.value) : [])),
    loadCheck,
  }
}

interface Like { model: string; from: string; horizon_weeks: number; rate: number }
/** The settings of kept scores, JSON text, against a reply. */
export function keptLike(settings: string, reply: Like): boolean {
  try {
    const s = JSON.parse(settings) as Partial<Like>
    return s.model === reply.model && s.from === reply.from && s.horizon_weeks === reply.horizon_weeks && s.rate === reply.rate
  } catch {
    return false
  }
}
