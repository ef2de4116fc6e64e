// What consumers do one after the other: fields in the address, the reply as a picture and as rows.
import { computed } from 'vue'
import { analyzePath, type AnalyzePathIn } from '@/api/gen'
import { today } from '@/ui/format'
import { useQuery } from '@/use/useQuery'
import { exitsOf, isSpan, pathPicture, stepsQuestion } from './path'
import { useAnalysis } from './useAnalysis'
import { useDays, type Days } from './useDays'

export const DEPTHS = [3, 4, 5, 6, 8, 10] as const
export const GAPS = ['5m', '30m', '2h', '1d', '7d'] as const
const LISTED = 100
/** Events that are told apart in a place of the picture. */
const MOST = 7

export interface PathQuery {
  start: string
  end: string
  events: string
  depth: string
  gap: string
  repeats: string
  among: string
}
export const listOf = (text: string): string[] => text.split(',').filter(Boolean)

export function pathFields(q: PathQuery, days: Days): AnalyzePathIn {
  const depth = Number(q.depth)
  const events = listOf(q.events)
  return {
    ...(events.length ? { event: events } : {}),
    ...(q.start ? { start: q.start } : {}),
    ...(q.end ? { end: q.end } : {}),
    depth: Number.isInteger(depth) && depth >= 2 && depth <= 10 ? depth : 5,
    gap: isSpan(q.gap) ? q.gap : '30m',
    ...(q.repeats ? { repeats: true } : {}),
    ...(q.among ? { among: q.among } : {}),
    limit: LISTED,
    ...days,
  }
}

export function usePath() {
  const query = useQuery({ start: '', end: '', events: '', depth: '5', gap: '30m', repeats: '', among: '' })
  const days = useDays('30')
  const run = useAnalysis(
    analyzePath,
    () =>
      days.days.value
        ? pathFields({ start: query.start.value, end: query.end.value, events: query.events.value, depth: query.depth.value, gap: query.gap.value, repeats: query.repeats.value, among: query.among.value }, days.days.value)
        : null,
    (r) => ({ day: r.to ?? days.latest.value, from: r.from ?? '' }),
  )
  const picture = computed(() => (run.reply.value ? pathPicture(run.reply.value, MOST) : null))
  // Paths up to an event all end there.
  const exits = computed(() => (run.reply.value && !run.asked.value?.end ? exitsOf(run.reply.value) : []))
  /** Who went this way, of the days and the pause of the reply on the screen; "among" means as of its last day. */
  function ask(events: readonly string[]): string | null {
    const asked = run.asked.value
    if (!asked || (asked.among && asked.to && asked.to < today())) return null
    const steps = stepsQuestion(events, asked.gap ?? '30m', asked.from, asked.to)
    return steps && asked.among ? `(${asked.among}) and ${steps}` : steps
  }
  return { query, days, run, picture, exits, ask }
}
