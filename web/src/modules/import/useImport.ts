// A file on its way in: how Pond understands it, that corrected by hand, all rows tried, then the import itself.
import { computed, reactive, ref, shallowRef } from 'vue'
import { importOp, type ImportIn } from '@/api/gen'
import { useOp } from '@/use/useOp'
import { choiceOf, specsOf, withChoice, type Choice, type Constant } from './fields'

export function useImport() {
  const file = shallowRef<File | null>(null)
  const look = useOp(importOp)
  const check = useOp(importOp)
  const bring = useOp(importOp)
  /** Set by hand: the format, a saved mapping, the zone of times, the name to keep the mapping under. */
  const options = reactive({ format: '', mapping: '', zone: '', saveAs: '' })
  const constants = reactive<Partial<Record<Constant, string>>>({})
  const words = reactive<Record<string, string>>({})
  const choices = shallowRef<readonly Choice[]>([])
  /** Something was corrected: from now on every column is told, not guessed. */
  const corrected = ref(false)

  const understood = computed(() => look.reply.value?.files?.[0] ?? null)
  const checked = computed(() => check.reply.value?.files?.[0] ?? null)
  /** How each column was told before anything was corrected: later all of them are told, most of them as they were guessed. */
  const guessed = shallowRef<readonly string[]>([])
  const touched = shallowRef<ReadonlySet<number>>(new Set())
  const columns = computed(() => (understood.value?.columns ?? []).map((c, i) => (corrected.value ? { ...c, by: touched.value.has(i) ? 'map' : (guessed.value[i] ?? c.by) } : c)))
  const headers = computed(() => columns.value.map((c) => c.header ?? ''))

  function input(): ImportIn {
    const { format, mapping, zone } = options
    const told = corrected.value ? specsOf({ choices: choices.value, headers: headers.value, constants, words }) : []
    return {
      // Corrections are of the form that was found: orders stay orders.
      ...(format ? { format } : corrected.value && understood.value?.format ? { format: understood.value.format } : {}),
      ...(mapping && !corrected.value ? { mapping } : {}),
      ...(zone ? { tz: zone } : {}),
      ...(told.length ? { map: told } : {}),
    }
  }
  async function again() {
    if (!file.value) return
    check.clear()
    const reply = await look.run({ ...input(), dry_run: true }, { file: file.value })
    const found = reply?.files?.[0]
    if (found && !corrected.value) {
      choices.value = (found.columns ?? []).map(choiceOf)
      guessed.value = (found.columns ?? []).map((c) => c.by ?? 'none')
      touched.value = new Set()
      readConstants(found.mapping)
    }
  }
  /** Constants that a preset or a saved mapping sets: they stand in the mapping as "event:=purchase". */
  function readConstants(mapping: unknown) {
    const map = (mapping as { map?: unknown } | null)?.map
    for (const k of ['event', 'channel', 'touchpoint', 'campaign'] as const) constants[k] = ''
    for (const w of Object.keys(words)) words[w] = ''
    for (const s of Array.isArray(map) ? map : []) {
      const m = /^(event|channel|touchpoint|campaign)(?:\.([^=]*))?:=(.*)$/.exec(String(s))
      if (m?.[2]) words[m[2]] = m[3] ?? ''
      else if (m) constants[m[1] as Constant] = m[3] ?? ''
    }
  }
  async function take(f: File | null | undefined) {
    if (!f) return
    for (const o of [look, check, bring]) o.clear()
    file.value = f
    corrected.value = false
    Object.assign(options, { format: '', saveAs: '' })
    await again()
  }
  function choose(at: number, to: Choice) {
    choices.value = withChoice(choices.value, at, to, headers.value)
    touched.value = new Set([...touched.value, at])
    return correct()
  }
  function correct() {
    corrected.value = true
    return again()
  }
  /** Another format or saved mapping: guesses begin anew. */
  function restart() {
    corrected.value = false
    return again()
  }
  async function checkAll() {
    if (file.value) await check.run({ ...input(), dry_run: true, whole: true }, { file: file.value, async: true })
  }
  async function start() {
    if (!file.value) return null
    const save = options.saveAs.trim()
    return bring.run({ ...input(), ...(save ? { save_mapping: save } : {}) }, { file: file.value, async: true })
  }
  function forget() {
    for (const o of [look, check, bring]) o.clear()
    file.value = null
  }
  return { file, look, check, bring, options, constants, words, choices, understood, checked, columns, headers, take, choose, correct, restart, again, checkAll, start, forget }
}
