import type { EChartsCoreOption } from 'echarts/core'
import { compact, count, share, shareTick, span } from '@/ui/format'
import { t } from '@/use/useLang'
import type { FunnelRow } from './funnel'

interface Item {
  dataIndex: number
  seriesName?: string
}
const BLUE = '#2f78c4'

/** Bars of those who got there, and above each those who were lost since the step before. */
export function funnelChart(rows: readonly FunnelRow[], name: (event: string) => string): EChartsCoreOption {
  const label = (r: FunnelRow) => `${r.index + 1} ${name(r.event)}`
  return {
    grid: { left: 8, right: 8, top: 56, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, selectedMode: false },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      formatter: (items: Item[]) => {
        const r = rows[items[0]?.dataIndex ?? -1]
        if (!r) return ''
        const lines = [label(r), `${t('define.reached.name')}  ${count(r.consumers)}`, `${t('define.ofFirst.name')}  ${share(r.share)}`]
        if (r.dropped !== null) lines.push(`${t('define.ofBefore.name')}  ${share(r.ofBefore)}`, `${t('define.dropped.name')}  ${count(r.dropped)}`, `${t('define.stepTime.name')}  ${span(r.medianS)}`)
        return lines.join('\n')
      },
    },
    xAxis: { type: 'category', data: rows.map(label), axisLabel: { interval: 0, width: 120, overflow: 'break', hideOverlap: true } },
    yAxis: { type: 'value', name: t('define.reached.name'), nameTextStyle: { align: 'left' }, axisLabel: { formatter: (n: number) => compact(n) } },
    series: [
      {
        type: 'bar', stack: 'all', name: t('define.reached.name'), barMaxWidth: 120, itemStyle: { color: BLUE },
        data: rows.map((r) => r.consumers),
        label: { show: true, position: 'insideTop', color: '#fff', formatter: (i: Item) => ((rows[i.dataIndex]?.share ?? 0) > 0.12 ? share(rows[i.dataIndex]?.share) : '') },
      },
      {
        type: 'bar', stack: 'all', name: t('define.dropped.name'), itemStyle: { color: 'rgba(86, 140, 200, 0.2)' },
        data: rows.map((r) => r.dropped ?? 0),
        label: { show: true, position: 'top', formatter: (i: Item) => {
          const r = rows[i.dataIndex]
          return r && r.dropped !== null ? `${share(r.ofBefore)} →` : ''
        } },
      },
    ],
  }
}

/** Of each part the share that got from the first step to the last, the largest parts first. */
export function partsChart(parts: readonly { name: string; rate: number | null; consumers: number }[]): EChartsCoreOption {
  const shown = [...parts].slice(0, 15).reverse()
  return {
    grid: { left: 8, right: 56, top: 8, bottom: 4, containLabel: true },
    tooltip: { trigger: 'item', formatter: (i: Item) => {
      const p = shown[i.dataIndex]
      return p ? `${p.name}\n${t('define.conversion.name')}  ${share(p.rate)}\n${t('analyze.funnel.starters')}  ${count(p.consumers)}` : ''
    } },
    xAxis: { type: 'value', axisLabel: { formatter: shareTick } },
    yAxis: { type: 'category', data: shown.map((p) => p.name), axisLabel: { width: 140, overflow: 'truncate' } },
    series: [{ type: 'bar', data: shown.map((p) => p.rate ?? 0), barMaxWidth: 22, itemStyle: { color: '#009e73', borderRadius: [0, 3, 3, 0] }, label: { show: true, position: 'right', formatter: (i: Item) => share(shown[i.dataIndex]?.rate) } }],
  }
}
