// Giving a tag to consumers, or taking it away: by identities or by a question.
import { computed, ref } from 'vue'
import { tagAssign, tagRemove } from '@/api/gen'
import { useOp } from '@/use/useOp'
import { PEOPLE_MAX, readPeople } from './people'

export interface Giving {
  tag: string
  kind: string
  /** Take it away. */
  away?: boolean
}

/** `giving` may change (another tag is picked); `fixed` names the consumer, `given` the value to begin with. */
export function useGive(giving: Giving, fixed = '', given = '') {
  const op = useOp<Input, { tag: string; changed: number; consumers: number }>(giving.away ? tagRemove : tagAssign)
  const by = ref<'identities' | 'question'>('identities')
  const people = ref(fixed)
  const question = ref('')
  const stands = ref(false)
  const value = ref(given)
  const until = ref('')
  const reason = ref('')

  const read = computed(() => readPeople(people.value))
  const hasWho = computed(() => by.value === 'question'
    ? stands.value
    : read.value.identities.length > 0 && read.value.identities.length <= PEOPLE_MAX && !read.value.unclear)
  const needsValue = computed(() => giving.kind !== 'flag' && !giving.away)
  const isReady = computed(() => giving.tag !== '' && hasWho.value && (!needsValue.value || value.value.trim() !== ''))

  const run = () => op.run(assignInput({
    name: giving.tag,
    ...(by.value === 'question' ? { who: question.value } : { identity: read.value.identities }),
    ...(value.value.trim() ? { value: value.value.trim() } : {}),
    ...(until.value && !giving.away ? { until: until.value } : {}),
    ...(reason.value.trim() ? { reason: reason.value.trim() } : {}),
  }), { async: by.value === 'question' })
  return { op, by, people, question, stands, value, until, reason, read, needsValue, isReady, run }
}

interface Input { name: string; identity?: readonly string[]; who?: string; value?: string; until?: string; reason?: string }
function assignInput(input: Input): Input {
  return input
}
