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
  /** When the server was started: counts begin there. */
  readonly since: string
  /** Accepted events a second over the last 10 s. */
  readonly rate: number
  readonly sources: readonly Source[]
}

/** Where events came from since the server's start. */
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
