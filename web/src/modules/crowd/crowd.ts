// Crowds by name: their addresses, and what is shown of their sizes.
import type { CrowdListOut } from '@/api/gen'
import { crowdQuestion } from './question'

export type CrowdRow = CrowdListOut['crowds'][number]

/** The page of a crowd. One that is called "new" must not open the builder. */
export function crowdPath(name: string): string {
  const isOurs = name === 'new' || name === 'overlap'
  return `/crowd/${isOurs ? `%${name.charCodeAt(0).toString(16)}${name.slice(1)}` : encodeURIComponent(name)}`
}
/** The builder with a question, or with that of a crowd, to be changed or to begin from. */
export function builderPath(query: { q?: string; edit?: string; copy?: string }) {
  return { path: '/crowd/new', query }
}
/** Those of a crowd for whom something else holds, too. */
export function within(name: string, question: string): string {
  return `${crowdQuestion(name)} and ${/\bor\b/.test(question) ? `(${question})` : question}`
}

/** Names cannot have a "/" in them: it stands between them in an address. */
export const namesOf = (text: string): string[] => text.split('/').filter(Boolean)
export const textOf = (names: readonly string[]): string => names.join('/')

/** Consumers more than at the last count as of an earlier day; null: there was none. */
export function changeOf(r: CrowdRow): number | null {
  return typeof r.consumers === 'number' && typeof r.consumers_before === 'number' ? r.consumers - r.consumers_before : null
}
/** Whether all words are in the name, the question or the note. */
export function matches(r: CrowdRow, search: string): boolean {
  const text = `${r.crowd} ${r.question ?? ''} ${r.note ?? ''}`.toLowerCase()
  return search.toLowerCase().split(/\s+/).every((w) => text.includes(w))
}

export interface SizePoint { day: string; consumers: number }
/** A point a day: the last count of those as of it, in the order of days. */
export function sizePoints(sizes: readonly { as_of: string; consumers: number }[]): SizePoint[] {
  const days = new Map(sizes.map((s) => [s.as_of, s.consumers]))
  return [...days].map(([day, consumers]) => ({ day, consumers })).sort((a, b) => (a.day < b.day ? -1 : 1))
}
