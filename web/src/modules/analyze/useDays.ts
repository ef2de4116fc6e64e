// The days an analysis looks at, in the address: the last n days (?days=30), all of them (?days=all), or two days
// (?from=2026-11-01&to=2026-11-11). "The last 90 days" stays so in a link and in a saved analysis: it moves with the calendar.
import { computed } from 'vue'
import { dayPlus } from '@/ui/format'
import { useQuery } from '@/use/useQuery'
import { useEvents } from './useEvents'

export interface Days {
  from?: string
  to?: string
}

/** null: the last day is not known yet. Both ends are included. */
export function daysOf(q: { days: string; from: string; to: string }, latest: string): Days | null {
  if (q.from || q.to) return { ...(q.from ? { from: q.from } : {}), ...(q.to ? { to: q.to } : {}) }
  if (q.days === 'all') return {}
  if (!latest) return null
  const n = Number(q.days)
  return { from: dayPlus(latest, 1 - (Number.isInteger(n) && n > 0 ? n : 90)), to: latest }
}

/** `fallback`: the days that the address leaves out; a function where they hang on another field. */
export function useDays(fallback: string | (() => string) = '90') {
  const query = useQuery({ days: '', from: '', to: '' })
  const { latest } = useEvents()
  const usual = () => (typeof fallback === 'string' ? fallback : fallback())
  const n = computed(() => query.days.value || usual())
  const days = computed(() => daysOf({ days: n.value, from: query.from.value, to: query.to.value }, latest.value))
  return {
    /** What is in force: goes into the call. */
    days,
    latest,
    /** "30", "all"; "" when two days were given. */
    preset: computed(() => (query.from.value || query.to.value ? '' : n.value)),
    setPreset: (to: string) => query.set({ days: to === usual() ? '' : to, from: '', to: '' }),
    setDays: (from: string, to: string) => query.set({ days: '', from, to }),
  }
}
