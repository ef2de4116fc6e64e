// Calendar months of a span of days.

export interface Month {
  /** 2026-11 */
  month: string
  /** Both included, cut where the span begins and ends. */
  from: string
  to: string
}

const lastDay = (month: string) => {
  const [y, m] = month.split('-').map(Number)
  return new Date(Date.UTC(y ?? 0, m ?? 0, 0)).toISOString().slice(0, 10)
}

/** At most `most` of them, the latest. A first one that the span cuts is left out where two whole ones follow: its few days
 * would look like a fall. */
export function monthsOf(from: string, to: string, most = 13): Month[] {
  const out: Month[] = []
  let month = to.slice(0, 7)
  while (month >= from.slice(0, 7) && out.length < most) {
    const first = `${month}-01`
    const last = lastDay(month)
    out.unshift({ month, from: first < from ? from : first, to: last > to ? to : last })
    month = new Date(Date.parse(`${first}T00:00:00Z`) - 86400000).toISOString().slice(0, 7)
  }
  const [first] = out
  return first && first.from !== `${first.month}-01` && out.length > 2 ? out.slice(1) : out
}
