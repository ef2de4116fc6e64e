/** What was clicked in a chart. */
export interface ChartClick {
  series: string
  name: string
  data: unknown
  /** node or edge, of a graph */
  kind: string
}

/** The font of the page, for texts that are painted. A canvas refuses `inherit` and its like, and falls back to 10 px. */
export function pageFont(): string {
  const family = getComputedStyle(document.body).fontFamily
  return !family || /^(inherit|initial|unset)$/.test(family) ? 'sans-serif' : family
}
