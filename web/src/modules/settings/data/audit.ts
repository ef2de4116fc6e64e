// Entries of the audit trail as people read them.
import type { AuditListOut } from '@/api/gen'
import { asObject } from '@/api/json'
import type { Json } from '@/api/op'

export type Entry = AuditListOut['entries'][number]

/** "user:1 lin" -> { kind: user, name: lin }; local, nobody. */
export function whoOf(who: string): { kind: 'user' | 'key' | 'local' | 'nobody'; name: string; id: string } {
  const m = /^(user|key):(\d+) ?(.*)$/s.exec(who)
  if (m) return { kind: m[1] === 'user' ? 'user' : 'key', id: m[2] ?? '', name: m[3] ?? '' }
  return { kind: who === 'local' ? 'local' : 'nobody', id: '', name: '' }
}

/** A key of a text: "crowd export" -> crowd_export, "user.make" -> user_make. */
export const actionKey = (action: string) => action.replace(/\W+/g, '_')

function parsed(detail: string): Json {
  try {
    return JSON.parse(detail) as Json
  } catch {
    return detail
  }
}
const plain = (v: Json | undefined): string => (typeof v === 'string' ? v : JSON.stringify(v ?? null))

/** Names and values, for a list; the arguments of an operation (args) stand among them. */
export function detailRows(detail: string): [string, string][] {
  const d = parsed(detail)
  if (typeof d === 'string') return [['', d]]
  const { args, ...rest } = asObject(d)
  return [...Object.entries(asObject(args)), ...Object.entries(rest)].map(([k, v]) => [k, plain(v)])
}
/** The detail in a line: "name lin · role analyst". */
export function detailLine(detail: string): string {
  return detailRows(detail).map(([k, v]) => `${k} ${v}`.trim()).join(' · ').replace(/\s+/g, ' ').slice(0, 300)
}

export const isHead = (s: string) => /^[0-9a-f]{64}$/i.test(s.trim())
