import { describe, expect, it } from 'vitest'
import { setFormat } from '@/ui/format'
import { rfmDigits, scoreFigures } from './scores'

const one = (field: string, number: number | null, text: string | null = null) => ({ field, number, text, as_of: '2026-11-29' })

describe('the scores of a consumer', () => {
  it('are figures in one order, each in its unit; what is not kept is not shown', () => {
    setFormat({ lang: 'en' })
    const list = scoreFigures([one('clv', 120.5), one('rfm.r', 5), one('rfm.type', null, '重要价值'), one('p_alive', 0.912)])
    expect(list.map((s) => [s.field, s.value])).toEqual([['rfm.type', '重要价值'], ['clv', '¥120.50'], ['p_alive', '91.2%']])
  })
  it('have the three digits of RFM together', () => {
    expect(rfmDigits([one('rfm.r', 5), one('rfm.f', 4), one('rfm.m', 3)])).toBe('R5 F4 M3')
    expect(rfmDigits([])).toBe('')
  })
})
