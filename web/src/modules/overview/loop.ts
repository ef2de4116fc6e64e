// The closed loop in stations, and the questions that find who is in each.
import type { ReportLoopOut } from '@/api/gen'
import { quoted } from '@/modules/crowd/question'

export type Door = ReportLoopOut['doors'][number]
export type LoopCounts = ReportLoopOut['all']
export type StationId = 'came' | 'sank' | 'bought' | 'brought'
export interface Station {
  id: StationId
  n: number
  /** Of those who came. */
  share: number | null
  question: string
}

const SANK = 'did (follow or friend_add or group_join or member_join)'
export const rate = (over: number, under: number) => (under ? over / under : null)

/** Everybody counted came in within the days (`was`: by this door), and did the rest up to the last of them. */
function questions(r: ReportLoopOut, was = ''): Record<StationId, string> {
  const came = `first any${was} from ${r.from} to ${r.to}`
  const until = `to ${r.to}`
  return {
    came,
    sank: `${came} and ${SANK} ${until}`,
    bought: `${came} and did purchase ${until}`,
    brought: `${came} and (did referral ${until} or did share(quantity >= 1) ${until})`,
  }
}

export function stations(r: ReportLoopOut): Station[] {
  const asked = questions(r)
  return (['came', 'sank', 'bought', 'brought'] as const).map((id) => ({ id, n: r.all[id], question: asked[id], share: rate(r.all[id], r.all.came) }))
}

/** null: a channel that is unknown cannot be asked for. */
export function doorQuestions(r: ReportLoopOut, door: Door): Record<StationId, string> | null {
  return door.channel ? questions(r, ` was (channel = ${quoted(door.channel)})`) : null
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
