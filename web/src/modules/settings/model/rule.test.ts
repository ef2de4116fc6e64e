import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findRules, freshName, nameOf, offsetOf, withName, withRule } from './modeltext'
import { parseRule, printRule, replaced, withAlternative, type Group, type Rule } from './rule'

const preset = (name: string) => readFileSync(join(process.cwd(), '../src/aipl/models', `${name}.yaml`), 'utf8')
function read(text: string): Rule {
  const rule = parseRule(text)
  if (!rule) throw new Error(`not read: ${text}`)
  return rule
}
const flat = (s: string) => s.replace(/\s+/g, ' ').replace(/\( /g, '(').trim()

describe('a rule', () => {
  it('is read and written without loss, in every shipped model', () => {
    for (const name of ['aipl', 'aipl-databank', '5a', '4a']) {
      for (const place of findRules(preset(name))) {
        const rule = read(place.rule)
        expect(flat(printRule(rule))).toBe(flat(place.rule))
        expect(parseRule(printRule(rule))).toEqual(rule)
      }
    }
  })
  it('keeps tests, counts, own names and precedence', () => {
    for (const text of [
      'did purchase(channel in ("tmall", "jd")) in 30d >= 2 days',
      'did `皮肤测试` in 30d = 0',
      'not (is follow or is member_join) and did review(score >= 4, channel = "天猫") in 7d',
      '(did a or did b) and not did c in 1d',
      'did purchase',
    ]) expect(printRule(read(text)).replace(/\n/g, ' ')).toBe(text)
  })
  it('is null where it is not understood', () => {
    for (const text of ['', 'did', 'did purchase in 3', 'stage = loyalty', 'did purchase and', 'did a b', 'did purchase >= x']) expect(parseRule(text)).toBeNull()
  })
  it('loses and gains alternatives', () => {
    const g = read('did a or did b') as Group
    expect(replaced(g, 0, null)).toEqual(read('did b'))
    expect(printRule(withAlternative(g, { kind: 'is', status: 'follow' }))).toBe('did a\nor did b\nor is follow')
  })
})

describe("a model's text", () => {
  const text = preset('aipl')
  it('takes a rule anew and keeps everything else', () => {
    expect(findRules(text)).toHaveLength(4)
    const changed = withRule(text, 2, 'did purchase in 730d')
    expect(changed).toBe(text.replace('in 913d', 'in 730d'))
    const long = withRule(changed, 2, 'did purchase in 730d\nor did review in 3d')
    expect(long).toContain('    when: |\n      did purchase in 730d\n      or did review in 3d\n\n  # Bought on two days')
    expect(findRules(long)[2]?.rule).toBe('did purchase in 730d\nor did review in 3d')
    expect(withRule(long, 3, 'did referral')).toContain('    when: |\n      did referral')
  })
  it('writes what YAML would misread as a block', () => {
    expect(withRule('stages:\n  - name: a\n    when: did x # why', 0, 'did x(item = "a: b")')).toBe('stages:\n  - name: a\n    when: |\n      did x(item = "a: b")')
  })
  it('has a name of its own', () => {
    expect(nameOf(text)).toBe('aipl')
    expect(nameOf(withName('# x\nname: aipl  # theirs\nstages:', 'mine'))).toBe('mine')
    expect(freshName('aipl', ['aipl', 'aipl-2'])).toBe('aipl-3')
    expect(freshName('mine', ['aipl'])).toBe('mine')
  })
  it('knows where a line and column are', () => {
    expect('ab\n阶段x'.slice(offsetOf('ab\n阶段x', 2, 3))).toBe('x')
  })
})
