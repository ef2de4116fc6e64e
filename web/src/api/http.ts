// Calls of operations: request, reply, errors, jobs.
//
//     const assets = await call(reportAssets, { as_of: '2026-11-22' }, { signal })
//
// A session's cookie goes along by itself; X-Pond-Request says that the request is from our own pages. What answers 202
// is a job: it is watched until it is over, its progress told, and stopped when the signal is aborted.
import type { Json, Op, OpRecord } from './op'
import { asList, asNumber, asObject, asText } from './json'

/** The error record of the server: code, msg, hint, field. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
    readonly field: string,
    readonly status: number,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

export interface Progress {
  readonly job: number
  /** waiting, running, done, failed, stopped */
  readonly state: string
  /** 0..1; null: not known */
  readonly share: number | null
  readonly text: string
}

export interface CallOptions {
  signal?: AbortSignal | undefined
  onProgress?: ((p: Progress) => void) | undefined
  /** As a job that can be watched, however short. */
  async?: boolean
  /** Of an operation that takes a file. */
  file?: Blob & { readonly name?: string }
}

export type Scalar = string | number | boolean
type Fields = Readonly<Record<string, Scalar | readonly Scalar[] | null | undefined>>

/** Set once by the app: the language of messages, and what happens when the session is over. */
export const client = {
  lang: 'zh',
  onDenied: (): void => undefined,
}

const QUERY_MAX = 8000

export function queryOf(fields: Fields): string {
  const q = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined || value === '') continue
    for (const v of Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar]) q.append(name, String(v))
  }
  return q.toString()
}

/** The address of a reply in another form, for links and downloads. */
export function addressOf<In extends object>(o: Op<In, unknown>, input: In, format: 'csv' | 'xlsx' | 'svg' | 'png' | 'json'): string {
  return `${o.path}?${queryOf({ ...(input as Fields), format, lang: client.lang })}`
}

function headers(more: Record<string, string> = {}): Record<string, string> {
  return { Accept: 'application/json', 'Accept-Language': client.lang, 'X-Pond-Request': '1', ...more }
}

/** The text of a body of JSON; one that is none is told as an error of the server. */
async function readJson(r: Response): Promise<Json> {
  const text = await r.text()
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new ApiError('bug', text.slice(0, 160) || r.statusText, '', '', r.status)
  }
}

export function errorOf(body: Json, status: number): ApiError {
  const e = asObject(body)
  return new ApiError(asText(e['code']) || 'bug', asText(e['msg']) || `HTTP ${status}`, asText(e['hint']), asText(e['field']), status)
}

async function send(address: string, init: RequestInit): Promise<Response> {
  let r: Response
  try {
    r = await fetch(address, { credentials: 'same-origin', ...init })
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e
    throw new ApiError('offline', '', '', '', 0)
  }
  if (r.ok) return r
  const error = errorOf(await readJson(r), r.status)
  if (r.status === 401) client.onDenied()
  throw error
}

/** A route that is no operation. */
export async function request(method: string, path: string, fields: Fields = {}, signal?: AbortSignal): Promise<Json> {
  const body = method === 'GET' || method === 'DELETE' ? null : JSON.stringify(fields)
  const query = body === null ? queryOf(fields) : ''
  const r = await send(query ? `${path}?${query}` : path, {
    method,
    body,
    headers: headers(body === null ? {} : { 'Content-Type': 'application/json' }),
    signal: signal ?? null,
  })
  return readJson(r)
}

function requestOf(o: OpRecord, fields: Fields, options: CallOptions): [string, RequestInit] {
  const more: Record<string, string> = options.async ? { Prefer: 'respond-async' } : {}
  const signal = options.signal ?? null
  const query = queryOf(o.upload && options.file ? { ...fields, name: options.file.name ?? 'file' } : fields)
  if (o.upload && options.file) {
    return [query ? `${o.path}?${query}` : o.path, { method: o.method, body: options.file, headers: headers({ ...more, 'Content-Type': 'application/octet-stream' }), signal }]
  }
  if (o.method === 'DELETE' || (o.method === 'GET' && query.length <= QUERY_MAX)) {
    return [query ? `${o.path}?${query}` : o.path, { method: o.method, headers: headers(more), signal }]
  }
  const method = o.method === 'GET' ? 'POST' : o.method
  return [o.path, { method, body: JSON.stringify(fields), headers: headers({ ...more, 'Content-Type': 'application/json' }), signal }]
}

/** The reply of an operation as the server sends it. */
export async function callRaw(o: OpRecord, fields: Fields, options: CallOptions = {}): Promise<Response> {
  const r = await send(...requestOf(o, fields, options))
  return r.status === 202 ? watch(progressOf(asObject(await readJson(r))['job'] ?? null).job, options) : r
}

export async function call<In extends object, Out>(o: Op<In, Out>, input: In, options: CallOptions = {}): Promise<Out> {
  return (await readJson(await callRaw(o, input as Fields, options))) as Out
}

/** Objects, one a line: what operations with long lists print. */
export async function callLines<In extends object>(o: Op<In, unknown>, input: In, options: CallOptions = {}): Promise<Json[]> {
  const text = await (await callRaw(o, input as Fields, options)).text()
  return text.split('\n').filter((line) => line.trim()).map((line) => JSON.parse(line) as Json)
}

// ---- Jobs ----

export function progressOf(body: Json): Progress {
  const j = asObject(body)
  return { job: asNumber(j['id']) ?? 0, state: asText(j['state']), share: asNumber(j['share']), text: asText(j['text']) }
}

// A job is looked at again after a twelfth of the time it has run: what is done soon is seen soon, what is long is seldom asked for.
const POLL_LEAST_MS = 60
const POLL_MOST_MS = 1000

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(new DOMException('stopped', 'AbortError'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}

async function watch(id: number, options: CallOptions): Promise<Response> {
  const path = `/api/v1/jobs/${id}`
  try {
    for (let run = 0; ;) {
      const pause = Math.min(Math.max(run / 12, POLL_LEAST_MS), POLL_MOST_MS)
      await sleep(pause, options.signal)
      run += pause
      const info = await request('GET', path, {}, options.signal)
      const p = progressOf(info)
      options.onProgress?.(p)
      if (p.state === 'done') break
      if (p.state === 'failed' || p.state === 'stopped') throw errorOf(asObject(info)['error'] ?? { code: 'stopped' }, 500)
    }
  } catch (e) {
    if (options.signal?.aborted) void request('DELETE', path).catch(() => undefined)
    throw e
  }
  return send(`${path}/reply`, { headers: headers(), signal: options.signal ?? null })
}

/** The list of long work, newest first. */
export async function jobList(): Promise<Progress[]> {
  return asList(asObject(await request('GET', '/api/v1/jobs'))['jobs']).map(progressOf)
}
