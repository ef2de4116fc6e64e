// Scores that were kept, so that questions, tags and crowds can ask for them: what there is, keep, forget.
import { computed } from 'vue'
import { scoreDrop, scoreList, type ScoreListOut } from '@/api/gen'
import type { Op } from '@/api/op'
import { useOp } from '@/use/useOp'

export type KeptScore = ScoreListOut['scores'][number]

export function useScores<In extends { save?: boolean }>(name: 'rfm' | 'clv', op: Op<In, unknown>) {
  const list = useOp(scoreList)
  // What changes something is asked by POST, with the fields as JSON (docs/api.md).
  const keeping = useOp<In, unknown>({ ...op, method: 'POST' })
  const dropping = useOp(scoreDrop)
  const load = () => list.run({})
  void load()
  return {
    list,
    keeping,
    dropping,
    /** null: none are kept, or the list is not there yet. */
    kept: computed<KeptScore | null>(() => list.reply.value?.scores.find((s) => s.name === name) ?? null),
    error: computed(() => keeping.error.value ?? dropping.error.value ?? list.error.value),
    /** The same fields as the reply on the screen; whether it worked. */
    keep: async (fields: In) => {
      const done = await keeping.run({ ...fields, save: true })
      if (done) await load()
      return done !== null
    },
    drop: async () => {
      const done = await dropping.run({ name })
      if (done) await load()
      return done !== null
    },
  }
}
