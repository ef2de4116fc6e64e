// The words that the builder offers: what the language, the catalogue, the tags and the crowds of the brand hold.
import { computed, ref, shallowRef } from 'vue'
import { crowdList, eventsList, tagList, whoComplete, type EventsListOut } from '@/api/gen'
import { call } from '@/api/http'
import type { MessageKey } from '@/use/useLang'
import { useLang } from '@/use/useLang'
import { useSession } from '@/use/useSession'
import { bare } from './names'

export interface Option { value: string; label: string; note?: string }
export type Vocabulary = ReturnType<typeof useVocabulary>

/** Where the language tells its own lists: what may follow these. */
const ASKED = { event: 'did ', kind: 'has ', stage: 'stage = ', channel: 'did any(channel = ', status: 'is ', reach: 'reachable by ', rfmType: 'rfm.type = ' } as const
type Asked = keyof typeof ASKED
export const NUMBER_FIELDS = ['rfm.r', 'rfm.f', 'rfm.m', 'rfm.recency_days', 'rfm.orders', 'rfm.amount', 'clv', 'p_alive', 'expected_purchases', 'member.points', 'member.growth', 'age']
export const TEXT_FIELDS = ['rfm.type', 'member.tier', 'gender', 'city', 'province']
/** Known for nobody as yet: shown where a question has them, not offered. */
const RESERVED = /^(member\.|gender|city|province|age)/

export function useVocabulary() {
  const { t, tWord, lang } = useLang()
  const { may } = useSession()
  const words = shallowRef<Record<Asked, readonly string[]>>({ event: [], kind: [], stage: [], channel: [], status: [], reach: [], rfmType: [] })
  const catalogue = shallowRef<EventsListOut['events']>([])
  const tags = ref<string[]>([])
  const crowds = ref<string[]>([])

  async function quietly(what: () => Promise<void>) {
    // Without the lists the fields take what is typed.
    await what().catch(() => undefined)
  }
  async function load() {
    const names = Object.keys(ASKED) as Asked[]
    await Promise.all([
      quietly(async () => {
        const lists = await Promise.all(names.map((n) => call(whoComplete, { text: ASKED[n] })))
        const found = Object.fromEntries(names.map((n, i) => [n, (lists[i]?.words ?? []).map((w) => bare(w ?? ''))])) as Record<Asked, string[]>
        words.value = { ...found, event: found.event.filter((w) => !['not', 'any', '('].includes(w)) }
      }),
      may('events.read') ? quietly(async () => { catalogue.value = (await call(eventsList, {})).events }) : null,
      may('tag.read') ? quietly(async () => { tags.value = (await call(tagList, {})).tags.map((g) => g.tag) }) : null,
      may('crowd.read') ? quietly(async () => { crowds.value = (await call(crowdList, {})).crowds.map((c) => c.crowd) }) : null,
    ])
  }

  const titles = computed(() => new Map(catalogue.value.map((e) => [e.event, e])))
  function eventName(name: string): string {
    const known = tWord('event', name)
    return known === name && lang.value === 'zh' ? (titles.value.get(name)?.title_zh ?? name) : known
  }
  // Those that came in stand first, the most frequent before the others.
  const events = computed<Option[]>(() =>
    [...words.value.event].sort((a, b) => (titles.value.get(b)?.events ?? 0) - (titles.value.get(a)?.events ?? 0)).map((w) => ({ value: w, label: eventName(w), note: eventName(w) === w ? '' : w })))
  const named = (group: 'stage' | 'channel' | 'kind' | 'event', list: readonly string[]) => list.map((w): Option => ({ value: w, label: tWord(group, w), note: tWord(group, w) === w ? '' : w }))
  const fieldName = (f: string) => ([...NUMBER_FIELDS, ...TEXT_FIELDS].includes(f) ? t(`who.field.${f.replace('.', '_')}` as MessageKey) : f)
  return {
    load, events, eventName, fieldName,
    stages: computed(() => named('stage', words.value.stage)),
    kinds: computed(() => named('kind', words.value.kind)),
    channels: computed(() => named('channel', words.value.channel)),
    statuses: computed(() => words.value.status.map((w): Option => ({ value: w, label: ['follow', 'friend_add', 'group_join', 'member_join'].includes(w) ? t(`who.status.${w}` as MessageKey) : eventName(w) }))),
    reaches: computed(() => words.value.reach.map((w): Option => ({ value: w, label: w === 'wecom' || w === 'email' || w === 'sms' ? t(`who.reachBy.${w}`) : tWord('channel', w) }))),
    fields: computed(() => [...NUMBER_FIELDS, ...TEXT_FIELDS].filter((f) => !RESERVED.test(f)).map((f): Option => ({ value: f, label: fieldName(f) }))),
    rfmTypes: computed(() => words.value.rfmType.map((v): Option => ({ value: v, label: v }))),
    consents: computed((): Option[] => [{ value: 'marketing', label: t('who.marketing'), note: 'marketing' }]),
    tags: computed(() => tags.value.map((v): Option => ({ value: v, label: v }))),
    crowds: computed(() => crowds.value.map((v): Option => ({ value: v, label: v }))),
  }
}
