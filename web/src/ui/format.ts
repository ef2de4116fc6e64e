// Numbers, money, shares, days and times as people read them: the only place that formats.
//
// Money comes as whole fen, or in yuan where a reply says so; instants as UTC ms or as text with the brand's own offset
// (2026-11-20T22:52:18+08:00), which is shown as it stands: the brand's clock, not the reader's.
import { ref } from 'vue'

const lang = ref<'zh' | 'en'>('zh')
const zone = ref('Asia/Shanghai')

/** The server may know a zone that this browser does not. */
function isZone(name: string): boolean {
  try {
    return offsetMs(name) !== null || Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
/** Set by the app: the language, and the brand's time zone. */
export function setFormat(to: { lang?: 'zh' | 'en'; zone?: string }) {
  if (to.lang) lang.value = to.lang
  if (to.zone) zone.value = isZone(to.zone) ? to.zone : 'UTC'
}

const NONE = '–'
type Maybe = number | null | undefined
const locale = () => (lang.value === 'zh' ? 'zh-CN' : 'en-US')
const made = new Map<string, Intl.NumberFormat>()

function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale() + JSON.stringify(options)
  let f = made.get(key)
  if (!f) made.set(key, (f = new Intl.NumberFormat(locale(), options)))
  return f
}
const isNone = (n: Maybe): n is null | undefined => n === null || n === undefined || !Number.isFinite(n)
/** A minus that is as wide as a plus. */
const minus = (s: string) => s.replace('-', '−')

/** 30,082 */
export function count(n: Maybe): string {
  return isNone(n) ? NONE : minus(formatter({ maximumFractionDigits: 0 }).format(n))
}
/** 30,082 below a hundred thousand; then 12.3万, 123K. */
export function compact(n: Maybe): string {
  if (isNone(n)) return NONE
  const few = Math.abs(n) < (lang.value === 'zh' ? 1e5 : 1e5)
  return few ? count(n) : minus(formatter({ notation: 'compact', maximumFractionDigits: 1 }).format(n))
}
/** +24, −3, 0 */
export function change(n: Maybe): string {
  return isNone(n) ? NONE : minus(formatter({ signDisplay: 'exceptZero', maximumFractionDigits: 0 }).format(n))
}
/** 0.578 -> 57.8% */
export function share(n: Maybe, digits = 1): string {
  return isNone(n) ? NONE : minus(formatter({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n))
}
/** On an axis, where 0.5% and 1% may stand beside each other: 0.005 -> 0.5%, 0.01 -> 1% */
export function shareTick(n: number): string {
  return share(n, Number.isInteger(Math.round(n * 1000) / 10) ? 0 : 1)
}
/** +2.5% */
export function shareChange(n: Maybe): string {
  return isNone(n) ? NONE : minus(formatter({ style: 'percent', signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(n))
}
/** Basis points: 578 -> 5.78% */
export function basis(bp: Maybe): string {
  return isNone(bp) ? NONE : share(bp / 10000, 2)
}
export function number(n: Maybe, digits = 2): string {
  return isNone(n) ? NONE : minus(formatter({ maximumFractionDigits: digits }).format(n))
}
/** Figures under each other: 4.6 -> 4.60 */
export function fixed(n: Maybe, digits = 2): string {
  return isNone(n) ? NONE : minus(formatter({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n))
}
/** Yuan: 2705.2 -> ¥2,705.20 */
export function yuan(n: Maybe): string {
  return isNone(n) ? NONE : minus(formatter({ style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol' }).format(n))
}
/** Whole fen: 270520 -> ¥2,705.20 */
export function fen(n: Maybe): string {
  return isNone(n) ? NONE : yuan(n / 100)
}
/** 1536 -> 1.5 KB */
export function bytes(n: Maybe): string {
  if (isNone(n)) return NONE
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let i = 0
  let v = n
  while (v >= 1024 && i < units.length - 1) {
    v /= 1024
    i++
  }
  return `${number(v, v < 10 && i ? 1 : 0)} ${units[i] ?? ''}`
}

/** Elapsed seconds in the unit that suits: 137 -> 2.3 min, 2.3分钟. */
export function span(seconds: Maybe): string {
  if (isNone(seconds)) return NONE
  const [unit, length] = ([['day', 86400], ['hour', 3600], ['minute', 60]] as const).find(([, s]) => seconds >= s) ?? (['second', 1] as const)
  return formatter({ style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(seconds / length)
}

/** 2026-11-29: days stay as they are, they are short and sort. */
export function day(d: string | null | undefined): string {
  return d ?? NONE
}
/** 11-29 */
export function shortDay(d: string): string {
  return d.slice(5)
}
/** "+08:00", "-0330", "+8" in ms, as the server reads a zone that is a fixed offset; null: a zone by name. */
function offsetMs(name: string): number | null {
  const m = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(name)
  return m ? (m[1] === '-' ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3] ?? 0)) * 60000 : null
}
/** Text with an offset -> 2026-11-20 22:52:18; of a number: UTC ms in the brand's zone. */
export function time(v: string | number | null | undefined): string {
  if (v === null || v === undefined || v === '') return NONE
  if (typeof v === 'string') return v.slice(0, 19).replace('T', ' ')
  const offset = offsetMs(zone.value)
  const f = new Intl.DateTimeFormat('sv-SE', { timeZone: offset === null ? zone.value : 'UTC', dateStyle: 'short', timeStyle: 'medium' })
  return f.format(v + (offset ?? 0)).replace('T', ' ')
}
/** Today in the brand's zone. */
export function today(now = Date.now()): string {
  return time(now).slice(0, 10)
}
/** The day n days from d. */
export function dayPlus(d: string, n: number): string {
  return new Date(Date.parse(`${d}T00:00:00Z`) + n * 86400000).toISOString().slice(0, 10)
}
/** Days from a to b: b − a. */
export function daysBetween(a: string, b: string): number {
  return Math.round((Date.parse(`${b}T00:00:00Z`) - Date.parse(`${a}T00:00:00Z`)) / 86400000)
}
