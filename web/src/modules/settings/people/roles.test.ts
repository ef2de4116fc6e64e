import { describe, expect, it } from 'vitest'
import { areaOf, byArea } from './roles'

describe('rights', () => {
  it('stand in areas; what everybody may is left out', () => {
    const of = (...names: string[]) => byArea(names.map((right) => ({ right }))).map((a) => [a.area, a.rights.map((r) => r.right)])
    expect(of('access.read', 'crowd.read', 'public', 'tag.write')).toEqual([['people', ['crowd.read', 'tag.write']], ['server', ['access.read']]])
  })
  it('that this console does not know yet are of the server', () => {
    expect(areaOf('journey.write')).toBe('server')
  })
})
