// One consumer: what is known of it, its kept scores, and the decisions that were made about its identities.
import { computed, watch, type Ref } from 'vue'
import { consumerDecisions, consumerShow, scoreShow, type ConsumerShowOut } from '@/api/gen'
import { asList, asObject, asText } from '@/api/json'
import type { Json } from '@/api/op'
import { today } from '@/ui/format'
import { useAsOf } from '@/use/useAsOf'
import { useOp } from '@/use/useOp'
import { timelineInput, useTimeline } from './useTimeline'

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

export function useConsumer(identity: Ref<string>) {
  const show = useOp(consumerShow)
  const decisions = useOp(consumerDecisions)
  const scores = useOp(scoreShow)
  const timeline = useTimeline(identity)
  const asOf = useAsOf()
  asOf.leaveWithPage()

  async function load() {
    const [reply] = await Promise.all([
      show.run({ identity: identity.value, ...timelineInput(timeline.filter.value) }),
      decisions.run({}),
    ])
    if (!reply) return
    timeline.begin(reply)
    asOf.show(today())
    // A set of scores is read whole for one consumer: behind what the page begins with.
    await scores.run({ identity: identity.value })
  }
  watch(identity, () => {
    show.clear()
    scores.clear()
    void load()
  }, { immediate: true })

  const made = computed(() => decisionsOf(decisions.reply.value?.decisions, show.reply.value?.identities ?? []))
  return { show, scores, timeline, decisions: made, load }
}
