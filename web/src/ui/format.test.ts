import { beforeEach, describe, expect, it } from 'vitest'
import * as f from './format'

describe('format', () => {
  beforeEach(() => f.setFormat({ lang: 'en', zone: 'Asia/Shanghai' }))

  it('shows whole fen as yuan', () => {
    expect(f.fen(270520)).toBe('¥2,705.20')
    expect(f.fen(-5)).toBe('−¥0.05')
    expect(f.yuan(2705.2)).toBe('¥2,705.20')
  })
  it('groups counts and shortens only large ones', () => {
    expect(f.count(30082)).toBe('30,082')
    expect(f.compact(99999)).toBe('99,999')
    expect(f.compact(1234567)).toBe('1.2M')
    f.setFormat({ lang: 'zh' })
    expect(f.compact(1234567)).toBe('123.5万')
  })
  it('gives figures under each other as many decimals', () => {
    expect([f.fixed(4.6), f.fixed(-1, 1), f.fixed(null)]).toEqual(['4.60', '−1.0', '–'])
  })
  it('signs changes, zero bare', () => {
    expect([f.change(24), f.change(-3), f.change(0)]).toEqual(['+24', '−3', '0'])
  })
  it('shows shares, and a dash for what is not known', () => {
    expect(f.share(0.57832)).toBe('57.8%')
    expect(f.basis(578)).toBe('5.78%')
    expect([f.share(null), f.count(undefined), f.yuan(NaN)]).toEqual(['–', '–', '–'])
  })
  it('shows times by the clock of the brand, wherever the reader is', () => {
    expect(f.time('2026-11-20T22:52:18+08:00')).toBe('2026-11-20 22:52:18')
    expect(f.time(Date.UTC(2026, 10, 20, 16, 0, 0))).toBe('2026-11-21 00:00:00')
    expect(f.today(Date.UTC(2026, 10, 20, 15, 59, 59))).toBe('2026-11-20')
  })
  it('knows zones by name and by offset, and takes UTC for one that the browser does not know', () => {
    const at = Date.UTC(2026, 10, 20, 16, 0, 0)
    const by = (zone: string) => {
      f.setFormat({ zone })
      return f.time(at)
    }
    expect(by('America/New_York')).toBe('2026-11-20 11:00:00')
    expect([by('+08:00'), by('-0330'), by('+8')]).toEqual(['2026-11-21 00:00:00', '2026-11-20 12:30:00', '2026-11-21 00:00:00'])
    expect(by('Nowhere/Else')).toBe('2026-11-20 16:00:00')
  })
  it('counts days over the ends of months and years', () => {
    expect(f.dayPlus('2026-02-28', 1)).toBe('2026-03-01')
    expect(f.dayPlus('2027-01-01', -1)).toBe('2026-12-31')
    expect(f.daysBetween('2026-10-31', '2026-11-29')).toBe(29)
  })
  it('shows bytes in the unit that fits', () => {
    expect([f.bytes(512), f.bytes(1536), f.bytes(52428800)]).toEqual(['512 B', '1.5 KB', '50 MB'])
  })
  it('shows elapsed time in the unit that suits', () => {
    expect([f.span(40), f.span(137), f.span(17100), f.span(918875), f.span(null)]).toEqual(['40 sec', '2.3 min', '4.8 hr', '10.6 days', '–'])
    f.setFormat({ lang: 'zh' })
    expect([f.span(40), f.span(137), f.span(86400)]).toEqual(['40秒', '2.3分钟', '1天'])
  })
})
