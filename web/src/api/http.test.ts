import { afterEach, describe, expect, it, vi } from 'vitest'
import { call } from './http'
import { op } from './op'

const slow = op<Record<string, never>, { n: number }>({ name: 'test', method: 'GET', path: '/t', perm: 'public', how: 'reads', slow: true })

function answers(replies: Record<string, [status: number, body: unknown]>) {
  const asked: string[] = []
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push(`${init.method ?? 'GET'} ${path}`)
    const [status, body] = replies[path] ?? [404, { code: 'missing', msg: path }]
    return Promise.resolve(new Response(JSON.stringify(body), { status }))
  })
  return asked
}

describe('jobs', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it('watches the job that a 202 names, then reads its reply', async () => {
    const asked = answers({ '/t': [202, { job: { id: 7, state: 'waiting', share: null } }], '/api/v1/jobs/7': [200, { id: 7, state: 'done', share: 1 }], '/api/v1/jobs/7/reply': [200, { n: 3 }] })
    const states: string[] = []
    expect(await call(slow, {}, { onProgress: (p) => states.push(p.state) })).toEqual({ n: 3 })
    expect(states).toEqual(['done'])
    expect(asked).toEqual(['GET /t', 'GET /api/v1/jobs/7', 'GET /api/v1/jobs/7/reply'])
  })

  it('tells the error of a job that failed', async () => {
    answers({ '/t': [202, { job: { id: 8 } }], '/api/v1/jobs/8': [200, { id: 8, state: 'failed', error: { code: 'invalid', msg: 'no', hint: 'try' } }] })
    await expect(call(slow, {})).rejects.toMatchObject({ code: 'invalid', message: 'no', hint: 'try' })
  })

  it('stops the job when the caller goes', async () => {
    const asked = answers({ '/t': [202, { job: { id: 9 } }], '/api/v1/jobs/9': [200, { id: 9, state: 'running', share: 0.5 }] })
    const going = new AbortController()
    await expect(call(slow, {}, { signal: going.signal, onProgress: () => going.abort() })).rejects.toThrow()
    expect(asked).toContain('DELETE /api/v1/jobs/9')
  })
})
