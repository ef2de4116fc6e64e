// A model on the desk: its text, what the server says of it while it is typed, what would change, and putting it in force.
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { modelApply, modelCheck, modelDiff, modelShow, type ModelApplyOut } from '@/api/gen'
import { readChoice, writeChoice } from '@/use/choice'
import { useOp, type Caller } from '@/use/useOp'

const PAUSE_MS = 300
const DRAFT = 'model.draft'

/** Where a model on the desk came from: "" the one in force, "preset:5a", "version:3". */
export function sourceOf(from: string): { model?: string; applied?: number } {
  if (from.startsWith('preset:')) return { model: from.slice('preset:'.length) }
  const version = Number(from.startsWith('version:') ? from.slice('version:'.length) : '')
  return Number.isInteger(version) && version > 0 ? { applied: version } : {}
}

/** A text that was left unfinished in this browser, of the same source; null: none. */
export function draftOf(kept: string | null, from: string): string | null {
  const cut = kept?.indexOf('\n') ?? -1
  return kept && cut >= 0 && kept.slice(0, cut) === from ? kept.slice(cut + 1) : null
}

/** As a file: what has one line would be taken for the name of a preset. */
export function whole(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

export function useModelEdit(from: Ref<string>, asOf: Ref<string>, caller?: Caller) {
  const source = useOp(modelShow, caller)
  const current = useOp(modelShow, caller)
  const check = useOp(modelCheck, caller)
  const diff = useOp(modelDiff, caller)
  const apply = useOp(modelApply, caller)
  const text = ref('')
  /** The text that `diff` speaks of. */
  const compared = ref<string | null>(null)
  const applied = shallowRef<ModelApplyOut | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  const original = computed(() => source.reply.value?.text ?? '')
  const isChanged = computed(() => original.value !== '' && text.value !== original.value)
  const mistake = computed(() => (check.reply.value?.ok === false ? (check.reply.value.error ?? null) : null))
  const isRight = computed(() => check.reply.value?.ok === true && !check.loading.value)
  const isCompared = computed(() => diff.reply.value !== null && compared.value === text.value)
  /** Nothing to put in force: it is already. */
  const isSame = computed(() => current.reply.value?.text === whole(text.value))

  async function load() {
    applied.value = null
    diff.clear()
    const [got] = await Promise.all([source.run(sourceOf(from.value)), current.run({})])
    if (got) text.value = draftOf(readChoice(DRAFT), from.value) ?? got.text
  }
  watch(from, () => void load(), { immediate: true })

  watch(text, (now) => {
    clearTimeout(timer)
    writeChoice(DRAFT, isChanged.value ? `${from.value}\n${now}` : '')
    timer = setTimeout(() => void check.run({ model: whole(now) }), check.reply.value ? PAUSE_MS : 0)
  })

  async function compare() {
    const asked = text.value
    compared.value = asked
    return diff.run({ model: whole(asked), ...(asOf.value ? { as_of: asOf.value } : {}) }, { async: true })
  }
  async function putInForce() {
    const done = await apply.run({ model: whole(text.value) }, { async: true })
    if (!done) return null
    writeChoice(DRAFT, '')
    applied.value = done
    void current.run({})
    return done
  }
  function discard() {
    text.value = original.value
  }
  return { source, current, check, diff, apply, text, original, isChanged, mistake, isRight, isCompared, isSame, applied, load, compare, putInForce, discard }
}
