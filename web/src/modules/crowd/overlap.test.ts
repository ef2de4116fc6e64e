import { describe, expect, it } from 'vitest'
import { lens, step, venn } from './overlap'

describe('circles of two crowds', () => {
  it('share the area that their numbers say', () => {
    const { r, s, d } = venn(1000, 400, 150)
    expect(r).toBe(1)
    expect(lens(r, s, d) / (Math.PI * r * r)).toBeCloseTo(0.15, 6)
  })
  it('lie in each other or apart', () => {
    const inner = venn(1000, 400, 400)
    expect(inner.d).toBeLessThanOrEqual(1 - inner.s + 1e-6)
    const apart = venn(10, 10, 0)
    expect(apart.d).toBeGreaterThan(apart.r + apart.s)
  })
  it('shares have steps of colour', () => {
    expect([0, 0.01, 0.5, 1, null].map(step)).toEqual([0, 1, 3, 5, 0])
  })
})
