// The list of consumers, by stage; the search by an identity.
import { computed, ref, watch } from 'vue'
import { useRouter } from 'vue-router'
import { whoList } from '@/api/gen'
import { useAsOf } from '@/use/useAsOf'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { guessIdentity } from './identity'

const FIRST = 200
const MORE = 2000

export function useConsumers() {
  const router = useRouter()
  const query = useQuery({ stage: '' })
  const list = useOp(whoList)
  const limit = ref(FIRST)
  const asOf = useAsOf()
  asOf.leaveWithPage()

  async function load() {
    const stage = query.stage.value
    const reply = await list.run({ question: /^[a-z0-9_]+$/.test(stage) ? `stage = ${stage}` : 'all', limit: limit.value })
    if (reply) asOf.show(reply.as_of)
  }
  watch(query.stage, () => {
    limit.value = FIRST
    void load()
  }, { immediate: true })

  function more() {
    limit.value = limit.value < MORE ? MORE : limit.value * 5
    void load()
  }

  const typed = ref('')
  /** Of a bare value that could be several: what it is taken for. */
  const kind = ref('')
  const identity = computed(() => guessIdentity(typed.value) ?? (kind.value && typed.value.trim() ? `${kind.value}:${typed.value.trim()}` : null))
  const needsKind = computed(() => typed.value.trim() !== '' && guessIdentity(typed.value) === null)
  function find() {
    if (identity.value) void router.push(`/consumer/${encodeURIComponent(identity.value)}`)
  }
  return { query, list, load, more, typed, kind, identity, needsKind, find }
}
