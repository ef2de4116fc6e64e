import { describe, expect, it } from 'vitest'
import type { TagListOut } from '@/api/gen'
import { countBy, narrow, tagRows } from './useTags'

const one = (tag: string, source: string, rule: string | null = null) => ({ tag, kind: 'flag', source, rule, created: '2026-11-29T15:01:04+08:00', consumers: 3 })
const reply: TagListOut = { as_of: '2026-11-29', total: 3, tags: [one('肤质', 'manual'), one('活跃/复购', 'rule', 'did purchase in 90d >= 2'), one('活跃/流失', 'rule')] }

describe('the list of tags', () => {
  const rows = tagRows(reply)
  it('tells category and name apart', () => {
    expect(rows.map((r) => [r.category, r.name])).toEqual([['', '肤质'], ['活跃', '复购'], ['活跃', '流失']])
  })
  it('is narrowed by category, source and words in name or rule', () => {
    const names = (by: Partial<Parameters<typeof narrow>[1]>) => narrow(rows, { category: '', source: '', search: '', ...by }).map((r) => r.name)
    expect(names({})).toHaveLength(3)
    expect(names({ category: '活跃' })).toEqual(['复购', '流失'])
    expect(names({ category: '-' })).toEqual(['肤质'])
    expect(names({ source: 'rule', search: 'PURCHASE' })).toEqual(['复购'])
  })
  it('counts tags by category', () => {
    expect(countBy(rows, (r) => r.category || '-')).toEqual([{ word: '-', n: 1 }, { word: '活跃', n: 2 }])
  })
})
