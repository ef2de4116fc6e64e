// A question as text and as a form at once: whichever is changed, the other follows. The server reads and writes both
// (who check, who print); what stands between, the tree, is form/tree.ts.
import { computed, ref, shallowRef } from 'vue'
import { whoCheck, whoPrint, type WhoCheckOut } from '@/api/gen'
import { call } from '@/api/http'
import { useOp, type Caller } from '@/use/useOp'
import { group, jsonOf, sentOf, treeOf, unfinishedRows, type Group } from './form/tree'

export type Mistake = NonNullable<WhoCheckOut['error']>
const TYPING_MS = 300
const CLICKING_MS = 120

export function useQuestion(first = '', caller: Caller = call) {
  const text = ref(first)
  const root = shallowRef<Group | null>(group('and', []))
  /** The question that stands, in its canonical text; '' while there is none or it has a mistake. */
  const question = ref('')
  const mistake = shallowRef<Mistake | null>(null)
  const check = useOp(whoCheck, caller)
  const print = useOp(whoPrint, caller)
  let timer: ReturnType<typeof setTimeout> | undefined

  function settle(canonical: string, wrong: Mistake | null) {
    question.value = canonical
    mistake.value = wrong
  }
  function later(ms: number, what: () => Promise<void>) {
    clearTimeout(timer)
    check.stop()
    print.stop()
    timer = setTimeout(() => void what(), ms)
  }

  /** The text was written: the form follows. While it has a mistake the form stays as it was. */
  async function read() {
    const written = text.value
    if (!written.trim()) {
      root.value = group('and', [])
      settle('', null)
      return
    }
    const checked = await check.run({ question: written })
    if (!checked) return
    if (!checked.ok) {
      settle('', checked.error ?? {})
      return
    }
    const printed = await print.run({ question: written, json_form: true })
    if (!printed) return
    root.value = treeOf(printed.form)
    settle(printed.question, null)
  }
  /** The form was changed: the text follows. Rows that are not filled in are left out. */
  async function write() {
    const json = root.value && jsonOf(root.value)
    if (!json) {
      text.value = ''
      settle('', null)
      return
    }
    const checked = await check.run({ question: JSON.stringify(sentOf(json)) })
    if (!checked) return
    if (checked.ok) text.value = checked.question ?? ''
    settle(checked.ok ? text.value : '', checked.ok ? null : (checked.error ?? {}))
  }

  return {
    text, root, question, mistake, read,
    error: computed(() => check.error.value ?? print.error.value),
    unfinished: computed(() => (root.value ? unfinishedRows(root.value) : 0)),
    setText: (to: string) => {
      text.value = to
      later(TYPING_MS, read)
    },
    setRoot: (to: Group) => {
      root.value = to
      later(CLICKING_MS, write)
    },
  }
}
