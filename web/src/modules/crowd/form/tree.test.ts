import { describe, expect, it } from 'vitest'
import type { Json } from '@/api/op'
import { CMPS, isUnfinished, type Body } from './body'
import questions from './questions.json'
import { started, STARTS, TEMPLATES } from './starts'
import { copied, group, jsonOf, readOf, row, rowsOf, sentOf, treeOf, unfinishedRows } from './tree'

const did: Body = { form: 'did', value: { events: ['purchase'] } }
function tree(json: Json) {
  const root = treeOf(json)
  if (!root) throw new Error('no tree')
  return root
}

/** Questions at random, the same ones every time. */
function generator(seed: number) {
  let state = seed
  const below = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 4294967296) * n)
  }
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const cmp = () => one(CMPS)
  const text = () => one(['a', '护肤', 'say "hi"', 'back\\slash', '两 词', 'not'])
  const when = () => one<Json>([{ in: 30 }, { in: 7, ending: 30 }, { before: 60 }, { on: '2017-12-01' }, { from: '2017-01-01' }, { to: '2017-02-01' }, { from: '2017-01-01', to: '2017-02-01' }])
  const test = () => one<() => Json>([
    () => ({ field: one(['amount', 'quantity']), cmp: cmp(), value: below(100000) / 100 }),
    () => ({ field: 'category', cmp: one(['=', '!=']), value: text() }),
    () => ({ prop: text(), cmp: 'in', value: [text(), text()] }),
    () => ({ prop: 'size', cmp: cmp(), value: -below(40) }),
  ])()
  const filter = () => ({ events: one<Json>(['any', ['purchase'], ['add_cart', 'favorite'], ['own event']]), ...(below(2) ? { tests: [test(), ...(below(2) ? [test()] : [])] } : {}) })
  const perhaps = () => (below(2) ? { when: when() } : {})
  const leaf = () => one<() => Json>([
    () => ({ did: { ...filter(), ...perhaps(), ...(below(2) ? { count: { cmp: cmp(), n: below(9), ...(below(2) ? { of: one(['days', 'items']) } : {}) } } : {}) } }),
    () => ({ sequence: { steps: [filter(), { ...filter(), within: '24h' }, { not: true, ...filter(), within: '90m' }], ...perhaps() } }),
    () => ({ sequence: { steps: [filter(), filter(), filter()], within: '7d', ...perhaps() } }),
    () => ({ measure: { ...filter(), of: one(['sum', 'avg', 'min', 'max']), field: 'amount', ...perhaps(), cmp: cmp(), value: below(1000) / 4 } }),
    () => ({ total: { of: one(['gmv', 'aov']), ...perhaps(), cmp: cmp(), value: below(1000) } }),
    () => ({ moment: { which: one(['first', 'last']), ...filter(), when: when() } }),
    () => ({ moment: { which: one(['first', 'last']), ...filter(), was: [test(), ...(below(2) ? [test()] : [])], ...perhaps() } }),
    () => ({ stage: one<Json>([{ cmp: cmp(), stage: 'interest' }, { ago: 30, in: ['interest', 'loyalty'] }, { on: '2017-12-01', cmp: '=', stage: 'none' }, { was: 'interest', when: { in: 9 } }, { left: 'purchase' }]) }),
    () => ({ field: one<Json>([{ name: 'rfm.r', cmp: cmp(), value: 4 }, { name: 'rfm.type', cmp: 'in', value: [text(), text()] }, { name: 'clv', known: true }]) }),
    () => one<Json>([{ is: 'follow' }, { has: { kind: 'openid@wx1', cmp: cmp(), n: 2 } }, { identity: 'phone:1' }, { tag: { name: text() } }, { tag: { name: text(), value: text() } }, { crowd: text() }, { reach: 'wecom' }, { consent: text() }, { sample: { percent: 0.5, seed: 7 } }, { all: true }]),
  ])()
  const question = (depth: number): Json => {
    const kind = depth > 0 ? below(4) : 3
    if (kind === 0) return { not: question(depth - 1) }
    if (kind === 3) return leaf()
    return { [kind === 1 ? 'and' : 'or']: Array.from({ length: 2 + below(3) }, () => question(depth - 1)) }
  }
  return question
}

describe('the tree of a question', () => {
  it('gives back every question of the docs and the tests, each part in a row of its own kind', () => {
    expect(questions.length).toBeGreaterThan(100)
    for (const q of questions) {
      const root = tree(q.form)
      expect(jsonOf(root), q.question).toEqual(readOf(q.form))
      for (const r of rowsOf(root)) {
        expect(r.body.form, q.question).not.toBe('text')
        expect(isUnfinished(r.body), q.question).toBe(false)
      }
    }
  })

  it('gives back hundreds of questions at random', () => {
    const question = generator(7)
    for (let i = 0; i < 300; i++) {
      const json = question(i % 5)
      const root = tree(json)
      expect(jsonOf(root)).toEqual(json)
      expect(jsonOf(copied(root))).toEqual(json)
      expect(unfinishedRows(root)).toBe(0)
    }
  })

  it('shows own events by their names and sends them as names to come', () => {
    const json = (name: string): Json => ({ not: { sequence: { steps: [{ events: [name] }, { events: 'any', within: '3d' }] } } })
    expect(jsonOf(tree(json('`skin test`')))).toEqual(json('skin test'))
    expect(sentOf(json('skin test'))).toEqual(json('`skin test`'))
  })

  it('keeps what it has no row for', () => {
    const later: Json = { and: [{ member: { tier: 'gold' } }, { did: { events: ['purchase'], by: 'item' } }] }
    const root = tree(later)
    expect(rowsOf(root).map((r) => r.body.form)).toEqual(['text', 'text'])
    expect(jsonOf(root)).toEqual(later)
  })

  it('refuses numbers that it would write otherwise', () => {
    expect(treeOf({ sample: { percent: 1, seed: 2 ** 64 } })).toBeNull()
    expect(treeOf({ field: { name: 'p_alive', cmp: '>=', value: 1e-7 } })).toBeNull()
  })

  it('leaves out what is not filled in, and says how many rows that are', () => {
    const root = group('and', [row(did), row({ form: 'tag', value: { name: '' } }, true), group('or', [row({ form: 'did', value: { events: [] } })])])
    expect(jsonOf(root)).toEqual({ did: { events: ['purchase'] } })
    expect(unfinishedRows(root)).toBe(2)
    expect(jsonOf(group('and', []))).toBeNull()
  })

  it('what can be added is what the server would send; only names are left to fill in', () => {
    const open: string[] = []
    for (const start of Object.values(STARTS).flat()) {
      const r = started(start)
      if (isUnfinished(r.body)) open.push(start)
      else expect(rowsOf(tree(jsonOf(r) ?? true))[0]?.body, start).toEqual(r.body)
    }
    expect(open).toEqual(['tag', 'crowd', 'rfmType', 'consent', 'identity', 'text'])
    expect(new Set(TEMPLATES.map(([, question]) => question)).size).toBe(TEMPLATES.length)
  })
})
