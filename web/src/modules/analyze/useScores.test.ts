import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { analyzeRfm } from '@/api/gen'
import { useScores } from './useScores'

function server(kept: { name: string; as_of: string }[]) {
  const asked: string[] = []
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const body = typeof init.body === 'string' ? ` ${init.body}` : ''
    asked.push(`${init.method ?? 'GET'} ${path}${body}`)
    if (init.method === 'DELETE') kept.length = 0
    if (body.includes('"save":true')) kept.push({ name: 'rfm', as_of: '2026-11-29' })
    return Promise.resolve(new Response(JSON.stringify(path === '/api/v1/scores' ? { scores: kept } : {})))
  })
  return asked
}

describe('kept scores', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })
  it('are listed, kept with the fields on the screen, and forgotten', async () => {
    const asked = server([{ name: 'clv', as_of: '2026-11-28' }])
    const scores = effectScope().run(() => useScores('rfm', analyzeRfm))
    if (!scores) throw new Error('no scope')
    await vi.waitFor(() => expect(scores.list.reply.value).not.toBeNull())
    expect(scores.kept.value).toBeNull()
    expect(await scores.keep({ window: 90 })).toBe(true)
    expect(asked).toContain('POST /api/v1/analyze/rfm {"window":90,"save":true}')
    expect(scores.kept.value?.as_of).toBe('2026-11-29')
    expect(await scores.drop()).toBe(true)
    expect(asked).toContain('DELETE /api/v1/score?name=rfm')
    expect(scores.kept.value).toBeNull()
  })
})
