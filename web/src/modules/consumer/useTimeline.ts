// What a consumer did, newest first: some events and days of it, a page after another. The filter stands in the address.
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { consumerShow, type ConsumerShowIn, type ConsumerShowOut } from '@/api/gen'
import { asList, asNumber, asObject, asText } from '@/api/json'
import type { Json } from '@/api/op'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'

export interface TimelineRow {
  time: string
  event: string
  channel: string
  touchpoint: string
  item: string
  order: string
  quantity: number | null
  amount: number | null
}
export function timelineRows(v: Json | undefined): TimelineRow[] {
  return asList(v).map((x) => {
    const e = asObject(x)
    return {
      time: asText(e['time']), event: asText(e['event']), channel: asText(e['channel']), touchpoint: asText(e['touchpoint']),
      item: asText(e['item']), order: asText(e['order']), quantity: asNumber(e['quantity']), amount: asNumber(e['amount']),
    }
  })
}

const PAGE = 100
/** What the server is asked for: nothing that is not narrowed is named. */
export function timelineInput(filter: { events: string; from: string; to: string }, skip = 0): Partial<ConsumerShowIn> {
  const events = filter.events.split(',').filter(Boolean)
  return {
    events: PAGE,
    ...(events.length ? { event: events } : {}),
    ...(filter.from ? { from: filter.from } : {}),
    ...(filter.to ? { to: filter.to } : {}),
    ...(skip ? { skip } : {}),
  }
}

export function useTimeline(identity: Ref<string>) {
  const query = useQuery({ events: '', from: '', to: '' })
  const part = useOp(consumerShow)
  const rows = shallowRef<readonly TimelineRow[]>([])
  const matching = ref(0)
  const filter = computed(() => ({ events: query.events.value, from: query.from.value, to: query.to.value }))
  const chosen = computed(() => filter.value.events.split(',').filter(Boolean))
  const isNarrowed = computed(() => Object.values(filter.value).some(Boolean))

  /** The first page, which came with the consumer. */
  function begin(reply: ConsumerShowOut | null) {
    rows.value = timelineRows(reply?.timeline)
    matching.value = reply?.matching ?? 0
  }
  async function load(skip: number) {
    const reply = await part.run({ identity: identity.value, ...timelineInput(filter.value, skip) })
    if (!reply) return
    rows.value = skip ? [...rows.value, ...timelineRows(reply.timeline)] : timelineRows(reply.timeline)
    matching.value = reply.matching
  }
  watch(filter, () => void load(0))

  function toggle(event: string) {
    const now = chosen.value
    query.set({ events: (now.includes(event) ? now.filter((e) => e !== event) : [...now, event]).join(',') })
  }
  return {
    query, rows, matching, filter, chosen, isNarrowed, begin, toggle,
    more: () => load(rows.value.length),
    all: () => query.set({ events: '', from: '', to: '' }),
    loading: part.loading, error: part.error,
  }
}
