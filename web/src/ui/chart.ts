/** What was clicked in a chart. */
export interface ChartClick {
  series: string
  name: string
  data: unknown
  /** node or edge, of a graph */
  kind: string
}
