// What the flow's reply means: counts at both ends, and the question that finds the consumers of a cell.
import type { ReportFlowOut } from '@/api/gen'
import { dayPlus } from '@/ui/format'

export interface StageRow {
  stage: string
  index: number
  /** At the end of the last day, and of the first. */
  end: number
  start: number
}

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0)
export const rowSum = (f: ReportFlowOut, i: number) => sum(f.matrix[i] ?? [])
export const columnSum = (f: ReportFlowOut, i: number) => sum(f.matrix.map((row) => row[i] ?? 0)) + (f.new[i] ?? 0)

export function stageRows(f: ReportFlowOut): StageRow[] {
  return f.stages.map((stage, index) => ({ stage, index, end: columnSum(f, index), start: rowSum(f, index) }))
}

/** Who moved from one stage to another; from null: who was not known on the first day. */
export function cellQuestion(f: ReportFlowOut, from: string | null, to: string): string {
  const end = `stage on ${f.to} = ${to}`
  return from === null ? `first any from ${dayPlus(f.from, 1)} to ${f.to} and ${end}` : `stage on ${f.from} = ${from} and ${end}`
}

/** Who stands in a stage on the last day. */
export function stageQuestion(day: string, stage: string): string {
  return `stage on ${day} = ${stage}`
}

/** How strongly a cell is coloured: 0..1 of its row, so that small stages show too. */
export function cellWeight(f: ReportFlowOut, i: number, j: number): number {
  const n = f.matrix[i]?.[j] ?? 0
  return n / (rowSum(f, i) || 1)
}

export type Direction = 'deepened' | 'stayed' | 'regressed' | 'lost'
export function direction(i: number, j: number): Direction {
  if (j > i) return 'deepened'
  if (j === i) return 'stayed'
  return j === 0 ? 'lost' : 'regressed'
}

export interface Ribbon {
  source: string
  target: string
  value: number
  from: string | null
  to: string
}
/** Ribbons of the Sankey picture; nodes are "from:stage" and "to:stage". None to none is left out: it dwarfs the rest. */
export function ribbons(f: ReportFlowOut): Ribbon[] {
  const out: Ribbon[] = []
  f.stages.forEach((from, i) => {
    f.stages.forEach((to, j) => {
      const value = f.matrix[i]?.[j] ?? 0
      if (value && (i || j)) out.push({ source: `from:${from}`, target: `to:${to}`, value, from, to })
    })
  })
  f.stages.forEach((to, j) => {
    const value = f.new[j] ?? 0
    if (value) out.push({ source: 'from:new', target: `to:${to}`, value, from: null, to })
  })
  return out
}
