// The list of tags, narrowed by category, source and words that stand in the address; the refresh of what follows.
import { computed } from 'vue'
import { tagList, tagRefresh, whoCount, type TagListOut } from '@/api/gen'
import { useAsOf } from '@/use/useAsOf'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { useSession } from '@/use/useSession'
import { follows, splitTag } from './tag'

export type TagRow = TagListOut['tags'][number] & { category: string; name: string }

export function tagRows(reply: TagListOut | null): TagRow[] {
  return (reply?.tags ?? []).map((t) => ({ ...t, ...splitTag(t.tag) }))
}

/** The address holds "-" for tags without a category; "" is all. */
export const NO_CATEGORY = '-'
const wordOf = (category: string) => category || NO_CATEGORY

export function narrow(rows: readonly TagRow[], by: { category: string; source: string; search: string }): TagRow[] {
  const words = by.search.trim().toLowerCase()
  return rows.filter((r) =>
    (!by.category || wordOf(r.category) === by.category)
    && (!by.source || r.source === by.source)
    && (!words || `${r.tag}\n${r.note ?? ''}\n${r.rule ?? ''}`.toLowerCase().includes(words)))
}

/** Each with how many tags it holds, in the order of the list. */
export function countBy(rows: readonly TagRow[], of: (r: TagRow) => string): { word: string; n: number }[] {
  const found = new Map<string, number>()
  for (const r of rows) found.set(of(r), (found.get(of(r)) ?? 0) + 1)
  return [...found].map(([word, n]) => ({ word, n }))
}

export function useTags() {
  const query = useQuery({ category: '', source: '', search: '' })
  const { may } = useSession()
  const list = useOp(tagList)
  const known = useOp(whoCount)
  const refresh = useOp(tagRefresh)
  const asOf = useAsOf()
  asOf.leaveWithPage()

  async function load() {
    const [reply] = await Promise.all([list.run({}), may('who.read') ? known.run({ question: 'all' }) : null])
    if (reply) asOf.show(reply.as_of)
  }
  async function refreshAll() {
    const done = await refresh.run({}, { async: true })
    if (done) await load()
    return done
  }
  void load()

  const all = computed(() => tagRows(list.reply.value))
  const rows = computed(() => narrow(all.value, { category: query.category.value, source: query.source.value, search: query.search.value }))
  const categories = computed(() => countBy(all.value, (r) => wordOf(r.category)))
  const sources = computed(() => countBy(all.value, (r) => r.source))
  const anyFollows = computed(() => all.value.some((r) => follows(r.source)))
  const share = (r: TagRow) => (known.reply.value?.known ? r.consumers / known.reply.value.known : null)
  return { query, list, all, rows, categories, sources, anyFollows, share, refresh, refreshAll, load }
}
