// A question while it is written: checked and counted as it changes, kept in the address, listed when it stands.
import { computed, ref, watch } from 'vue'
import { crowdCreate, whoCheck, whoCount, whoList } from '@/api/gen'
import { useAsOf } from '@/use/useAsOf'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'

const PAUSE_MS = 350

export function useAsk() {
  const query = useQuery({ q: '' })
  const text = ref(query.q.value)
  const check = useOp(whoCheck)
  const size = useOp(whoCount)
  const list = useOp(whoList)
  const save = useOp(crowdCreate)
  const asOf = useAsOf()
  asOf.leaveWithPage()

  async function ask(question: string) {
    size.clear()
    list.clear()
    if (!question.trim()) {
      check.clear()
      return
    }
    const checked = await check.run({ question })
    if (!checked?.ok) return
    const counted = await size.run({ question })
    if (!counted) return
    asOf.show(counted.as_of)
    await list.run({ question, limit: 50 })
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  watch(text, (q) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      query.q.value = q
      void ask(q)
    }, PAUSE_MS)
  })
  // The address was changed from outside: back, or a link.
  watch(query.q, (q) => {
    if (q !== text.value && timer === undefined) text.value = q
  })
  void ask(text.value)

  const mistake = computed(() => (check.reply.value && !check.reply.value.ok ? (check.reply.value.error ?? null) : null))
  return { text, check, size, list, save, mistake }
}
