// The catalogue of events: standard ones, the brand's own, unknown ones; searched and filtered here, it is short.
import { computed, watch } from 'vue'
import { eventsList, type EventsListOut } from '@/api/gen'
import { today } from '@/ui/format'
import { useAsOf } from '@/use/useAsOf'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'

export type EventRow = EventsListOut['events'][number]

export interface EventFilter {
  text: string
  /** standard, own, unknown; "": all */
  kind: string
}

/** By name or title, in any language. */
export function filterEvents(rows: readonly EventRow[], by: EventFilter, titleOf: (r: EventRow) => string): readonly EventRow[] {
  const words = by.text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter((r) => {
    if (by.kind && r.kind !== by.kind) return false
    const all = `${r.event} ${titleOf(r)} ${r.title_zh ?? ''} ${r.properties.join(' ')}`.toLowerCase()
    return words.every((w) => all.includes(w))
  })
}

export function useEvents(titleOf: (r: EventRow) => string) {
  const query = useQuery({ q: '', kind: '', all: '', event: '' })
  const list = useOp(eventsList)
  const asOf = useAsOf()
  asOf.leaveWithPage()

  async function load() {
    const reply = await list.run(query.all.value ? { all: true } : {})
    if (reply) asOf.show(today())
  }
  watch(query.all, () => void load(), { immediate: true })

  const all = computed<readonly EventRow[]>(() => list.reply.value?.events ?? [])
  const rows = computed(() => filterEvents(all.value, { text: query.q.value, kind: query.kind.value }, titleOf))
  const opened = computed(() => all.value.find((r) => r.event === query.event.value) ?? null)
  const totals = computed(() => ({
    events: all.value.reduce((n, r) => n + r.events, 0),
    names: all.value.filter((r) => r.events > 0).length,
    unknown: all.value.filter((r) => r.kind === 'unknown' && r.events > 0).length,
    anonymous: all.value.reduce((n, r) => n + r.anonymous, 0),
  }))
  return { query, list, rows, opened, totals, load }
}
