// What can be added to a question: rows that are (nearly) complete as they come.
import type { Body } from './body'
import { row, type Row } from './tree'

export const STARTS = {
  behaviour: ['did', 'didNot', 'sequence', 'first', 'last', 'channel', 'door'],
  value: ['gmv', 'aov', 'measure'],
  stage: ['stage', 'stageWas', 'stageEntered'],
  mark: ['tag', 'crowd'],
  score: ['rfm', 'rfmType', 'clv', 'alive'],
  person: ['is', 'reach', 'consent', 'has', 'identity'],
  other: ['sample', 'all', 'text'],
} as const
export type StartGroup = keyof typeof STARTS
export type Start = (typeof STARTS)[StartGroup][number]

const bodies: Record<Start, () => Body> = {
  did: () => ({ form: 'did', value: { events: ['purchase'], when: { in: 30 } } }),
  didNot: () => ({ form: 'did', value: { events: ['purchase'], when: { in: 30 } } }),
  sequence: () => ({ form: 'sequence', value: { steps: [{ events: ['add_cart'] }, { not: true, events: ['purchase'], within: '24h' }], when: { in: 7 } } }),
  first: () => ({ form: 'moment', value: { which: 'first', events: 'any', when: { in: 30 } } }),
  last: () => ({ form: 'moment', value: { which: 'last', events: 'any', when: { before: 60 } } }),
  channel: () => ({ form: 'did', value: { events: 'any', tests: [{ field: 'channel', cmp: '=', value: 'mini_program' }], when: { in: 30 } } }),
  door: () => ({ form: 'moment', value: { which: 'first', events: 'any', was: [{ field: 'channel', cmp: '=', value: 'mini_program' }], when: { in: 30 } } }),
  gmv: () => ({ form: 'total', value: { of: 'gmv', when: { in: 365 }, cmp: '>=', value: 500 } }),
  aov: () => ({ form: 'total', value: { of: 'aov', when: { in: 365 }, cmp: '>=', value: 100 } }),
  measure: () => ({ form: 'measure', value: { of: 'max', events: ['purchase'], field: 'amount', when: { in: 365 }, cmp: '>=', value: 200 } }),
  stage: () => ({ form: 'stage', value: { cmp: '=', stage: 'interest' } }),
  stageWas: () => ({ form: 'stage', value: { ago: 30, cmp: '=', stage: 'interest' } }),
  stageEntered: () => ({ form: 'stage', value: { entered: 'purchase', when: { in: 30 } } }),
  tag: () => ({ form: 'tag', value: { name: '' } }),
  crowd: () => ({ form: 'crowd', value: '' }),
  rfm: () => ({ form: 'field', value: { name: 'rfm.r', cmp: '>=', value: 4 } }),
  rfmType: () => ({ form: 'field', value: { name: 'rfm.type', cmp: 'in', value: [] } }),
  clv: () => ({ form: 'field', value: { name: 'clv', cmp: '>=', value: 300 } }),
  alive: () => ({ form: 'field', value: { name: 'p_alive', cmp: '>=', value: 0.8 } }),
  is: () => ({ form: 'is', value: 'member_join' }),
  reach: () => ({ form: 'reach', value: 'wecom' }),
  consent: () => ({ form: 'consent', value: '' }),
  has: () => ({ form: 'has', value: { kind: 'phone', cmp: '>=', n: 1 } }),
  identity: () => ({ form: 'identity', value: '' }),
  sample: () => ({ form: 'sample', value: { percent: 10, seed: 1 } }),
  all: () => ({ form: 'all', value: true }),
  text: () => ({ form: 'text', value: { text: '', json: null } }),
}

export function started(start: Start): Row {
  return row(bodies[start](), start === 'didNot')
}

/** Questions to begin with; their titles stand in locales/NAME/who.ts. */
export const TEMPLATES = [
  ['twiceSilent', 'did purchase in 365d >= 2 days and last any before 90d'],
  ['cartNotBought', 'did add_cart in 7d and not did purchase in 7d'],
  ['leftCart', 'did add_cart then not purchase within 24h in 3d'],
  ['interested', 'stage = interest and not did purchase in 30d'],
  ['fallen', 'stage left loyalty in 30d'],
  ['newBuyers', 'first purchase in 30d'],
  ['big', 'gmv in 365d >= 1000'],
  ['members', 'is member_join and not did purchase in 90d'],
  ['reachable', 'stage >= purchase and reachable by wecom'],
  ['fresh', 'first any in 7d'],
  ['bigFirst', 'first purchase was (amount >= 200) in 90d'],
] as const
