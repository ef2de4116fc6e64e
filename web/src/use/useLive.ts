// News of the brand as they happen (server-sent events, src/app/hub.h). All who listen share one stream; it opens with the
// first and closes with the last.
import { getCurrentScope, onScopeDispose, readonly, ref } from 'vue'
import { asObject, asText, type JsonObject } from '@/api/json'
import type { Json } from '@/api/op'

export type News = JsonObject
type Hears = (n: News) => void

const listeners = new Map<Hears, ReadonlySet<string>>()
const connected = ref(false)
let source: EventSource | null = null

function tell(text: string) {
  let news: News
  try {
    news = asObject(JSON.parse(text) as Json)
  } catch {
    return
  }
  const type = asText(news['type'])
  for (const [hears, types] of [...listeners]) {
    if (types.has(type)) hears(news)
  }
}

function open() {
  if (source || typeof EventSource === 'undefined') return
  source = new EventSource('/api/v1/live')
  const hear = (e: Event) => {
    if (e instanceof MessageEvent) tell(String(e.data))
  }
  source.onmessage = hear
  // News may come under the name of their type.
  for (const type of ['arrival', 'arrivals', 'reject', 'stage', 'job', 'missed']) source.addEventListener(type, hear)
  source.onopen = () => {
    connected.value = true
  }
  source.onerror = () => {
    connected.value = false
  }
}

function close() {
  source?.close()
  source = null
  connected.value = false
}

/** Hears news of these types until the component goes; the answer ends it before. */
export function useLive(types: readonly string[], hears: Hears) {
  // A function of its own: the same one may listen twice.
  const mine: Hears = (n) => hears(n)
  const end = () => {
    listeners.delete(mine)
    if (!listeners.size) close()
  }
  listeners.set(mine, new Set(types))
  open()
  if (getCurrentScope()) onScopeDispose(end)
  return { connected: readonly(connected), end }
}
