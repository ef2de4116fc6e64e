import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { op } from '@/api/op'
import { useAnalysis } from './useAnalysis'
import { useTable } from './useTable'

interface In {
  n: number
}
interface Out {
  n: number
  to: string
}
const record = op<In, Out>({ name: 'analyze x', method: 'GET', path: '/api/v1/analyze/x', perm: 'report.read', how: 'reads' })

function server() {
  const asked: string[] = []
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path)
    const n = Number(new URLSearchParams(path.split('?')[1]).get('n'))
    return Promise.resolve(n < 0 ? new Response(JSON.stringify({ code: 'invalid', msg: 'no', hint: 'more' }), { status: 400 }) : new Response(JSON.stringify({ n, to: '2026-11-29' })))
  })
  return asked
}
function make(first: number | null) {
  const n = ref<number | null>(first)
  const run = effectScope().run(() => useAnalysis(record, () => (n.value === null ? null : { n: n.value }), (r) => ({ day: r.to, from: '2026-11-01' })))
  if (!run) throw new Error('no scope')
  return { n, run }
}

describe('useAnalysis', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('runs when its fields are there, and again when they change', async () => {
    const asked = server()
    const { n, run } = make(null)
    await nextTick()
    expect(asked).toEqual([])
    n.value = 1
    await vi.waitFor(() => expect(run.reply.value?.n).toBe(1))
    expect(run.asOf.value).toEqual({ day: '2026-11-29', from: '2026-11-01' })
    n.value = 2
    await vi.waitFor(() => expect(run.reply.value?.n).toBe(2))
    expect(asked).toEqual(['/api/v1/analyze/x?n=1', '/api/v1/analyze/x?n=2'])
  })
  it('keeps the reply, and what it was asked with, beside an error', async () => {
    server()
    const { n, run } = make(1)
    await vi.waitFor(() => expect(run.reply.value?.n).toBe(1))
    n.value = -1
    await vi.waitFor(() => expect(run.state.error.value?.hint).toBe('more'))
    expect([run.reply.value?.n, run.asked.value?.n]).toEqual([1, 1])
  })
})

describe('useTable', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('hands the file of the same fields over', async () => {
    const asked = server()
    const kept: string[] = []
    const table = useTable(record, (_, name) => kept.push(name))
    expect(await table.take({ n: 3 }, 'csv', 'x.csv')).toBeNull()
    expect(kept).toEqual(['x.csv'])
    expect(asked[0]).toMatch(/n=3&format=csv/)
  })
  it('tells what went wrong, and keeps nothing', async () => {
    server()
    const kept: string[] = []
    const table = useTable(record, (_, name) => kept.push(name))
    expect((await table.take({ n: -1 }, 'xlsx', 'x.xlsx'))?.message).toBe('no')
    expect([kept, table.busy.value]).toEqual([[], false])
  })
})
