// Routes of the server that are no operations: sessions and the first owner (docs/api.md).
import { asList, asNumber, asObject, asText } from './json'
import type { Json } from './op'
import { request } from './http'

export interface Me {
  readonly brand: string
  /** Its time zone, as Asia/Shanghai: days and times are shown by it. */
  readonly zone: string
  /** user, key */
  readonly kind: string
  readonly id: number
  readonly name: string
  /** owner, operator, analyst, store */
  readonly role: string
  readonly rights: readonly string[]
}

function meOf(body: Json): Me {
  const m = asObject(body)
  return {
    brand: asText(m['brand']),
    zone: asText(m['zone']),
    kind: asText(m['kind']),
    id: asNumber(m['id']) ?? 0,
    name: asText(m['name']),
    role: asText(m['role']),
    rights: asList(m['rights']).map(asText),
  }
}

export async function fetchMe(signal?: AbortSignal): Promise<Me> {
  return meOf(await request('GET', '/api/v1/me', {}, signal))
}
export async function login(fields: { name: string; password: string; brand?: string }): Promise<Me> {
  return meOf(await request('POST', '/api/v1/login', fields))
}
export async function setup(fields: { token: string; name: string; password: string }): Promise<Me> {
  return meOf(await request('POST', '/api/v1/setup', fields))
}
export async function logout(): Promise<void> {
  await request('POST', '/api/v1/logout')
}

export interface Source {
  /** The collector: segment, sensors, youzan ... */
  readonly source: string
  /** Number and name of the write key. */
  readonly key: number
  readonly keyName: string
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  readonly last: string
}
export interface Sources {
  /** When counting began: with the first of them. */
  readonly since: string
  /** Accepted events a second over the last 10 s. */
  readonly rate: number
  readonly sources: readonly Source[]
}

/** Where events came from. */
export async function fetchSources(signal?: AbortSignal): Promise<Sources> {
  const b = asObject(await request('GET', '/api/v1/sources', {}, signal))
  return {
    since: asText(b['since']),
    rate: asNumber(b['rate']) ?? 0,
    sources: asList(b['sources']).map((x) => {
      const s = asObject(x)
      return {
        source: asText(s['source']), key: asNumber(s['key']) ?? 0, keyName: asText(s['key_name']),
        accepted: asNumber(s['accepted']) ?? 0, duplicates: asNumber(s['duplicates']) ?? 0, rejected: asNumber(s['rejected']) ?? 0, last: asText(s['last']),
      }
    }),
  }
}

/** A session of one's own. */
export interface Session {
  /** UTC ms; the last use to the minute. */
  readonly made_ms: number
  readonly used_ms: number
  /** The one that asks. */
  readonly own: boolean
}
function sessionsOf(body: Json): Session[] {
  return asList(asObject(body)['sessions']).map((x) => {
    const s = asObject(x)
    return { made_ms: asNumber(s['made_ms']) ?? 0, used_ms: asNumber(s['used_ms']) ?? 0, own: s['own'] === true }
  })
}
export async function fetchSessions(): Promise<Session[]> {
  return sessionsOf(await request('GET', '/api/v1/me/sessions'))
}
/** What is left: this one. */
export async function endOtherSessions(): Promise<Session[]> {
  return sessionsOf(await request('DELETE', '/api/v1/me/sessions'))
}
/** The other sessions end, this one goes on under a new cookie. */
export async function changePassword(fields: { old: string; password: string }): Promise<Me> {
  return meOf(await request('PUT', '/api/v1/me/password', fields))
}
