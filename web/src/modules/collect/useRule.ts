// One rule while it is changed: what would come of it is worked out first; only what was looked at can be applied.
import { computed, reactive, ref } from 'vue'
import { rulesSet, type RulesListOut, type RulesSetIn } from '@/api/gen'
import { useOp } from '@/use/useOp'

export type Rule = RulesListOut['rules'][number]
export type Strength = NonNullable<RulesSetIn['strength']>
export const STRENGTHS: readonly Strength[] = ['strong', 'weak', 'never']

export interface RuleForm {
  strength: Strength
  priority: number
  cap: number
  max: number
}
export function formOf(r: Rule): RuleForm {
  return { strength: STRENGTHS.find((s) => s === r.strength) ?? 'strong', priority: r.priority, cap: r.cap, max: r.max }
}
/** What differs, as the server takes it; null: nothing does. */
export function changesOf(r: Rule, f: RuleForm): RulesSetIn | null {
  const was = formOf(r)
  const out: RulesSetIn = {
    kind: r.kind,
    ...(f.strength === was.strength ? {} : { strength: f.strength }),
    ...(f.priority === was.priority ? {} : { priority: f.priority }),
    ...(f.cap === was.cap ? {} : { cap: f.cap }),
    ...(f.max === was.max ? {} : { max: f.max }),
  }
  return Object.keys(out).length > 1 ? out : null
}

export function useRule(rule: Rule) {
  const form = reactive(formOf(rule))
  const preview = useOp(rulesSet)
  const apply = useOp(rulesSet)
  const looked = ref('')
  const changes = computed(() => changesOf(rule, form))
  /** The effect shown is that of what stands in the form. */
  const isLookedAt = computed(() => changes.value !== null && looked.value === JSON.stringify(changes.value))

  async function look() {
    const input = changes.value
    if (!input) return
    apply.clear()
    const reply = await preview.run({ ...input, dry_run: true }, { async: true })
    if (reply) looked.value = JSON.stringify(input)
  }
  async function confirm() {
    return isLookedAt.value && changes.value ? apply.run(changes.value, { async: true }) : null
  }
  return { form, changes, isLookedAt, preview, apply, look, confirm }
}
