// What may stand next, while the question is typed: the server's words, and the names of tags and crowds, which it keeps.
import { computed, ref, shallowRef } from 'vue'
import { whoComplete } from '@/api/gen'
import { call } from '@/api/http'
import { useOp, type Caller } from '@/use/useOp'
import { quoted } from '../question'
import { typedFrom, type Span } from './place'

const PAUSE_MS = 120
const MOST = 12

export function useCompletion(names: (of: 'tag' | 'crowd') => readonly string[], caller: Caller = call) {
  const ask = useOp(whoComplete, caller)
  const words = shallowRef<readonly string[]>([])
  const span = shallowRef<Span>({ from: 0, to: 0 })
  const at = ref(0)
  const isOpen = computed(() => words.value.length > 0)
  let timer: ReturnType<typeof setTimeout> | undefined

  function close() {
    clearTimeout(timer)
    ask.stop()
    words.value = []
  }
  /** All words that may stand where this text ends. */
  async function following(before: string): Promise<readonly string[]> {
    const mark = /\b(tag|crowd)\s*$/.exec(before)?.[1]
    if (mark === 'tag' || mark === 'crowd') return names(mark).map(quoted)
    return ((await ask.run({ text: before }))?.words ?? []).filter((w) => w !== null)
  }
  async function look(text: string, caret: number) {
    const before = text.slice(0, caret)
    const from = typedFrom(before)
    const typed = before.slice(from)
    const isName = /\b(tag|crowd)\s*$/.test(before.slice(0, from))
    // The server knows what fits the word that is typed, Chinese names of events too.
    const found = isName ? (await following(before.slice(0, from))).filter((w) => w.startsWith(typed)) : await following(before)
    at.value = 0
    span.value = { from, to: caret }
    words.value = found.length === 1 && found[0] === typed ? [] : found.slice(0, MOST)
  }
  return {
    words, span, at, isOpen, close, following,
    typed: (text: string, caret: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => void look(text, caret), PAUSE_MS)
    },
    move: (by: number) => {
      at.value = (at.value + by + words.value.length) % words.value.length
    },
  }
}
