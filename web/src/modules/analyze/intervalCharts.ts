import type { EChartsCoreOption } from 'echarts/core'
import { compact, count, number, share } from '@/ui/format'
import { t } from '@/use/useLang'
import type { Bin, CycleRow } from './interval'

interface Item {
  dataIndex: number
}
const MOST = 15

export function binsChart(bins: readonly Bin[]): EChartsCoreOption {
  const total = bins.reduce((n, b) => n + b.n, 0)
  const name = (b: Bin) => (b.to === null ? `${b.from}+` : b.to === b.from ? String(b.from) : `${b.from}–${b.to}`)
  return {
    grid: { left: 8, right: 8, top: 34, bottom: 22, containLabel: true },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: (items: Item[]) => {
      const b = bins[items[0]?.dataIndex ?? -1]
      return b ? `${t('analyze.daysShort', { n: name(b) })}\n${t('define.intervals.name')}  ${count(b.n)}\n${share(b.n / total)}` : ''
    } },
    xAxis: { type: 'category', data: bins.map(name), name: t('analyze.interval.axis'), nameLocation: 'middle', nameGap: 26 },
    yAxis: { type: 'value', name: t('define.intervals.name'), nameTextStyle: { align: 'left' }, axisLabel: { formatter: (n: number) => compact(n) } },
    series: [{ type: 'bar', data: bins.map((b) => b.n), barCategoryGap: '12%', itemStyle: { color: '#2f78c4', borderRadius: [2, 2, 0, 0] } }],
  }
}

/** From the first to the third quartile as a bar, the median as a mark in it. */
export function cyclesChart(rows: readonly CycleRow[], name: (v: string | null | undefined) => string): EChartsCoreOption {
  const shown = rows.filter((r) => r.median !== null && r.median !== undefined).slice(0, MOST).reverse()
  return {
    grid: { left: 8, right: 30, top: 8, bottom: 22, containLabel: true },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: (items: Item[]) => {
      const r = shown[items[0]?.dataIndex ?? -1]
      return r ? `${name(r.value)}\n${t('define.purchaseInterval.name')}  ${t('analyze.daysShort', { n: number(r.median, 1) })}\n${t('analyze.quartiles', { low: number(r.p25, 1), high: number(r.p75, 1) })}\n${t('define.intervals.name')}  ${count(r.intervals)}` : ''
    } },
    xAxis: { type: 'value', name: t('analyze.interval.axis'), nameLocation: 'middle', nameGap: 26 },
    yAxis: { type: 'category', data: shown.map((r) => name(r.value)), axisLabel: { width: 130, overflow: 'truncate' } },
    series: [
      { type: 'bar', stack: 'q', silent: true, data: shown.map((r) => r.p25 ?? 0), itemStyle: { color: 'transparent' }, barMaxWidth: 18 },
      { type: 'bar', stack: 'q', data: shown.map((r) => (r.p75 ?? 0) - (r.p25 ?? 0)), itemStyle: { color: 'rgba(47, 120, 196, 0.35)', borderRadius: 3 }, barMaxWidth: 18 },
      { type: 'scatter', data: shown.map((r) => [r.median ?? 0, name(r.value)]), symbol: 'rect', symbolSize: [4, 20], itemStyle: { color: '#d55e00' }, label: { show: true, position: 'right', distance: 8, formatter: (i: Item) => number(shown[i.dataIndex]?.median, 1) } },
    ],
  }
}
