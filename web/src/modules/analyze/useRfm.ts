// RFM of a day: the grid, the eight types, their names, and the scores kept of them.
import { computed } from 'vue'
import { analyzeRfm, rfmNames, type AnalyzeRfmIn } from '@/api/gen'
import { today } from '@/ui/format'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { cellQuestion, namesToSet, typeQuestion } from './rfm'
import { useAnalysis } from './useAnalysis'
import { useEvents } from './useEvents'
import { useScores } from './useScores'

export const MEASURES = ['consumers', 'amount', 'each'] as const
export type GridMeasure = (typeof MEASURES)[number]

/** What the address says, as the operation takes it; what is at its default is left away. */
export function rfmFields(q: { asOf: string; window: string; r: string; f: string; m: string; split: string }): AnalyzeRfmIn {
  const window = Number(q.window)
  return {
    ...(q.asOf ? { as_of: q.asOf } : {}),
    ...(Number.isInteger(window) && window > 0 && window !== 365 ? { window } : {}),
    ...(q.r ? { cuts_r: q.r } : {}),
    ...(q.f ? { cuts_f: q.f } : {}),
    ...(q.m ? { cuts_m: q.m } : {}),
    ...(q.split ? { split: q.split } : {}),
  }
}

export function useRfm() {
  const query = useQuery({ as_of: '', window: '365', r: '', f: '', m: '', split: '', show: 'consumers' })
  const { latest } = useEvents()
  const run = useAnalysis(
    analyzeRfm,
    () => rfmFields({ asOf: query.as_of.value, window: query.window.value, r: query.r.value, f: query.f.value, m: query.m.value, split: query.split.value }),
    (r) => ({ day: r.as_of }),
  )
  const naming = useOp(rfmNames)
  const scores = useScores('rfm', analyzeRfm)
  const show = computed<GridMeasure>({
    get: () => MEASURES.find((m) => m === query.show.value) ?? 'consumers',
    set: (m) => query.set({ show: m }),
  })
  return {
    query,
    latest,
    run,
    show,
    scores,
    naming,
    /** Whether it worked; the analysis then runs again with the new names. */
    rename: async (names: Readonly<Record<string, string>>) => {
      const set = namesToSet(run.reply.value?.types ?? [], names)
      if (!set.length) return true
      if (!(await naming.run({ set }))) return false
      run.again()
      return true
    },
    cell: (r: number, f: number) => (run.reply.value ? cellQuestion(run.reply.value, { r, f }, today()) : null),
    type: (type: string) => (run.reply.value ? typeQuestion(run.reply.value, type, today()) : null),
  }
}
