import { describe, expect, it } from 'vitest'
import { csvRows, decodeText, previewRows } from './filePreview'

describe('the preview of a file of tags', () => {
  it('finds columns by their words in any order, else takes them as they come', () => {
    expect(previewRows('\uFEFF标签,标识,有效至\r\nVIP,phone:13800138000,2026-12-31\r\n')).toEqual([
      { line: 2, identity: 'phone:13800138000', tag: 'VIP', value: '', expires: '2026-12-31' },
    ])
    expect(previewRows('user_id:1,肤质,干性\n')).toEqual([{ line: 1, identity: 'user_id:1', tag: '肤质', value: '干性', expires: '' }])
  })
  it('reads quotes, and lines inside of them', () => {
    expect(csvRows('a,"b,""c""\nd"\ne,f\n', 9)).toEqual([{ line: 1, cells: ['a', 'b,"c"\nd'] }, { line: 3, cells: ['e', 'f'] }])
  })
  it('stops after the rows that are shown', () => {
    expect(previewRows('identity,tag\n' + 'user_id:1,a\n'.repeat(50), 20)).toHaveLength(20)
    expect(previewRows('user_id:1,a\n'.repeat(50), 20)).toHaveLength(20)
  })
  it('reads GB18030 where it is no UTF-8, also cut in the middle', () => {
    expect(decodeText(new Uint8Array([0xb7, 0xf4, 0xd6, 0xca]))).toBe('肤质')
    expect(decodeText(new TextEncoder().encode('肤质').slice(0, 5))).toBe('肤')
  })
})
