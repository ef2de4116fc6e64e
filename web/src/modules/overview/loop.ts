// The closed loop in stations, and the questions that find who is in each.
import type { ReportLoopOut } from '@/api/gen'

export type Door = ReportLoopOut['doors'][number]
export type LoopCounts = ReportLoopOut['all']
export interface Station {
  id: 'came' | 'sank' | 'bought' | 'brought'
  n: number
  /** Of those who came. */
  share: number | null
  question: string
}

const SANK = 'did (follow or friend_add or group_join or member_join)'
export const rate = (over: number, under: number) => (under ? over / under : null)

/** Everybody counted came in within the days, and did the rest up to the last of them. */
export function stations(r: ReportLoopOut): Station[] {
  const came = `first any from ${r.from} to ${r.to}`
  const until = `to ${r.to}`
  const list = [
    ['came', r.all.came, came],
    ['sank', r.all.sank, `${came} and ${SANK} ${until}`],
    ['bought', r.all.bought, `${came} and did purchase ${until}`],
    ['brought', r.all.brought, `${came} and (did referral ${until} or did share(quantity >= 1) ${until})`],
  ] as const
  return list.map(([id, n, question]) => ({ id, n, question, share: rate(n, r.all.came) }))
}

/** Doors by how many came, with the domain's totals: what the public sea gave, what grew inside of the pond. */
export function doorRows(r: ReportLoopOut): Door[] {
  return [...r.doors].sort((a, b) => b.came - a.came)
}
export function domainTotals(r: ReportLoopOut): { domain: string; came: number; share: number | null }[] {
  const sums = new Map<string, number>()
  for (const d of r.doors) sums.set(d.domain, (sums.get(d.domain) ?? 0) + d.came)
  return ['public', 'private', 'unknown'].filter((d) => sums.has(d)).map((domain) => ({ domain, came: sums.get(domain) ?? 0, share: rate(sums.get(domain) ?? 0, r.all.came) }))
}
