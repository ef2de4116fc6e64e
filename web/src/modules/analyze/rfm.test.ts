import { describe, expect, it } from 'vitest'
import type { AnalyzeRfmOut } from '@/api/gen'
import * as rfm from './rfm'

const reply: AnalyzeRfmOut = {
  as_of: '2026-11-29', window: 365, consumers: 990,
  cuts: { r: [19, 58, 138, 198], f: [2, 2, 3, 4], m: [94.4, 176.2, 297, 623.6] },
  split: { r: 3.06, f: 2.38, m: 3 }, scores: { r: [197, 196, 200, 140, 257] },
  types: [{ type: '111', name: 'VIP' }, { type: '000', name: '一般挽留' }],
  grid: [{ r: 5, f: 1, consumers: 88 }],
}
const TODAY = '2026-11-29'

describe('rfm questions', () => {
  it('asks for a cell by days and orders', () => {
    expect(rfm.cellQuestion(reply, { r: 4, f: 3 }, TODAY)).toBe('last purchase in 39d ending 20d ago and did purchase in 365d >= 2 and did purchase in 365d < 3')
    expect(rfm.cellQuestion(reply, { r: 5, f: 5 }, TODAY)).toBe('last purchase in 20d and did purchase in 365d >= 4')
    expect(rfm.cellQuestion(reply, { r: 1, f: 1 }, TODAY)).toBe('last purchase in 166d ending 199d ago and did purchase in 365d < 2')
  })
  it('asks for a type by the least score that is high', () => {
    expect(rfm.typeQuestion(reply, '111', TODAY)).toBe('last purchase in 59d and did purchase in 365d >= 2 and gmv in 365d >= 176.2')
    expect(rfm.typeQuestion(reply, '000', TODAY)).toBe('last purchase in 306d ending 59d ago and did purchase in 365d < 2 and gmv in 365d < 176.2')
  })
  it('fixes the days when the day asked about is over', () => {
    expect(rfm.cellQuestion(reply, { r: 4, f: 5 }, '2026-12-05')).toBe(
      'did purchase from 2026-10-02 to 2026-11-09 and not did purchase from 2026-11-10 to 2026-11-29 and did purchase from 2025-11-30 to 2026-11-29 >= 4')
  })
  it('knows where nobody can be', () => {
    expect(rfm.bandOf([2, 2, 3, null], 'f', 5, 5)).toBeNull()
    expect(rfm.bandOf([2, 2, 3, null], 'f', 4, 4)).toEqual({ least: 3, below: null })
    expect(rfm.bandOf([0, 5, 9, null], 'r', 1, 1)).toBeNull()
    expect(rfm.bandOf([0, 5, 9, null], 'r', 2, 2)).toEqual({ least: 10, below: null })
    expect(rfm.bandOf([1, 2, 3, 4], 'f', 6, 5)).toBeNull()
  })
  it('leaves out scores that lie behind the window', () => {
    expect(rfm.cellQuestion({ ...reply, window: 90 }, { r: 2, f: 1 }, TODAY)).toBeNull()
  })
})

describe('rfm fields', () => {
  it('reads cut points, with the commas of either keyboard', () => {
    expect(rfm.readCuts(' 30，60, 90 180 ')).toBe('30,60,90,180')
    expect([rfm.readCuts(''), rfm.readCuts('30,20,60,90'), rfm.readCuts('1,2,3'), rfm.readCuts('a,b,c,d')]).toEqual(['', null, null, null])
  })
  it('reads the split', () => {
    expect([rfm.readSplit(''), rfm.readSplit('median'), rfm.readSplit('3 3，4'), rfm.readSplit('3,3'), rfm.readSplit('0,3,9')]).toEqual(['', 'median', '3,3,4', null, null])
  })
  it('sends the names that changed, empty ones to take the usual back', () => {
    expect(rfm.namesToSet(reply.types, { 111: ' VIP ', 0: 'x' })).toEqual([])
    expect(rfm.namesToSet(reply.types, { 111: '', '000': '沉睡' })).toEqual(['111=', '000=沉睡'])
  })
})
