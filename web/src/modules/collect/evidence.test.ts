import { describe, expect, it } from 'vitest'
import { didQuestion, stageOf } from './evidence'

describe('evidence of an event', () => {
  it('speaks for a stage; what ends a status speaks for none', () => {
    expect(['awareness', 'interest', 'status', 'purchase', 'loyalty'].map(stageOf)).toEqual(['awareness', 'interest', 'interest', 'purchase', 'loyalty'])
    expect([stageOf('status_end'), stageOf('refund'), stageOf(null)]).toEqual([null, null, null])
  })
  it('asks by name, quoted when it is no plain word', () => {
    expect(didQuestion('item_view')).toBe('did item_view in 30d')
    expect(didQuestion('看 "A"')).toBe('did "看 \\"A\\"" in 30d')
  })
})
