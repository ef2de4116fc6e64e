// What is changed of a tag that stays: its question, its note. Only what is changed is sent.
import { computed, ref } from 'vue'
import { tagChange, type TagChangeIn } from '@/api/gen'
import { useOp } from '@/use/useOp'

interface Was {
  tag: string
  source: string
  rule?: string | null
  note?: string | null
}
/** null: nothing is changed. */
export function changeOf(was: Was, now: { rule: string; note: string }): TagChangeIn | null {
  const rule = was.source === 'rule' && now.rule.trim() && now.rule !== (was.rule ?? '') ? { rule: now.rule } : {}
  const note = now.note.trim() !== (was.note ?? '') ? { note: now.note.trim() } : {}
  return Object.keys({ ...rule, ...note }).length ? { name: was.tag, ...rule, ...note } : null
}

export function useTagChange(was: Was) {
  const op = useOp(tagChange)
  const rule = ref(was.rule ?? '')
  const note = ref(was.note ?? '')
  /** The question can be used as it is written. */
  const stands = ref(was.source !== 'rule')
  const change = computed(() => changeOf(was, { rule: rule.value, note: note.value }))
  const isReady = computed(() => change.value !== null && (stands.value || change.value.rule === undefined))
  // What is worked out reads the lake: as a job, that shows how far it is.
  const run = async () => (change.value ? op.run(change.value, { async: change.value.rule !== undefined }) : null)
  return { op, rule, note, stands, isReady, run }
}
