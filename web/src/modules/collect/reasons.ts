// Why something was set aside, and what to do about it: the server's reasons by kind.
import type { MessageKey } from '@/use/useLang'

type Hint = 'time' | 'future' | 'event' | 'number' | 'negative' | 'phone' | 'email' | 'identity' | 'long' | 'order' | 'columns' | 'encoding' | 'quote' | 'json' | 'checksum' | 'name' | 'sheet'

/** By what the reason says, the more special first. */
const RULES: readonly [RegExp, Hint][] = [
  [/future/i, 'future'],
  [/no event name|event name is/i, 'event'],
  [/order number|invoice number/i, 'order'],
  [/negative/i, 'negative'],
  [/not a number|beyond any sense|no quantity/i, 'number'],
  [/phone|mobile|rounded|scientific/i, 'phone'],
  [/e-?mail/i, 'email'],
  [/checksum|crc|signature/i, 'checksum'],
  [/spreadsheet error/i, 'sheet'],
  [/columns where/i, 'columns'],
  [/utf-8|nul byte|encoding|not text/i, 'encoding'],
  [/quote/i, 'quote'],
  [/longer than|more than|no room|too long/i, 'long'],
  [/json|no object|no list/i, 'json'],
  [/\btime\b|\bday is\b/i, 'time'],
  [/identity|identities/i, 'identity'],
  [/channel|event|letters|name/i, 'name'],
]

export function hintOf(reason: string, field: string): MessageKey | null {
  const all = `${reason} ${/^identity\.phone$/.test(field) ? 'phone' : ''}`
  const found = RULES.find(([re]) => re.test(all)) ?? RULES.find(([re]) => re.test(field))
  return found ? `collect.hint.${found[1]}` : null
}

type Why = 'future' | 'noTime' | 'badTime' | 'dayRange' | 'noEvent' | 'notNumber' | 'negative' | 'senseless' | 'noOrder' | 'noText' | 'columns' | 'long' | 'quote' | 'nul' | 'bytes' | 'noJson' | 'crc' | 'cellError' | 'phoneDigits' | 'phoneChar' | 'badEmail' | 'rounded' | 'control'

/** The server's reasons, which are English, as texts of our own. */
const WHYS: readonly [RegExp, Why][] = [
  [/^the time is in the future/, 'future'],
  [/^there is no time/, 'noTime'],
  [/^not a time/, 'badTime'],
  [/^the day is outside/, 'dayRange'],
  [/^there is no event name|^the event name is no text/, 'noEvent'],
  [/^the (.+) is not a number/, 'notNumber'],
  [/^the (.+) is negative/, 'negative'],
  [/^the (.+) is beyond any sense/, 'senseless'],
  [/^there is no order number|^there is no invoice number/, 'noOrder'],
  [/neither text nor a number/, 'noText'],
  [/^the row has (\d+) columns where the first has (\d+)/, 'columns'],
  [/longer than (\d+) bytes|^more than (\d+) bytes/, 'long'],
  [/^a quote opens/, 'quote'],
  [/NUL byte/, 'nul'],
  [/no text in the file|is not UTF-8/, 'bytes'],
  [/^this is no JSON object|is no object/, 'noJson'],
  [/checksum \(crc\)/, 'crc'],
  [/spreadsheet error/, 'cellError'],
  [/phone number has 5 to 15 digits, this one (\d+)/, 'phoneDigits'],
  [/phone number holds a character/, 'phoneChar'],
  [/e-mail address is NAME@HOST/, 'badEmail'],
  [/spreadsheet has rounded/, 'rounded'],
  [/control byte/, 'control'],
]

/** A reason in the reader's language: a key with its values; null: as it came. */
export function whyOf(reason: string): { key: MessageKey; values: Record<string, string> } | null {
  for (const [re, why] of WHYS) {
    const m = re.exec(reason)
    if (m) return { key: `collect.why.${why}`, values: { a: m[1] ?? m[2] ?? '', b: m[2] ?? '' } }
  }
  return null
}

export interface RejectFile {
  name: string
  bytes: number
  /** collectors: one file a day; import: one a file */
  kind: 'http' | 'import'
  /** a day, or the time of the import */
  when: string
  /** the imported file's name */
  of: string
}

/** "http-2026-11-29.ndjson", "orders.csv-20261122T104500.csv" */
export function fileOf(f: { name: string; bytes: number }): RejectFile {
  const http = /^http-(\d{4}-\d{2}-\d{2})\.ndjson$/.exec(f.name)
  if (http) return { ...f, kind: 'http', when: http[1] ?? '', of: '' }
  const m = /^(.*)-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(-\d+)?\.csv$/.exec(f.name)
  if (!m) return { ...f, kind: 'import', when: '', of: f.name }
  return { ...f, kind: 'import', when: `${m[2] ?? ''}-${m[3] ?? ''}-${m[4] ?? ''} ${m[5] ?? ''}:${m[6] ?? ''}:${m[7] ?? ''}`, of: m[1] ?? '' }
}

/** Newest first: a day of collectors counts as its end. */
export function byTime(a: RejectFile, b: RejectFile): number {
  const at = (f: RejectFile) => (f.kind === 'http' ? `${f.when} 24` : f.when)
  return at(b).localeCompare(at(a))
}

/** A raw event as indented JSON when it is one; else as it came. */
export function pretty(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2)
  } catch {
    return raw
  }
}
