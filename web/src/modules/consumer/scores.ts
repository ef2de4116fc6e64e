// Kept scores of a consumer as figures: which are shown, and how each is written.
import type { ScoreShowOut } from '@/api/gen'
import type { Messages } from '@/locales'
import { count, number, share, yuan } from '@/ui/format'
import { t } from '@/use/useLang'

type DefinitionId = keyof Messages['define']
type Score = ScoreShowOut['scores'][number]
export interface ScoreFigure {
  field: string
  define: DefinitionId
  value: string
  asOf: string
}
const FIGURES: readonly { field: string; define: DefinitionId; write: (s: Score) => string }[] = [
  { field: 'rfm.type', define: 'scoreType', write: (s) => s.text ?? '' },
  { field: 'rfm.recency_days', define: 'scoreRecency', write: (s) => (typeof s.number === 'number' ? t('app.days', { n: s.number }) : '–') },
  { field: 'rfm.orders', define: 'rfmOrders', write: (s) => count(s.number) },
  { field: 'rfm.amount', define: 'rfmAmount', write: (s) => yuan(s.number) },
  { field: 'clv', define: 'scoreClv', write: (s) => yuan(s.number) },
  { field: 'p_alive', define: 'scoreAlive', write: (s) => share(s.number) },
  { field: 'expected_purchases', define: 'scoreExpected', write: (s) => number(s.number, 2) },
]

/** "R5 F4 M3" as its three digits; '' without scores. */
export function rfmDigits(scores: readonly Score[]): string {
  const of = (f: string) => scores.find((s) => s.field === f)?.number
  const [r, f, m] = [of('rfm.r'), of('rfm.f'), of('rfm.m')]
  return r === undefined || r === null ? '' : `R${r} F${f ?? '–'} M${m ?? '–'}`
}
export function scoreFigures(scores: readonly Score[]): ScoreFigure[] {
  return FIGURES.flatMap(({ field, define, write }) => {
    const s = scores.find((x) => x.field === field)
    return s ? [{ field, define, value: write(s), asOf: s.as_of }] : []
  })
}
