// Lifetime value: what the parameters of a fit mean in plain figures, and how P(alive) and value are spread.
import type { AnalyzeClvOut } from '@/api/gen'
import { asList, asNumber, asObject, asText } from '@/api/json'
import { dayPlus, daysBetween } from '@/ui/format'

const WEEKS_A_YEAR = 365.25 / 7

export interface Param {
  name: string
  value: number | null
  se: number | null
}
export function paramsOf(r: AnalyzeClvOut): Param[] {
  const se = asObject(r.se)
  return Object.entries(asObject(r.params)).map(([name, v]) => ({ name, value: asNumber(v), se: asNumber(se[name]) }))
}
export interface ValueFit {
  params: Param[]
  consumers: number | null
  identified: boolean
  logLikelihood: number | null
}
export function valueFitOf(r: AnalyzeClvOut): ValueFit | null {
  if (!r.gamma_gamma) return null
  const g = asObject(r.gamma_gamma)
  const se = asObject(g['se'])
  return {
    params: ['p', 'q', 'gamma'].map((name) => ({ name, value: asNumber(g[name]), se: asNumber(se[name]) })),
    consumers: asNumber(g['consumers']),
    identified: g['identified'] === true,
    logLikelihood: asNumber(g['log_likelihood']),
  }
}

/** What the fit says of the average consumer; null where the data do not tell. */
export interface Plain {
  /** Purchases a year of one who is alive: 52.2 r/α. */
  perYear: number | null
  /** Chance to leave after a purchase (BG/NBD): a/(a+b). */
  leave: number | null
  /** Mean weeks from the first purchase to the leaving (Pareto/NBD): β/(s−1), s > 1. */
  lifetime: number | null
  /** Mean value of a purchase, yuan: pγ/(q−1), q > 1. */
  purchase: number | null
}
export function plainOf(r: AnalyzeClvOut): Plain {
  const p = Object.fromEntries(paramsOf(r).map((x) => [x.name, x.value]))
  const g = Object.fromEntries(valueFitOf(r)?.params.map((x) => [x.name, x.value]) ?? [])
  const { r: rate, alpha, a, b, s, beta } = p as Record<string, number | null | undefined>
  const known = (x: number | null | undefined): x is number => typeof x === 'number'
  return {
    perYear: known(rate) && known(alpha) && alpha > 0 ? (rate / alpha) * WEEKS_A_YEAR : null,
    leave: known(a) && known(b) ? a / (a + b) : null,
    lifetime: known(s) && known(beta) && s > 1 ? beta / (s - 1) : null,
    purchase: known(g['p']) && known(g['q']) && known(g['gamma']) && g['q'] > 1 ? (g['p'] * g['gamma']) / (g['q'] - 1) : null,
  }
}

export interface CheckRow {
  /** Repeat purchases in the calibration: "0" … "7+". */
  x: string
  consumers: number
  /** Purchases each, in the days behind it. */
  predicted: number | null
  actual: number | null
}
export interface Check {
  to: string
  predicted: number
  actual: number
  rows: CheckRow[]
}
export function checkOf(r: AnalyzeClvOut | null): Check | null {
  if (!r?.check) return null
  const c = asObject(r.check)
  const rows = asList(c['rows']).map((v) => {
    const row = asObject(v)
    return { x: asText(row['x']), consumers: asNumber(row['consumers']) ?? 0, predicted: asNumber(row['predicted']), actual: asNumber(row['actual']) }
  })
  return { to: asText(c['to']), predicted: asNumber(c['predicted']) ?? 0, actual: asNumber(c['actual']) ?? 0, rows }
}

export interface Tenth {
  /** 1 is the best. */
  place: number
  consumers: number
  least: number | null
  expected: number
  clv: number | null
  /** Of the value of all, and of all up to this one. */
  share: number
  upTo: number
}
/** The tenths with their share of the whole value, or of the expected purchases where value was not fitted. */
export function tenthsOf(r: AnalyzeClvOut): Tenth[] {
  const weight = (t: NonNullable<AnalyzeClvOut['tenths']>[number]) => t.clv ?? t.expected_purchases ?? 0
  const all = (r.tenths ?? []).reduce((n, t) => n + weight(t), 0) || 1
  let upTo = 0
  return (r.tenths ?? []).map((t, i) => {
    const share = weight(t) / all
    upTo += share
    return { place: i + 1, consumers: t.consumers ?? 0, least: t.least ?? null, expected: t.expected_purchases ?? 0, clv: t.clv ?? null, share, upTo }
  })
}
/** What the consumers in a tenth of P(alive) are as a question about kept scores: 0 is "below 10 %". */
export function aliveQuestion(band: number): string {
  const from = band > 0 ? [`p_alive >= ${(band / 10).toFixed(1)}`] : ['p_alive known']
  const below = band < 9 ? [`p_alive < ${((band + 1) / 10).toFixed(1)}`] : []
  return [...from, ...below].join(' and ')
}
/** Who is worth at least what the least of a tenth is. Questions take two decimals: rounded down, nobody is left out. */
export function tenthQuestion(t: Tenth): string | null {
  return t.least === null || t.clv === null ? null : `clv >= ${(Math.floor(t.least * 100) / 100).toString()}`
}

/** The last day of a calibration that holds days back for the check; null: too little would be left. */
export function holdBack(from: string, to: string, hold: string): string | null {
  const days = daysBetween(from, to) + 1
  // A quarter of the days, unless said otherwise.
  const n = hold === '' ? Math.floor(days / 4) : Number(hold)
  return Number.isInteger(n) && n > 0 && days - n >= 14 ? dayPlus(to, -n) : null
}
