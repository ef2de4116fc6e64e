import { describe, expect, it } from 'vitest'
import { attributionFields } from './useAttribution'

describe('fields of attribution', () => {
  it('ask for all models', () => {
    expect(attributionFields({ goal: 'purchase', by: 'channel', window: '30d', half: '7d', touch: '' }, { from: '2026-11-01', to: '2026-11-29' })).toEqual({
      goal: 'purchase', model: 'all', by: 'channel', window: '30d', half_life: '7d', from: '2026-11-01', to: '2026-11-29',
    })
  })
  it('take what the address says, and nothing else', () => {
    expect(attributionFields({ goal: 'stage:loyalty', by: 'campaign', window: '12h', half: 'soon', touch: 'ad_click,follow' }, {})).toEqual({
      goal: 'stage:loyalty', model: 'all', by: 'campaign', window: '12h', half_life: '7d', touch: ['ad_click', 'follow'],
    })
    expect(attributionFields({ goal: 'x', by: 'y', window: 'z', half: '7d', touch: '' }, {})).toMatchObject({ goal: 'purchase', by: 'channel', window: '30d' })
  })
})
