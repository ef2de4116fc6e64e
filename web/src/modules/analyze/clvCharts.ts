import type { EChartsCoreOption } from 'echarts/core'
import { compact, count, number, share, yuan } from '@/ui/format'
import { t } from '@/use/useLang'
import type { Check, Tenth } from './clv'

interface Item { dataIndex: number }
const bar = { borderRadius: [3, 3, 0, 0] }
const BLUE = '#2f78c4'
const ORANGE = '#d55e00'

export const bandLabel = (i: number) => `${i * 10}–${i * 10 + 10}%`

/** How many consumers are alive with which chance. */
export function aliveChart(bands: readonly number[]): EChartsCoreOption {
  const total = bands.reduce((a, b) => a + b, 0)
  return {
    grid: { left: 8, right: 8, top: 34, bottom: 24, containLabel: true },
    tooltip: { trigger: 'item', formatter: (i: Item) => `P(alive) ${bandLabel(i.dataIndex)}\n${t('value.consumers', { n: bands[i.dataIndex] ?? 0, text: count(bands[i.dataIndex]) })}  ${share(total ? (bands[i.dataIndex] ?? 0) / total : null)}` },
    xAxis: { type: 'category', data: bands.map((_, i) => bandLabel(i)), name: 'P(alive)', nameLocation: 'middle', nameGap: 28, axisLabel: { hideOverlap: true } },
    yAxis: { type: 'value', name: t('value.consumersName'), nameTextStyle: { align: 'left' }, axisLabel: { formatter: (n: number) => compact(n) } },
    series: [{ type: 'bar', data: [...bands], barMaxWidth: 40, itemStyle: { ...bar, color: BLUE }, label: { show: true, position: 'top', formatter: (i: Item) => count(bands[i.dataIndex]) } }],
  }
}

/** What each tenth is worth, and all up to it: how much hangs on how few. */
export function tenthsChart(tenths: readonly Tenth[]): EChartsCoreOption {
  const isValue = tenths.some((x) => x.clv !== null)
  const name = isValue ? t('define.clvValue.name') : t('define.clvPurchases.name')
  return {
    grid: { left: 8, right: 8, top: 56, bottom: 24, containLabel: true },
    legend: { top: 0, left: 0 },
    tooltip: {
      trigger: 'axis',
      formatter: (items: Item[]) => {
        const x = tenths[items[0]?.dataIndex ?? -1]
        return x ? `${t('value.clv.tenth', { n: x.place })}  ${t('value.consumers', { n: x.consumers, text: count(x.consumers) })}\n${isValue ? yuan(x.clv) : number(x.expected, 1)}  ${share(x.share)}\n${t('value.clv.upTo')}  ${share(x.upTo)}` : ''
      },
    },
    xAxis: { type: 'category', data: tenths.map((x) => String(x.place)), name: t('value.clv.tenthsAxis'), nameLocation: 'middle', nameGap: 28 },
    yAxis: [
      { type: 'value', axisLabel: { formatter: (n: number) => compact(n) } },
      { type: 'value', min: 0, max: 1, axisLabel: { formatter: (n: number) => share(n, 0) }, splitLine: { show: false } },
    ],
    series: [
      { type: 'bar', name, data: tenths.map((x) => (isValue ? x.clv : x.expected)), barMaxWidth: 40, itemStyle: { ...bar, color: BLUE } },
      { type: 'line', name: t('value.clv.upTo'), yAxisIndex: 1, data: tenths.map((x) => x.upTo), showSymbol: true, symbolSize: 5, itemStyle: { color: ORANGE } },
    ],
  }
}

/** Purchases each in the days that were held back, by how often they had bought: what the model said, what happened. */
export function checkChart(c: Check): EChartsCoreOption {
  const rows = c.rows.filter((r) => r.consumers > 0)
  const series = (name: string, pick: 'predicted' | 'actual', color: string) => ({ type: 'bar', name, data: rows.map((r) => r[pick]), barMaxWidth: 26, itemStyle: { ...bar, color } })
  return {
    grid: { left: 8, right: 8, top: 56, bottom: 24, containLabel: true },
    legend: { top: 0, left: 0 },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      formatter: (items: Item[]) => {
        const r = rows[items[0]?.dataIndex ?? -1]
        return r ? `${t('value.clv.repeats', { x: r.x })}  ${t('value.consumers', { n: r.consumers, text: count(r.consumers) })}\n${t('value.clv.predicted')}  ${number(r.predicted)}\n${t('value.clv.actual')}  ${number(r.actual)}` : ''
      },
    },
    xAxis: { type: 'category', data: rows.map((r) => r.x), name: t('value.clv.repeatsAxis'), nameLocation: 'middle', nameGap: 28 },
    yAxis: { type: 'value', name: t('value.clv.purchasesEach'), nameTextStyle: { align: 'left' } },
    series: [series(t('value.clv.predicted'), 'predicted', BLUE), series(t('value.clv.actual'), 'actual', '#e69f00')],
  }
}
