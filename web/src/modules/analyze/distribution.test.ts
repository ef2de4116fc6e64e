import { describe, expect, it } from 'vitest'
import * as d from './distribution'

const say = String
const asked: d.Asked = { of: 'orders', event: '', from: '2026-01-01', to: '2026-11-29', among: '' }

describe('distribution', () => {
  it('names bands of whole numbers by both ends', () => {
    expect(d.bandName({ from: 1, below: 2, consumers: 1 }, true, say)).toBe('1')
    expect(d.bandName({ from: 2, below: 5, consumers: 1 }, true, say)).toBe('2–4')
    expect(d.bandName({ from: 100, below: 200, consumers: 1 }, false, say)).toBe('100–200')
    expect(d.bandName({ from: 20, below: null, consumers: 1 }, true, say)).toBe('20+')
    expect(d.bandName({ from: null, below: 1, consumers: 1 }, true, say)).toBe('< 1')
  })
  it('asks for the consumers of a band', () => {
    expect(d.bandQuestion({ from: 2, below: 5, consumers: 1 }, asked)).toBe('did purchase from 2026-01-01 to 2026-11-29 >= 2 and did purchase from 2026-01-01 to 2026-11-29 < 5')
    expect(d.bandQuestion({ from: null, below: 1, consumers: 1 }, { ...asked, of: 'gmv', from: null, to: null })).toBe('did (purchase or refund) and gmv < 1')
    expect(d.bandQuestion({ from: 3, below: null, consumers: 1 }, { of: 'days', event: '试用 装', from: null, to: '2026-11-29', among: 'stage = loyalty or is follow' })).toBe(
      '(stage = loyalty or is follow) and did `试用 装` to 2026-11-29 >= 3 days')
  })
  it('reads bands', () => {
    expect([d.readBands('1, 5，10'), d.readBands(''), d.readBands('5,1'), d.readBands('x')]).toEqual(['1,5,10', '', null, null])
  })
  it('leaves empty bands at the ends away and sums shares up', () => {
    const bands = [{ consumers: 0 }, { consumers: 1 }, { consumers: 0 }, { consumers: 3 }, { consumers: 0 }]
    expect(d.trimBands(bands)).toHaveLength(3)
    expect(d.cumulative(bands)).toEqual([0, 0.25, 0.25, 1, 1])
  })
})
