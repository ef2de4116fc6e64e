import type { EChartsCoreOption } from 'echarts/core'
import { compact, count, share, shareTick } from '@/ui/format'
import { t } from '@/use/useLang'
import type { MonthRow } from './useRepurchase'

interface AxisItem {
  dataIndex: number
}

/** Buyers as bars, the rate as a line on an axis of its own. */
export function monthsChart(rows: readonly MonthRow[]): EChartsCoreOption {
  return {
    grid: { left: 8, right: 8, top: 56, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0 },
    tooltip: {
      trigger: 'axis',
      formatter: (items: AxisItem[]) => {
        const r = rows[items[0]?.dataIndex ?? -1]
        return r ? `${r.month}\n${t('define.repurchaseRate.name')}  ${share(r.reply?.rate)}\n${t('define.repeatBuyers.name')}  ${count(r.reply?.repeat_buyers)}\n${t('define.buyers.name')}  ${count(r.reply?.buyers)}` : ''
      },
    },
    xAxis: { type: 'category', data: rows.map((r) => r.month) },
    yAxis: [
      { type: 'value', name: t('define.buyers.name'), nameTextStyle: { align: 'left' }, axisLabel: { formatter: (n: number) => compact(n) }, splitLine: { show: false } },
      { type: 'value', name: t('define.repurchaseRate.name'), nameTextStyle: { align: 'right' }, min: 0, axisLabel: { formatter: shareTick } },
    ],
    series: [
      { type: 'bar', name: t('define.buyers.name'), data: rows.map((r) => r.reply?.buyers ?? null), barMaxWidth: 28, itemStyle: { color: '#2f78c4', opacity: 0.45, borderRadius: [3, 3, 0, 0] } },
      { type: 'line', name: t('define.repurchaseRate.name'), yAxisIndex: 1, data: rows.map((r) => r.reply?.rate ?? null), showSymbol: true, symbolSize: 6, itemStyle: { color: '#d55e00' } },
    ],
  }
}

/** Buyers with 1, 2, ... 9, 10 or more. */
export function timesChart(times: readonly number[], buyers: number, unit: string): EChartsCoreOption {
  const name = (i: number) => (i === times.length - 1 ? t('analyze.orMore', { n: i + 1 }) : String(i + 1))
  return {
    grid: { left: 8, right: 8, top: 34, bottom: 22, containLabel: true },
    tooltip: { trigger: 'item', formatter: (i: AxisItem) => `${name(i.dataIndex)} ${unit}\n${t('analyze.consumers', { n: times[i.dataIndex] ?? 0, text: count(times[i.dataIndex]) })}  ${share(buyers ? (times[i.dataIndex] ?? 0) / buyers : null)}` },
    xAxis: { type: 'category', data: times.map((_, i) => name(i)), name: unit, nameLocation: 'middle', nameGap: 26 },
    yAxis: { type: 'value', name: t('define.buyers.name'), nameTextStyle: { align: 'left' }, axisLabel: { formatter: (n: number) => compact(n) } },
    series: [{ type: 'bar', data: times.map((n) => n), barMaxWidth: 36, itemStyle: { borderRadius: [3, 3, 0, 0] }, label: { show: true, position: 'top', formatter: (i: AxisItem) => count(times[i.dataIndex]) } }],
  }
}
