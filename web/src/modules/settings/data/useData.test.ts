import { describe, expect, it } from 'vitest'
import { effectScope, nextTick } from 'vue'
import type { Caller } from '@/use/useOp'
import { datasetsOf, useData } from './useData'

const segment = (dataset: string, rows: number, bytes: number) => ({ dataset, file: 'x', rows, bytes, seq_from: 1, seq_to: 2, checksum: '' })

describe('data', () => {
  it('are summed by kind', () => {
    expect(datasetsOf([segment('event', 10, 100), segment('identity', 3, 30), segment('event', 5, 50)])).toEqual([
      { dataset: 'event', files: 2, rows: 15, bytes: 150 },
      { dataset: 'identity', files: 1, rows: 3, bytes: 30 },
    ])
  })
  it('are listed anew when they were compacted, and backups when one was made', async () => {
    const asked: string[] = []
    const caller = ((o: { name: string }) => {
      asked.push(o.name)
      return Promise.resolve({ segments: [segment('event', 1, 7)], log_bytes: 3, imports: [{ bytes: 5 }] })
    }) as unknown as Caller
    const scope = effectScope()
    await scope.run(async () => {
      const d = useData(caller)
      await nextTick()
      await nextTick()
      expect([d.bytes.value, d.imported.value]).toEqual([10, 5])
      expect(await d.doCompact()).toBe(true)
      await d.doBackup()
    })
    expect(asked).toEqual(['lake list', 'imports', 'backup list', 'status', 'lake compact', 'lake list', 'backup', 'backup list', 'status'])
    scope.stop()
  })
})
