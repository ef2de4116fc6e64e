// How many a question holds for, how long it took, where they stand, and the first of them.
import { ref, shallowRef, watch, type Ref } from 'vue'
import { whoComplete, whoCount, whoList } from '@/api/gen'
import { call } from '@/api/http'
import { useAsOf } from '@/use/useAsOf'
import { useOp, type Caller } from '@/use/useOp'

export interface StagePart { stage: string; count: number }
/** Beyond this a count for each stage would be felt. */
const QUICK_MS = 800
const LISTED = 20

export function useEstimate(question: Ref<string>, asOf: Ref<string>, caller: Caller = call) {
  const size = useOp(whoCount, caller)
  const list = useOp(whoList, caller)
  const took = ref(0)
  const stages = shallowRef<StagePart[]>([])
  const bar = useAsOf()
  bar.leaveWithPage()
  let names: string[] | null = null
  let round = 0

  const dayOf = () => (asOf.value ? { as_of: asOf.value } : {})
  async function byStage(q: string, mine: number) {
    names ??= ((await caller(whoComplete, { text: 'stage = ' }, {})).words ?? []).map((w) => (w ?? '').replace(/^`|`$/g, '')).filter(Boolean)
    const day = dayOf()
    const counts = await Promise.all(names.map((s) => caller(whoCount, { question: `(${q}) and stage = \`${s}\``, ...day }, {})))
    if (mine === round) stages.value = names.map((stage, i) => ({ stage, count: counts[i]?.count ?? 0 }))
  }

  async function ask() {
    const mine = ++round
    const q = question.value
    if (!q) {
      size.clear()
      list.clear()
      stages.value = []
      return
    }
    const input = { question: q, ...dayOf() }
    const start = performance.now()
    const counted = await size.run(input)
    if (!counted || mine !== round) return
    took.value = performance.now() - start
    bar.show(counted.as_of)
    void list.run({ ...input, limit: LISTED })
    if (took.value > QUICK_MS) stages.value = []
    else await byStage(q, mine).catch(() => { stages.value = [] })
  }
  watch([question, asOf], ask, { immediate: true })
  return { size, list, took, stages, ask }
}
