// The events of this pond: their names for choosing, and the last day that has any. One list for all pages, asked for anew
// when it is a minute old or the brand is another.
import { computed, shallowRef } from 'vue'
import { eventsList, type EventsListOut } from '@/api/gen'
import { call } from '@/api/http'
import { dayPlus, today } from '@/ui/format'
import { useLang } from '@/use/useLang'
import { useSession } from '@/use/useSession'

export type EventRow = EventsListOut['events'][number]

const KEEP_MS = 60_000
const events = shallowRef<readonly EventRow[] | null>(null)
let askedFor = ''
let askedAt = 0

async function ask() {
  try {
    events.value = (await call(eventsList, {})).events
  } catch {
    // Without the catalogue names are typed; the analysis itself says what is wrong with the server.
    events.value = []
  }
}

/** The last day as the server takes it: today, or the day of the last event when that is 30 days ago or more. */
export function latestDay(list: readonly EventRow[], now: string): string {
  const last = list.reduce((most, e) => (e.last && e.last.slice(0, 10) > most ? e.last.slice(0, 10) : most), '')
  return last && last <= dayPlus(now, -30) ? last : now
}

export function useEvents() {
  const session = useSession()
  const { lang, tWord } = useLang()
  const brand = session.brand.value
  if (brand !== askedFor || Date.now() - askedAt > KEEP_MS) {
    if (brand !== askedFor) events.value = null
    askedFor = brand
    askedAt = Date.now()
    if (session.may('events.read')) void ask()
    else events.value = []
  }
  return {
    events: computed<readonly EventRow[]>(() => events.value ?? []),
    /** "" until the catalogue is there. */
    latest: computed(() => (events.value ? latestDay(events.value, today()) : '')),
    /** "加购" for add_cart; the name itself when nobody has words for it. */
    eventName: (name: string) => {
      const word = tWord('event', name)
      return word === name && lang.value === 'zh' ? (events.value?.find((e) => e.event === name)?.title_zh ?? name) : word
    },
  }
}
