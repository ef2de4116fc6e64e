import { effectScope } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { useSession } from '@/use/useSession'
import { useMappings } from './useMappings'

afterEach(() => vi.unstubAllGlobals())

describe('saved mappings', () => {
  it('are listed by what they say, and read again when one has another name', async () => {
    const asked: string[] = []
    let name = 'till'
    vi.stubGlobal('fetch', (address: string, init?: RequestInit) => {
      if (address.includes('/me')) return Promise.resolve(new Response(JSON.stringify({ zone: 'UTC', rights: ['event.read', 'data.import'] }), { status: 200 }))
      asked.push(`${init?.method ?? 'GET'} ${new URL(address, 'http://x').pathname}`)
      if (address.includes('rename')) name = '门店'
      if (init?.method === 'DELETE') return Promise.resolve(new Response(JSON.stringify({ error: { code: 'missing', message: 'gone' } }), { status: 404 }))
      return Promise.resolve(new Response(JSON.stringify({ name, mappings: [{ name, mapping: { format: 'generic', map: ['time=when', 'props.x=x', 'skip=#3'] } }] }), { status: 200 }))
    })
    const scope = effectScope()
    await scope.run(async () => {
      await useSession().load()
      const m = useMappings()
      await m.load()
      expect(m.rows.value).toEqual([{ name: 'till', format: 'generic', map: ['time=when'] }])
      expect(await m.rename('till', '门店')).toBe(true)
      expect(m.rows.value[0]?.name).toBe('门店')
      expect(await m.remove('till')).toBe(false)
      expect(m.error.value?.status).toBe(404)
    })
    scope.stop()
    expect(asked).toEqual(['GET /api/v1/mappings', 'POST /api/v1/mapping/rename', 'GET /api/v1/mappings', 'DELETE /api/v1/mapping'])
  })
})
