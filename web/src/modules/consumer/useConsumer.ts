// One consumer: what is known of it, and the decisions that were made about its identities.
import { computed, ref, watch, type Ref } from 'vue'
import { consumerDecisions, consumerShow, type ConsumerShowOut } from '@/api/gen'
import { asList, asNumber, asObject, asText } from '@/api/json'
import type { Json } from '@/api/op'
import { today } from '@/ui/format'
import { useAsOf } from '@/use/useAsOf'
import { useOp } from '@/use/useOp'

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

export interface Decision {
  id: string
  kind: string
  at: string
  undone: boolean
  reason: string
  pairs: (readonly [string, string])[]
}
/** Those that touch an identity of the consumer. */
export function decisionsOf(v: Json | undefined, identities: ConsumerShowOut['identities']): Decision[] {
  const own = new Set(identities.map((i) => `${i.kind}:${i.value}`))
  return asList(v)
    .map((x) => {
      const d = asObject(x)
      const pairs = asList(d['pairs']).map((p) => [asText(asList(p)[0]), asText(asList(p)[1])] as const)
      return { id: asText(d['id']), kind: asText(d['kind']), at: asText(d['at']), undone: d['undone'] === true, reason: asText(d['reason']), pairs }
    })
    .filter((d) => d.pairs.some(([a, b]) => own.has(a) || own.has(b)))
}

const EVENTS = 100

export function useConsumer(identity: Ref<string>) {
  const show = useOp(consumerShow)
  const decisions = useOp(consumerDecisions)
  const events = ref(EVENTS)
  const asOf = useAsOf()
  asOf.leaveWithPage()

  async function load() {
    const [reply] = await Promise.all([show.run({ identity: identity.value, events: events.value }), decisions.run({})])
    if (reply) asOf.show(today())
  }
  watch(identity, () => {
    show.clear()
    events.value = EVENTS
    void load()
  }, { immediate: true })

  function more() {
    events.value = Math.min(events.value * 10, 10000)
    void load()
  }
  const timeline = computed(() => timelineRows(show.reply.value?.timeline))
  const made = computed(() => decisionsOf(decisions.reply.value?.decisions, show.reply.value?.identities ?? []))
  return { show, timeline, decisions: made, load, more }
}
