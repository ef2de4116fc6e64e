// One tag: what it is and holds as of a day, who carries it, why it came and went.
import { computed, shallowRef, watch, type Ref } from 'vue'
import { tagHistory, tagRefresh, tagShow, tagSizes, whoCount, whoList, type WhoListOut } from '@/api/gen'
import { sizePoints } from '@/modules/crowd/crowd'
import { useAsOf } from '@/use/useAsOf'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { useSession } from '@/use/useSession'
import { tagQuestion } from './tag'
import { distribution } from './values'

const PAGE = 100
export type Holder = WhoListOut['consumers'][number]

export function useTag(name: Ref<string>) {
  const query = useQuery({ on: '' })
  const { may } = useSession()
  const show = useOp(tagShow)
  const known = useOp(whoCount)
  const list = useOp(whoList)
  const refresh = useOp(tagRefresh)
  const holders = shallowRef<readonly Holder[]>([])
  const asOf = useAsOf()
  asOf.leaveWithPage()
  const on = () => (query.on.value ? { as_of: query.on.value } : {})

  async function load() {
    const reply = await show.run({ name: name.value, ...on() })
    if (!reply) return
    asOf.show(reply.as_of)
    if (!may('who.read')) return
    holders.value = []
    await Promise.all([known.run({ question: 'all', ...on() }), page(tagQuestion(reply.tag))])
  }
  async function page(question: string, after?: number | null) {
    const reply = await list.run({ question, limit: PAGE, ...on(), ...(after ? { after } : {}) })
    if (reply) holders.value = [...holders.value, ...reply.consumers]
  }
  const more = () => page(question.value, list.reply.value?.next)
  async function workOut() {
    const done = await refresh.run({ name: [show.reply.value?.tag ?? name.value] }, { async: true })
    if (done) await load()
    return done
  }
  watch([name, query.on], ([n], before) => {
    if (n !== before[0]) show.clear()
    void load()
  }, { immediate: true })

  const question = computed(() => tagQuestion(show.reply.value?.tag ?? name.value))
  const share = computed(() => (show.reply.value && known.reply.value?.known ? show.reply.value.consumers / known.reply.value.known : null))
  const parts = computed(() => distribution(show.reply.value?.kind ?? '', show.reply.value?.values ?? []))
  return { query, show, list, holders, more, question, share, parts, refresh, workOut, load }
}

const RECENT = 50
/** When and why it came and went: in all, or for one consumer. */
export function useTagHistory(name: Ref<string>) {
  const history = useOp(tagHistory)
  const who = shallowRef('')
  const load = (limit = RECENT) => history.run({ name: name.value, limit, ...(who.value ? { identity: who.value } : {}) })
  watch([name, who], () => void load(), { immediate: true })
  const changes = computed(() => history.reply.value?.changes ?? [])
  const isCut = computed(() => changes.value.length === RECENT)
  return { history, who, changes, isCut, load, all: () => load(0) }
}

/** How many carried it, over time; read anew when the tag is another or was changed here. */
export function useTagSizes(name: () => string, changes: () => number) {
  const sizes = useOp(tagSizes)
  const load = () => sizes.run({ name: name() })
  watch([name, changes], () => void load(), { immediate: true })
  const points = computed(() => sizePoints(sizes.reply.value?.sizes ?? []))
  return { sizes, points, left: computed(() => sizes.reply.value?.left_out ?? 0), load }
}
