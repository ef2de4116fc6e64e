// Retention: cohorts, their average, and who is in a cell as a question.
import type { AnalyzeRetentionIn, AnalyzeRetentionOut } from '@/api/gen'
import { dayPlus } from '@/ui/format'

export type Unit = 'day' | 'week' | 'month'
export type Cohort = AnalyzeRetentionOut['cohorts'][number]

/** First day of the calendar period that a day lies in; weeks begin on Monday. */
export function startOf(unit: Unit, day: string): string {
  if (unit === 'month') return `${day.slice(0, 7)}-01`
  if (unit === 'day') return day
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
  return dayPlus(day, -weekday)
}
/** First and last day of the k-th period after the one that begins on `start`. */
export function periodAfter(unit: Unit, start: string, k: number): { from: string; to: string } {
  if (unit !== 'month') {
    const n = unit === 'week' ? 7 : 1
    return { from: dayPlus(start, k * n), to: dayPlus(start, k * n + n - 1) }
  }
  const [y, m] = start.split('-').map(Number)
  const first = (i: number) => new Date(Date.UTC(y ?? 0, (m ?? 1) - 1 + i, 1)).toISOString().slice(0, 10)
  return { from: first(k), to: dayPlus(first(k + 1), -1) }
}

/** How many came back in the k-th period, of all for whom it is over: the line "all". null: it is over for nobody. */
export function averages(cohorts: readonly Cohort[]): { share: number | null; of: number }[] {
  const most = Math.max(0, ...cohorts.map((c) => c.retained.length))
  return Array.from({ length: most }, (_, k) => {
    const whole = cohorts.filter((c) => c.whole > k)
    const of = whole.reduce((n, c) => n + c.size, 0)
    return { share: of ? whole.reduce((n, c) => n + (c.retained[k] ?? 0), 0) / of : null, of }
  })
}

/**
 * Those of a cohort who came back in its k-th period; k = null: the cohort. Null where a question would mean something else:
 * periods of each consumer's own, "at or after the first event" within the first period, a last day behind which there are more.
 */
export function cellQuestion(input: AnalyzeRetentionIn, reply: AnalyzeRetentionOut, cohort: string, k: number | null, latest: string): string | null {
  if (reply.rolling || reply.to !== latest) return null
  const unit = reply.unit as Unit
  const { from, to } = periodAfter(unit, cohort, 0)
  const until = (d: string) => (d > reply.to ? reply.to : d)
  const begin = reply.from && reply.from > from ? reply.from : from
  const first = `${input.among ? `(${input.among}) and ` : ''}first ${reply.first} from ${begin} to ${until(to)}`
  if (k === null) return first
  if (k === 0) return reply.first === reply.return ? first : null
  const back = periodAfter(unit, cohort, k)
  return `${first} and did ${reply.return} from ${back.from} to ${until(back.to)}`
}
