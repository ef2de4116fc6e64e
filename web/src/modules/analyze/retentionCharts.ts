import type { EChartsCoreOption } from 'echarts/core'
import { count, share, shareTick } from '@/ui/format'
import { t } from '@/use/useLang'
import type { Cohort } from './retention'

interface Item {
  dataIndex: number
}
const FAINT_MOST = 12

/** The average as a strong line, the latest cohorts as faint ones behind it. The first period is left out: it is (nearly) all. */
export function retentionChart(cohorts: readonly Cohort[], average: readonly { share: number | null; of: number }[], unit: string): EChartsCoreOption {
  const shown = average.slice(1).filter((a) => a.share !== null)
  const faint = cohorts.filter((c) => c.whole > 1).slice(-FAINT_MOST)
  return {
    grid: { left: 8, right: 16, top: 34, bottom: 22, containLabel: true },
    tooltip: {
      trigger: 'axis',
      formatter: (items: Item[]) => {
        const k = items[0]?.dataIndex ?? 0
        const a = shown[k]
        return a ? `+${k + 1} ${unit}\n${t('define.retentionAll.name')}  ${share(a.share)}\n${t('analyze.retention.ofThose', { n: a.of, text: count(a.of) })}` : ''
      },
    },
    xAxis: { type: 'category', data: shown.map((_, i) => `+${i + 1}`), name: unit, nameLocation: 'middle', nameGap: 26, boundaryGap: false },
    yAxis: { type: 'value', min: 0, name: t('define.retention.name'), nameTextStyle: { align: 'left' }, axisLabel: { formatter: shareTick } },
    series: [
      ...faint.map((c) => ({ type: 'line', name: c.cohort, silent: true, data: c.retained.slice(1, c.whole).map((n) => n / (c.size || 1)), lineStyle: { width: 1, opacity: 0.28, color: '#6b7280' }, itemStyle: { color: '#6b7280' } })),
      { type: 'line', name: t('define.retentionAll.name'), z: 5, data: shown.map((a) => a.share), showSymbol: true, symbolSize: 6, lineStyle: { width: 3, color: '#2f78c4' }, itemStyle: { color: '#2f78c4' } },
    ],
  }
}
