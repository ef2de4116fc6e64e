// What sets a crowd apart: which rows of a profile are shown, in which order, under which names.
import type { CrowdProfileOut } from '@/api/gen'
import { t, tWord, type MessageKey } from '@/use/useLang'

export type TraitRow = CrowdProfileOut['rows'][number]
export const FIELDS = ['stage', 'channel', 'identity', 'tag', 'category', 'orders', 'gmv', 'rfm', 'first_seen', 'hour'] as const
export type TraitField = (typeof FIELDS)[number]

/** How far from 100, alike for twice and for half as much. TGI 0 is as far as a hundredth. */
export function distance(tgi: number | null | undefined): number {
  return tgi === null || tgi === undefined ? 0 : Math.abs(Math.log(Math.max(tgi, 1) / 100))
}
/** Consumers of the crowd who have it, or who would if it were like the base: what the figure stands on. */
export function support(r: TraitRow, crowd: number): number {
  return Math.max(r.consumers, Math.round((r.base_share ?? 0) * crowd))
}

export interface Choice { field: string; least: number; significantOnly: boolean }
export function shownRows(rows: readonly TraitRow[], crowd: number, by: Choice): TraitRow[] {
  return rows
    .filter((r) => (!by.field || r.field === by.field) && support(r, crowd) >= by.least && (!by.significantOnly || r.significant))
    .sort((a, b) => distance(b.tgi) - distance(a.tgi) || b.consumers - a.consumers)
}

/** A bar from the middle: how far it reaches (0..1) and to which side. Eight times as much fills it. */
export function bar(tgi: number | null | undefined): { side: 'more' | 'less' | 'none'; part: number } {
  if (tgi === null || tgi === undefined || tgi === 100) return { side: 'none', part: 0 }
  return { side: tgi > 100 ? 'more' : 'less', part: Math.min(1, distance(tgi) / Math.log(8)) }
}

const money = (v: string) => v.replace(/\d+/g, (n) => Number(n).toLocaleString('en-US'))
/** A value as people say it. */
export function valueName(field: string, value: string): string {
  if (field === 'stage' || field === 'channel') return tWord(field, value)
  if (field === 'identity') return value.includes('@') ? `${tWord('kind', value)} @${value.split('@')[1] ?? ''}` : tWord('kind', value)
  if (field === 'orders') return t('crowd.ordersOf', { n: value === '1' ? 1 : 2, text: value })
  if (field === 'gmv') return value === '<=0' ? t('crowd.gmvNone') : `¥${money(value)}`
  if (field === 'hour') return `${value}:00–${value}:59`
  if (field === 'rfm') return value.replace(/^[rfm](?= = )/, (c) => c.toUpperCase())
  return value
}
export function fieldName(field: string): string {
  return (FIELDS as readonly string[]).includes(field) ? t(`crowd.field.${field}` as MessageKey) : field
}
