import type { EChartsCoreOption } from 'echarts/core'
import type { AnalyzeRfmOut } from '@/api/gen'
import { compact, count, share, yuan } from '@/ui/format'
import { t } from '@/use/useLang'
import { cellAt, SCORES } from './rfm'
import type { GridMeasure } from './useRfm'

/** What a cell shows under a measure; null: masked, or nobody to divide by. */
export function cellValue(r: AnalyzeRfmOut, rScore: number, fScore: number, show: GridMeasure): number | null {
  const c = cellAt(r, rScore, fScore)
  if (!c) return null
  if (show === 'consumers') return c.consumers ?? null
  if (show === 'amount') return c.amount ?? null
  return c.consumers && c.amount !== null && c.amount !== undefined ? c.amount / c.consumers : null
}
export const sayCell = (n: number | null, show: GridMeasure) => (show === 'consumers' ? count(n) : yuan(n))

interface TypeItem { dataIndex: number; seriesName: string; value: number }

/** Of each type: its share of the buyers against its share of the amount. */
export function typesChart(r: AnalyzeRfmOut): EChartsCoreOption {
  const list = [...r.types].reverse()
  const amount = r.amount ?? 0
  const parts = (i: number) => {
    const x = list[i]
    return { buyers: x?.share ?? 0, amount: amount ? (x?.amount ?? 0) / amount : 0 }
  }
  return {
    grid: { left: 8, right: 46, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0 },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      formatter: (items: TypeItem[]) => {
        const x = list[items[0]?.dataIndex ?? -1]
        return x ? `${x.name}\n${t('value.consumers', { n: x.consumers ?? 0, text: count(x.consumers) })}  ${share(x.share)}\n${yuan(x.amount)}  ${share(parts(items[0]?.dataIndex ?? -1).amount)}` : ''
      },
    },
    xAxis: { type: 'value', axisLabel: { formatter: (n: number) => share(n, 0) } },
    yAxis: { type: 'category', data: list.map((x) => x.name), axisLabel: { width: 120, overflow: 'truncate' } },
    series: [
      { type: 'bar', name: t('value.rfm.shareBuyers'), data: list.map((_, i) => parts(i).buyers), barMaxWidth: 12, barGap: '15%', itemStyle: { color: '#2f78c4', borderRadius: [0, 3, 3, 0] }, label: { show: true, position: 'right', fontSize: 11, formatter: (i: TypeItem) => share(i.value, 0) } },
      { type: 'bar', name: t('value.rfm.shareAmount'), data: list.map((_, i) => parts(i).amount), barMaxWidth: 12, itemStyle: { color: '#e69f00', borderRadius: [0, 3, 3, 0] }, label: { show: true, position: 'right', fontSize: 11, formatter: (i: TypeItem) => share(i.value, 0) } },
    ],
  }
}

interface HeatItem { data: { value: [number, number, number | null] } }

/** R up, F to the right: the best are at the top right. */
export function gridChart(r: AnalyzeRfmOut, show: GridMeasure): EChartsCoreOption {
  const data = SCORES.flatMap((rs) => SCORES.map((fs) => ({ value: [fs - 1, rs - 1, cellValue(r, rs, fs, show)] as [number, number, number | null] })))
  const most = Math.max(1, ...data.map((d) => d.value[2] ?? 0))
  return {
    grid: { left: 8, right: 8, top: 8, bottom: 26, containLabel: true },
    tooltip: {
      trigger: 'item',
      formatter: (i: HeatItem) => {
        const [f, rs] = i.data.value
        const c = cellAt(r, rs + 1, f + 1)
        return `R ${rs + 1} · F ${f + 1}\n${t('value.consumers', { n: c?.consumers ?? 0, text: count(c?.consumers) })}\n${yuan(c?.amount)}`
      },
    },
    xAxis: { type: 'category', data: SCORES.map((s) => `F ${s}`), name: t('value.rfm.moreOften'), nameLocation: 'middle', nameGap: 26, splitArea: { show: false } },
    yAxis: { type: 'category', data: SCORES.map((s) => `R ${s}`) },
    visualMap: { show: false, min: 0, max: most, inRange: { color: ['rgba(47,120,196,0.06)', 'rgba(47,120,196,0.35)', 'rgba(47,120,196,0.62)'] } },
    series: [{
      type: 'heatmap',
      data,
      itemStyle: { borderWidth: 3, borderColor: 'transparent', borderRadius: 6 },
      label: { show: true, fontSize: 13, formatter: (i: HeatItem) => (show === 'consumers' ? count(i.data.value[2]) : compact(i.data.value[2])) },
      emphasis: { itemStyle: { borderColor: '#0b6e75' } },
    }],
  }
}
