// How a measure is spread over consumers.
import { computed } from 'vue'
import { analyzeDistribution, type AnalyzeDistributionIn } from '@/api/gen'
import { today } from '@/ui/format'
import { useQuery } from '@/use/useQuery'
import { bandQuestion, cumulative, hasEvent, isMeasure, trimBands, type DistributionBand, type Measure } from './distribution'
import { useAnalysis } from './useAnalysis'
import { useDays } from './useDays'

export interface BandRow {
  band: DistributionBand
  share: number
  upTo: number
  /** null: cannot be asked as a question. */
  question: string | null
}

/** The bands that hold somebody, each with the question for its consumers. */
export function bandRows(bands: readonly DistributionBand[], asked: AnalyzeDistributionIn, now: string): BandRow[] {
  const list = trimBands(bands)
  const total = list.reduce((n, b) => n + b.consumers, 0) || 1
  const upTo = cumulative(list)
  const of = asked.of ?? 'orders'
  const event = asked.event ?? 'any'
  // Orders and other events are not counted together in questions; "among" means as of the last day, a question as of today.
  const canAsk = !(event === 'any' && (of === 'events' || of === 'items')) && !(asked.among && asked.to && asked.to < now)
  return list.map((band, i) => ({
    band,
    share: band.consumers / total,
    upTo: upTo[i] ?? 0,
    question: canAsk ? bandQuestion(band, { of, event, from: asked.from, to: asked.to, among: asked.among ?? '' }) : null,
  }))
}

export function useDistribution() {
  const query = useQuery({ of: 'orders', event: 'any', bands: '', among: '' })
  const days = useDays('365')
  const of = computed<Measure>({
    get: () => (isMeasure(query.of.value) ? query.of.value : 'orders'),
    // Bands of one measure say nothing about another.
    set: (v) => query.set({ of: v, bands: '' }),
  })
  const run = useAnalysis(
    analyzeDistribution,
    (): AnalyzeDistributionIn | null =>
      days.days.value
        ? {
            of: of.value,
            ...(hasEvent(of.value) ? { event: query.event.value } : {}),
            ...(query.bands.value ? { bands: query.bands.value } : {}),
            ...(query.among.value ? { among: query.among.value } : {}),
            ...days.days.value,
          }
        : null,
    (r) => ({ day: r.to ?? days.latest.value, from: r.from ?? '' }),
  )
  const rows = computed(() => (run.reply.value && run.asked.value ? bandRows(run.reply.value.bands, run.asked.value, today()) : []))
  return { query, days, of, run, rows }
}
