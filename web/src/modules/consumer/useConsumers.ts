// The list of consumers, by stage; the search by an identity.
import { computed, ref, shallowRef, watch } from 'vue'
import { useRouter } from 'vue-router'
import { whoList, type WhoListOut } from '@/api/gen'
import { useAsOf } from '@/use/useAsOf'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { consumerPath, guessIdentity } from './identity'

const PAGE = 200

export type ConsumerRow = WhoListOut['consumers'][number]

export function useConsumers() {
  const router = useRouter()
  const query = useQuery({ stage: '' })
  const list = useOp(whoList)
  const rows = shallowRef<readonly ConsumerRow[]>([])
  const asOf = useAsOf()
  asOf.leaveWithPage()

  async function load(after?: number | null) {
    const stage = query.stage.value
    const question = /^[a-z0-9_]+$/.test(stage) ? `stage = ${stage}` : 'all'
    if (!after) rows.value = []
    const reply = await list.run({ question, limit: PAGE, ...(after ? { after } : {}) })
    if (!reply) return
    rows.value = [...rows.value, ...reply.consumers]
    asOf.show(reply.as_of)
  }
  watch(query.stage, () => void load(), { immediate: true })
  const more = () => load(list.reply.value?.next)

  const typed = ref('')
  /** Of a bare value that could be several: what it is taken for. */
  const kind = ref('')
  const identity = computed(() => guessIdentity(typed.value) ?? (kind.value && typed.value.trim() ? `${kind.value}:${typed.value.trim()}` : null))
  const needsKind = computed(() => typed.value.trim() !== '' && guessIdentity(typed.value) === null)
  function find() {
    if (identity.value) void router.push(consumerPath(identity.value))
  }
  return { query, list, rows, load, more, typed, kind, identity, needsKind, find }
}
