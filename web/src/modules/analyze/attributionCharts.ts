import type { EChartsCoreOption } from 'echarts/core'
import { compact, number, share, yuan } from '@/ui/format'
import { t } from '@/use/useLang'
import type { Counted, CreditTable, Model } from './attribution'

const MOST = 10
const MOST_NARROW = 6
const COLORS: Record<Model, string> = { last: '#2f78c4', first: '#56b4e9', linear: '#009e73', decay: '#8c6bb1', position: '#cc79a7', shapley: '#e69f00', markov: '#d55e00' }

interface Item { dataIndex: number; seriesName: string; value: number }

/** The most credited labels, a bar a model: where the bars of a label differ, the choice of the model matters. */
export function creditsChart(table: CreditTable, counted: Counted, nameOf: (label: string) => string, narrow = false): EChartsCoreOption {
  const rows = table.rows.slice(0, narrow ? MOST_NARROW : MOST)
  const say = (n: number | null | undefined) => (counted === 'count' ? number(n, 1) : yuan(n))
  return {
    grid: { left: 8, right: 8, top: 58, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, type: 'scroll' },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      formatter: (items: Item[]) => {
        const r = rows[items[0]?.dataIndex ?? -1]
        return r ? [nameOf(r.label), ...table.models.map((m) => `${t(`value.attribution.models.${m}`)}  ${say(r.credits[m])}  ${share(table.whole ? (r.credits[m] ?? 0) / table.whole : null)}`)].join('\n') : ''
      },
    },
    xAxis: { type: 'category', data: rows.map((r) => nameOf(r.label)), axisLabel: narrow ? { interval: 0, rotate: 40, width: 80, overflow: 'truncate' } : { interval: 0, width: 90, overflow: 'break', lineHeight: 14 } },
    yAxis: { type: 'value', name: t(`value.attribution.credited.${counted}`), nameTextStyle: { align: 'left' }, axisLabel: { formatter: (n: number) => compact(n) } },
    series: table.models.map((m) => ({ type: 'bar', name: t(`value.attribution.models.${m}`), color: COLORS[m], data: rows.map((r) => r.credits[m]), barMaxWidth: 14, barGap: '8%', barCategoryGap: '26%', itemStyle: { borderRadius: [2, 2, 0, 0] }, emphasis: { focus: 'series' } })),
  }
}
