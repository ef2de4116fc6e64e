// What a funnel says beyond its reply: who is behind its numbers as a question, where the question language can say it.
import type { AnalyzeFunnelIn, AnalyzeFunnelOut } from '@/api/gen'

export const STANDARD_STEPS = ['item_view', 'add_cart', 'purchase']

/** The usual way to a purchase, of what this pond has; else its most frequent events. */
export function usualSteps(names: readonly string[]): string[] {
  const standard = STANDARD_STEPS.filter((e) => names.includes(e))
  return standard.length > 1 || !names.length ? (names.length ? standard : STANDARD_STEPS) : [...names].slice(0, 3)
}

export interface FunnelRow {
  index: number
  event: string
  consumers: number
  share: number | null
  ofBefore: number | null
  /** Got to the step before and not to this one. */
  dropped: number | null
  medianS: number | null
  fromStartS: number | null
  /** Those at the step, as a question; null: it cannot be said. */
  reachedQuestion: string | null
  droppedQuestion: string | null
}

const daysText = (i: AnalyzeFunnelIn) => `${i.from ? ` from ${i.from}` : ''}${i.to ? ` to ${i.to}` : ''}`

/**
 * Questions for those at each step, and lost before it. The question language can neither hold an item equal nor look at the
 * first start alone; and it sees nothing behind its last day, so that has to be the latest.
 */
export function questionsOf(input: AnalyzeFunnelIn, latest: string): { reached: (string | null)[]; dropped: (string | null)[] } {
  const isPlain = !input.first && !input.by?.includes('item') && (!input.to || input.to === latest)
  if (!isPlain) return { reached: [], dropped: [] }
  const among = input.among ? `(${input.among}) and ` : ''
  const did = input.step.map((_, i) => {
    const span = i ? ` within ${input.within ?? '7d'}${i > 1 ? ' of first' : ''}` : ''
    return `did ${input.step.slice(0, i + 1).join(' then ')}${span}${daysText(input)}`
  })
  return {
    reached: did.map((d) => among + d),
    dropped: did.map((d, i) => (i ? `${among}${did[i - 1] ?? ''} and not ${d}` : null)),
  }
}

export function funnelRows(reply: AnalyzeFunnelOut, input: AnalyzeFunnelIn, latest: string): FunnelRow[] {
  const who = questionsOf(input, latest)
  return reply.steps.map((s, i) => {
    const before = reply.steps[i - 1]?.consumers
    return {
      index: i,
      event: s.event,
      consumers: s.consumers,
      share: s.share ?? null,
      ofBefore: s.of_before ?? null,
      dropped: before === undefined ? null : before - s.consumers,
      medianS: s.median_s ?? null,
      fromStartS: s.median_from_start_s ?? null,
      reachedQuestion: who.reached[i] ?? null,
      droppedQuestion: who.dropped[i] ?? null,
    }
  })
}
