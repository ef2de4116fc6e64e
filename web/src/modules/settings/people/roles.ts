// Rights in the areas that people think in.
export const HOLDERS = ['owner', 'operator', 'analyst', 'store', 'write key'] as const

export type Area = 'people' | 'ask' | 'model' | 'data' | 'server'
const AREAS: Record<string, Area> = {
  consumer: 'people', identity: 'people', tag: 'people', crowd: 'people',
  report: 'ask', who: 'ask', live: 'ask',
  model: 'model', rules: 'model', events: 'model',
  data: 'data', event: 'data', sample: 'data', brand: 'data',
}
export const areaOf = (right: string): Area => AREAS[right.split('.')[0] ?? ''] ?? 'server'

/** What everybody may is left out: it tells nobody apart. */
export function byArea<T extends { right: string }>(rights: readonly T[]): { area: Area; rights: T[] }[] {
  const order: readonly Area[] = ['people', 'ask', 'model', 'data', 'server']
  const told = rights.filter((r) => r.right !== 'public')
  return order.map((area) => ({ area, rights: told.filter((r) => areaOf(r.right) === area) })).filter((a) => a.rights.length > 0)
}
