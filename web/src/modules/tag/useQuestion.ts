// A question while it is written: checked, then counted, a moment after the last key.
import { computed, onScopeDispose, watch, type Ref } from 'vue'
import { whoCheck, whoCount } from '@/api/gen'
import { useOp, type Caller } from '@/use/useOp'

const PAUSE_MS = 350

export function useQuestion(text: Ref<string>, caller?: Caller) {
  const check = useOp(whoCheck, caller)
  const size = useOp(whoCount, caller)

  async function ask(question: string) {
    size.clear()
    if (!question.trim()) {
      check.clear()
      return
    }
    const checked = await check.run({ question })
    if (checked?.ok) await size.run({ question })
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(text, (q) => {
    clearTimeout(timer)
    timer = setTimeout(() => void ask(q), PAUSE_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  if (text.value.trim()) void ask(text.value)

  const mistake = computed(() => (check.reply.value && !check.reply.value.ok ? (check.reply.value.error ?? null) : null))
  /** Written, and can be asked. */
  const stands = computed(() => text.value.trim() !== '' && check.reply.value?.ok === true)
  return { check, size, mistake, stands }
}
