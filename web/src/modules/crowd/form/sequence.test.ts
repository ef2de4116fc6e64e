import { describe, expect, it } from 'vitest'
import type { Sequence } from './body'
import { ofFirst, ofStep, withSteps } from './sequence'

const q: Sequence = { steps: [{ events: ['a'] }, { events: ['b'], within: '2h' }, { not: true, events: ['c'], within: '3d' }], when: { in: 7 } }

describe('a sequence', () => {
  it('has one span for all, none of which is left out, and back', () => {
    const all = ofFirst(q)
    expect(all).toEqual({ steps: [{ events: ['a'] }, { events: ['b'] }, { events: ['c'] }], within: '3d', when: { in: 7 } })
    expect(ofStep(all)).toEqual({ steps: [{ events: ['a'] }, { events: ['b'], within: '3d' }, { events: ['c'], within: '3d' }], when: { in: 7 } })
  })
  it('leaves out the last step only', () => {
    expect(withSteps(q, [...q.steps, { events: ['d'] }]).steps).toEqual([{ events: ['a'] }, { events: ['b'], within: '2h' }, { events: ['c'], within: '3d' }, { events: ['d'], within: '24h' }])
  })
  it('begins with a step that has no span', () => {
    expect(withSteps(q, q.steps.slice(1)).steps).toEqual([{ events: ['b'] }, { not: true, events: ['c'], within: '3d' }])
  })
})
