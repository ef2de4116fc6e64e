// The sums behind DataTable.vue: which rows are in view, and in which order.

export interface Column<T> {
  key: string
  label: string
  align?: 'right'
  /** Least width, px. */
  width?: number
  /** Takes the room that the others leave. */
  grow?: boolean
  /** What the column is sorted by, and shown unless `text` or a slot of the column's key says otherwise. Without it the
   * column cannot be sorted. */
  value?: (row: T) => string | number | null | undefined
  text?: (row: T) => string
}
export interface Sorting {
  key: string
  down: boolean
}

/** Rows to draw, with room for the rest before and behind (px). */
export function rowsInView(v: { top: number; height: number; row: number; total: number }) {
  const spare = 8
  const most = Math.ceil(v.height / v.row) + 2 * spare
  const from = Math.max(0, Math.min(Math.floor(v.top / v.row) - spare, v.total - most))
  const to = Math.min(v.total, from + most)
  return { from, to, before: from * v.row, after: (v.total - to) * v.row }
}

/** Missing values come last, whichever way. */
export function sortRows<T>(rows: readonly T[], columns: readonly Column<T>[], by: Sorting): readonly T[] {
  const value = columns.find((c) => c.key === by.key)?.value
  if (!value) return rows
  const sign = by.down ? -1 : 1
  return [...rows].sort((a, b) => {
    const x = value(a)
    const y = value(b)
    if (x === null || x === undefined) return y === null || y === undefined ? 0 : 1
    if (y === null || y === undefined) return -1
    return typeof x === 'number' && typeof y === 'number' ? sign * (x - y) : sign * String(x).localeCompare(String(y))
  })
}
