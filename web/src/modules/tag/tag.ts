// What the replies of tag operations mean: names, rules in words, freshness, questions that find who carries a tag.
import { quoted } from '@/modules/crowd/question'
import { daysBetween } from '@/ui/format'

export interface TagName {
  category: string
  name: string
}
/** "等级/VIP" -> its category and name; a tag without a category has none. */
export function splitTag(full: string): TagName {
  const at = full.indexOf('/')
  return at < 0 ? { category: '', name: full } : { category: full.slice(0, at), name: full.slice(at + 1) }
}
export function joinTag(category: string, name: string): string {
  return category ? `${category}/${name}` : name
}

const RESERVED = new Set(['new', 'import'])
/** The address of a tag's page. A bare name that is an address of ours is written with its empty category. */
export function tagPath(full: string): string {
  return `/tag/${encodeURIComponent(RESERVED.has(full) ? `/${full}` : full)}`
}

/** Who carries it; with a value: who carries that one. */
export function tagQuestion(full: string, value = ''): string {
  return `tag ${quoted(full)}${value ? ` = ${quoted(value)}` : ''}`
}

export interface EventRule {
  most: boolean
  event: string
  field: string
  /** 0: ever */
  days: number
}
/** "most purchase.category in 365d": how an event tag's rule is told. null: it is a question. */
export function eventRule(rule: string | null | undefined): EventRule | null {
  const m = /^(most|last) (\S+)\.(\w+)(?: in (\d+)d)?$/.exec(rule ?? '')
  return m ? { most: m[1] === 'most', event: m[2] ?? '', field: m[3] ?? '', days: Number(m[4] ?? 0) } : null
}

/** Tags of a rule or of events are worked out by Pond; they can be neither given nor taken by hand. */
export function follows(source: string): boolean {
  return source === 'rule' || source === 'event'
}

/** "user:1 lin", "key:3 bot" -> its name; "cli" stays. */
export function actorName(who: string | null | undefined): string {
  return (who ?? '').replace(/^(user|key):\d+ /, '')
}

/** How many days behind today a tag that follows is; null: it follows nothing, or was never worked out. */
export function daysBehind(t: { source: string; fresh_day?: string | null }, today: string): number | null {
  return follows(t.source) && t.fresh_day ? Math.max(0, daysBetween(t.fresh_day, today)) : null
}
