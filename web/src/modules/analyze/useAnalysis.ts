// An analysis that follows its fields: runs when they change, keeps the reply before it on the screen until the next is
// there, and says as of when.
//
//     const run = useAnalysis(analyzeFunnel, () => (days.value ? { step: steps.value, ...days.value } : null), (r) => ({ day: r.to }))
import { computed, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { Op } from '@/api/op'
import { useAsOf, type AsOf } from '@/use/useAsOf'
import { useOp, type OpState } from '@/use/useOp'

export interface Run<In extends object, Out> {
  readonly op: Op<In, Out>
  readonly state: OpState<In, Out>
  /** What the reply on the screen was asked with; null before the first. */
  readonly asked: Readonly<Ref<In | null>>
  readonly reply: Readonly<Ref<Out | null>>
  readonly asOf: Readonly<Ref<AsOf>>
  again: () => void
}

export function useAnalysis<In extends object, Out>(op: Op<In, Out>, input: () => In | null, asOfReply: (reply: Out, input: In) => { day: string; from?: string }): Run<In, Out> {
  const state = useOp(op)
  const asked: ShallowRef<In | null> = shallowRef(null)
  const asOf = shallowRef<AsOf>({ day: '', from: '' })
  const shown = useAsOf()
  shown.leaveWithPage()

  async function load(fields: In | null) {
    if (!fields) {
      state.stop()
      return
    }
    const reply = await state.run(fields)
    if (!reply) return
    asked.value = fields
    const { day, from } = asOfReply(reply, fields)
    asOf.value = { day, from: from ?? '' }
    shown.show(day, from ?? '')
  }
  // By its text: a computed that gives equal fields again is no change.
  watch(() => JSON.stringify(input()), () => void load(input()), { immediate: true })
  return { op, state, asked, asOf, reply: computed(() => state.reply.value), again: () => void load(input()) }
}
