import { describe, expect, it } from 'vitest'
import { rfmFields } from './useRfm'

const bare = { asOf: '', window: '365', r: '', f: '', m: '', split: '' }

describe('fields of RFM', () => {
  it('leaves what is at its default to the server', () => {
    expect(rfmFields(bare)).toEqual({})
    expect(rfmFields({ ...bare, window: 'x' })).toEqual({})
  })
  it('sends what the address says', () => {
    expect(rfmFields({ asOf: '2026-11-01', window: '180', r: '30,60,90,180', f: '', m: '100,500,1000,5000', split: 'median' })).toEqual({
      as_of: '2026-11-01', window: 180, cuts_r: '30,60,90,180', cuts_m: '100,500,1000,5000', split: 'median',
    })
  })
})
