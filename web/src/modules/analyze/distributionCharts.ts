import type { EChartsCoreOption } from 'echarts/core'
import type { AnalyzeDistributionOut } from '@/api/gen'
import { compact, count, share } from '@/ui/format'
import { t } from '@/use/useLang'
import { QUANTILES } from './distribution'
import type { BandRow } from './useDistribution'

interface Item { dataIndex: number }

/** A bar a band, and how many are in it or below. */
export function bandsChart(rows: readonly BandRow[], names: readonly string[], unit: string): EChartsCoreOption {
  return {
    grid: { left: 8, right: 8, top: 56, bottom: 24, containLabel: true },
    legend: { top: 0, left: 0 },
    tooltip: {
      trigger: 'axis',
      formatter: (items: Item[]) => {
        const i = items[0]?.dataIndex ?? -1
        const r = rows[i]
        return r ? `${names[i] ?? ''} ${unit}\n${t('value.consumers', { n: r.band.consumers, text: count(r.band.consumers) })}  ${share(r.share)}\n${t('value.distribution.upTo')}  ${share(r.upTo)}` : ''
      },
    },
    xAxis: { type: 'category', data: [...names], name: unit, nameLocation: 'middle', nameGap: 28, axisLabel: { hideOverlap: true } },
    yAxis: [
      { type: 'value', name: t('value.consumersName'), nameTextStyle: { align: 'left' }, axisLabel: { formatter: (n: number) => compact(n) } },
      { type: 'value', min: 0, max: 1, axisLabel: { formatter: (n: number) => share(n, 0) }, splitLine: { show: false } },
    ],
    series: [
      { type: 'bar', name: t('value.consumersName'), data: rows.map((r) => r.band.consumers), barMaxWidth: 48, itemStyle: { borderRadius: [3, 3, 0, 0] }, cursor: 'pointer', label: { show: rows.length <= 14, position: 'top', formatter: (i: Item) => count(rows[i.dataIndex]?.band.consumers) } },
      { type: 'line', name: t('value.distribution.upTo'), yAxisIndex: 1, data: rows.map((r) => r.upTo), showSymbol: true, symbolSize: 5, itemStyle: { color: '#d55e00' }, tooltip: { show: false } },
    ],
  }
}

const AT = [0, 10, 25, 50, 75, 90, 95, 99, 100]

/** The value that a share of the consumers stays within. */
export function quantilesChart(r: AnalyzeDistributionOut, say: (n: number | null | undefined) => string, unit: string): EChartsCoreOption {
  const points = QUANTILES.map((q, i) => [AT[i] ?? 0, r.quantiles?.[q] ?? null] as const)
  return {
    grid: { left: 8, right: 20, top: 34, bottom: 24, containLabel: true },
    tooltip: { trigger: 'item', formatter: (i: Item) => t('value.distribution.within', { share: `${points[i.dataIndex]?.[0] ?? 0}%`, value: say(points[i.dataIndex]?.[1]) }) },
    xAxis: { type: 'value', min: 0, max: 100, name: t('value.distribution.shareOf'), nameLocation: 'middle', nameGap: 28, axisLabel: { formatter: (n: number) => `${n}%` }, splitLine: { show: false } },
    yAxis: { type: 'value', name: unit, nameTextStyle: { align: 'left' }, axisLabel: { formatter: (n: number) => compact(n) } },
    series: [{ type: 'line', data: points.map((p) => [...p]), showSymbol: true, symbolSize: 7, areaStyle: { opacity: 0.12 }, itemStyle: { color: '#2f78c4' } }],
  }
}
