// A tag that is about to be made: by hand, by a rule, from events.
import { computed, ref } from 'vue'
import { eventsList, tagCreate, type TagCreateIn } from '@/api/gen'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { joinTag } from './tag'

export type Making = 'manual' | 'rule' | 'event'
export type Field = NonNullable<TagCreateIn['field']>
export const FIELDS: readonly Field[] = ['category', 'item', 'channel', 'touchpoint', 'campaign']

export interface Draft {
  category: string
  name: string
  note: string
  value: NonNullable<TagCreateIn['value']>
  expires: number | undefined
  rule: string
  event: string
  field: Field
  most: boolean
  days: number | undefined
}

/** What the server is asked for: only the fields of the kind that is made. */
export function inputOf(making: Making, d: Draft): TagCreateIn {
  const name = joinTag(d.category.trim(), d.name.trim())
  const note = d.note.trim() ? { note: d.note.trim() } : {}
  if (making === 'rule') return { name, rule: d.rule, ...note }
  if (making === 'event') return { name, from_event: d.event, field: d.field, ...(d.most ? { most: true } : { last: true }), ...(d.days ? { in: d.days } : {}), ...note }
  return { name, value: d.value, ...(d.expires ? { expires: d.expires } : {}), ...note }
}

export function useNewTag() {
  // A page that has a question can hand it over: /tag/new?source=rule&q=stage+%3D+loyalty
  const query = useQuery({ source: 'manual', q: '' })
  const making = computed<Making>({
    get: () => (query.source.value === 'rule' || query.source.value === 'event' ? query.source.value : 'manual'),
    set: (v) => query.set({ source: v }),
  })
  const draft = ref<Draft>({ category: '', name: '', note: '', value: 'flag', expires: undefined, rule: query.q.value, event: 'purchase', field: 'category', most: true, days: 365 })
  const stands = ref(false)
  const create = useOp(tagCreate)
  const events = useOp(eventsList)
  void events.run({})
  const eventNames = computed(() => (events.reply.value?.events ?? []).map((e) => e.event))

  const isReady = computed(() => draft.value.name.trim() !== '' && (making.value !== 'rule' || stands.value) && (making.value !== 'event' || draft.value.event !== ''))
  // What is worked out reads the lake: as a job, that shows how far it is.
  const make = () => create.run(inputOf(making.value, draft.value), { async: making.value !== 'manual' })
  return { query, making, draft, stands, create, eventNames, isReady, make }
}
