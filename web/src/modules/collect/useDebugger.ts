// The live stream as a list that can be stopped and searched. The newest stand first; so many are kept.
import { computed, ref, shallowRef } from 'vue'
import { asNumber, asText } from '@/api/json'
import { useLive, type News } from '@/use/useLive'
import { useQuery } from '@/use/useQuery'
import { arrivalOf, matches, type Arrival } from './arrival'

const KEPT = 1000
const SECONDS = 60

export interface Second {
  accepted: number
  duplicates: number
  rejected: number
}

export function useDebugger(now: () => number = Date.now) {
  const query = useQuery({ q: '', source: '', outcome: '', event: '' })
  const rows = shallowRef<readonly Arrival[]>([])
  const paused = ref(false)
  /** What came while it was paused. */
  const waiting = shallowRef<readonly Arrival[]>([])
  const totals = ref<Second>({ accepted: 0, duplicates: 0, rejected: 0 })
  const rate = ref(0)
  const lag = ref(0)
  const missed = ref(0)
  const seconds = shallowRef<readonly number[]>(Array<number>(SECONDS).fill(0))
  let made = 0
  /** Told and counted of the last second: the rest was only counted. */
  let told = 0
  const sampled = ref(0)
  let last = now()

  function push(a: Arrival) {
    told++
    if (paused.value) waiting.value = [a, ...waiting.value].slice(0, KEPT)
    else rows.value = [a, ...rows.value].slice(0, KEPT)
  }
  function tick(n: number) {
    const gone = Math.min(SECONDS, Math.max(1, Math.round((now() - last) / 1000)))
    last = now()
    seconds.value = [...seconds.value, ...Array<number>(gone - 1).fill(0), n].slice(-SECONDS)
  }
  function sum(n: News) {
    const [accepted, duplicates, rejected] = ['accepted', 'duplicates', 'rejected'].map((k) => asNumber(n[k]) ?? 0) as [number, number, number]
    const all = accepted + duplicates + rejected
    totals.value = { accepted: totals.value.accepted + accepted, duplicates: totals.value.duplicates + duplicates, rejected: totals.value.rejected + rejected }
    rate.value = asNumber(n['rate']) ?? 0
    lag.value = asNumber(n['lag_ms']) ?? 0
    sampled.value = told < all ? all - told : 0
    told = 0
    tick(all)
  }
  const live = useLive(['arrival', 'reject', 'arrivals', 'missed'], (n) => {
    const type = asText(n['type'])
    if (type === 'arrivals') sum(n)
    else if (type === 'missed') missed.value += asNumber(n['count']) ?? 0
    else push(arrivalOf(n, ++made))
  })

  function toggle() {
    paused.value = !paused.value
    if (!paused.value) {
      rows.value = [...waiting.value, ...rows.value].slice(0, KEPT)
      waiting.value = []
    }
  }
  function clear() {
    rows.value = []
    waiting.value = []
    missed.value = 0
  }
  const sources = computed(() => [...new Set([...rows.value.map((a) => a.source), query.source.value])].filter(Boolean).sort())
  const events = computed(() => [...new Set([...rows.value.map((a) => a.event), query.event.value])].filter(Boolean).sort())
  const shown = computed(() => rows.value.filter((a) => (!query.event.value || a.event === query.event.value) && matches(a, { text: query.q.value, source: query.source.value, outcome: query.outcome.value })))
  return { query, rows, shown, waiting, paused, totals, rate, lag, missed, sampled, seconds, sources, events, connected: live.connected, toggle, clear }
}
