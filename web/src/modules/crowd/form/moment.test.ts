import { describe, expect, it } from 'vitest'
import type { Moment, Test } from './body'
import { withWas, withWhen } from './moment'

const first: Moment = { which: 'first', events: 'any', when: { before: 9 } }
const was: Test[] = [{ field: 'channel', cmp: '=', value: 'tmall' }]

describe('a moment', () => {
  it('may be of any time once it says what it was', () => {
    const both = withWas(first, was)
    expect(both).toEqual({ ...first, was })
    expect(withWhen(both, undefined)).toStrictEqual({ which: 'first', events: 'any', was })
    expect(withWhen(both, { in: 3 })).toEqual({ ...both, when: { in: 3 } })
  })
  it('has days again when it no longer does', () => {
    expect(withWas({ which: 'last', events: 'any', was }, undefined)).toStrictEqual({ which: 'last', events: 'any', when: { in: 30 } })
    expect(withWas({ ...first, was }, [])).toStrictEqual(first)
    expect(withWhen(first, undefined)).toStrictEqual({ ...first, when: { in: 30 } })
  })
})
