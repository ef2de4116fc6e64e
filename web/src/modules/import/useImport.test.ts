import { effectScope } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { useImport } from './useImport'

afterEach(() => vi.unstubAllGlobals())

const found = {
  dry_run: true, rows: 2, rejected: 0,
  files: [{ file: 'a.csv', format: 'generic', kind: 'csv', error: null, mapping: { format: 'generic', map: ['time=时间', 'event:=purchase'] },
    columns: [{ header: '时间', field: 'time', by: 'header' }, { header: '手机', field: 'props.手机', by: 'none' }] }],
}

function answers() {
  const asked: URLSearchParams[] = []
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(new URL(address, 'http://x').searchParams)
    return Promise.resolve(new Response(JSON.stringify(found), { status: 200 }))
  })
  return asked
}

describe('an import', () => {
  it('looks at the file with nothing told, then with every column told once something is corrected', async () => {
    const asked = answers()
    const scope = effectScope()
    await scope.run(async () => {
      const i = useImport()
      await i.take(new File(['x'], 'a.csv'))
      expect(i.constants.event).toBe('purchase')
      expect(i.choices.value.map((c) => c.field)).toEqual(['time', 'props'])
      await i.choose(1, { field: 'identity', name: 'phone' })
      // Only what was touched is told by hand, though the server is told all.
      expect(i.columns.value.map((c) => c.by)).toEqual(['header', 'map'])
      i.options.saveAs = 'till'
      await i.start()
    })
    scope.stop()
    expect(asked.map((q) => q.getAll('map'))).toEqual([[], ['time=#1', 'identity.phone=#2', 'event:=purchase'], ['time=#1', 'identity.phone=#2', 'event:=purchase']])
    expect(asked.map((q) => q.get('dry_run'))).toEqual(['true', 'true', null])
    expect([asked[1]?.get('format'), asked[2]?.get('save_mapping')]).toEqual(['generic', 'till'])
  })
})
