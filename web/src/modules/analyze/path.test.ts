import { describe, expect, it } from 'vitest'
import type { AnalyzePathOut } from '@/api/gen'
import * as path from './path'

const reply: AnalyzePathOut = {
  sessions: 100, consumers: 60, different: 9,
  paths: [{ events: ['item_view', 'add_cart'], sessions: 30, consumers: 20, share: 0.3 }],
  nodes: [
    { place: 0, event: 'item_view', sessions: 70 }, { place: 0, event: 'share', sessions: 20 }, { place: 0, event: 'follow', sessions: 10 },
    { place: 1, event: 'add_cart', sessions: 30 }, { place: 1, event: 'purchase', sessions: 5 }, { place: 1, event: 'consult', sessions: 4 },
  ],
  links: [{ from: 0, to: 3, sessions: 28 }, { from: 1, to: 3, sessions: 2 }, { from: 2, to: 4, sessions: 5 }, { from: 0, to: 5, sessions: 4 }],
}

describe('paths', () => {
  it('keeps every session when the rare ones become others', () => {
    const p = path.pathPicture(reply, 1)
    expect(p.nodes.map((n) => [n.id, n.sessions, n.ended])).toEqual([['0:item_view', 70, 38], ['0:', 30, 23], ['1:add_cart', 30, 30], ['1:', 9, 9]])
    expect(p.links.find((l) => l.source === '0:' && l.target === '1:')?.value).toBe(5)
    expect(p.links.reduce((n, l) => n + l.value, 0)).toBe(39)
  })
  it('names all when there is room', () => {
    const p = path.pathPicture(reply, 9)
    expect(p.nodes).toHaveLength(6)
    expect(p.nodes.every((n) => n.event)).toBe(true)
  })
  it('tells where sessions leave, but not at the last place', () => {
    expect(path.exitsOf(reply)).toEqual([
      { step: 1, event: 'item_view', sessions: 70, ended: 38 }, { step: 1, event: 'share', sessions: 20, ended: 18 }, { step: 1, event: 'follow', sessions: 10, ended: 5 },
    ])
  })
  it('asks for who went that way', () => {
    expect(path.stepsQuestion(['item_view', 'add_cart'], '30m', '2026-11-01', '2026-11-29')).toBe('did item_view then add_cart within 30m from 2026-11-01 to 2026-11-29')
    expect(path.stepsQuestion(['试用 装'], '30m', null, null)).toBe('did `试用 装`')
    expect(path.stepsQuestion(['', 'x'], '30m', null, null)).toBeNull()
  })
  it('knows spans', () => {
    expect(['30m', '24h', '7d', '0m', '30', '5w'].map(path.isSpan)).toEqual([true, true, true, false, false, false])
  })
})
