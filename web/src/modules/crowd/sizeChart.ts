// The line of the size of a crowd, or of a tag: then in steps, as its size is known of every day. Types only from echarts: the library comes with the first chart.
import type { EChartsCoreOption } from 'echarts/core'
import { compact, count, shortDay } from '@/ui/format'
import { t } from '@/use/useLang'
import type { SizePoint } from './crowd'

interface AxisItem { axisValue: number; seriesName: string; value: [string, number] }

export function sizeOption(counted: readonly SizePoint[], past: readonly SizePoint[], as: { name?: string; step?: 'end' } = {}): EChartsCoreOption {
  const dotted = counted.length < 2
  const series = [
    { name: as.name ?? t('crowd.counts'), step: as.step, type: 'line', data: counted.map((p) => [p.day, p.consumers]), showSymbol: true, symbolSize: dotted ? 8 : 5, areaStyle: past.length ? undefined : { opacity: 0.08 } },
    ...(past.length ? [{ name: t('crowd.asItWas'), type: 'line', data: past.map((p) => [p.day, p.consumers]), lineStyle: { type: 'dashed', width: 2 }, color: '#e69f00', areaStyle: { opacity: 0.06 } }] : []),
  ]
  return {
    grid: { left: 8, right: 16, top: past.length ? 34 : 12, bottom: 4, containLabel: true },
    legend: past.length ? { top: 0, left: 0 } : undefined,
    tooltip: { trigger: 'axis', formatter: (items: AxisItem[]) => [items[0]?.value[0] ?? '', ...items.map((i) => `${i.seriesName}  ${count(i.value[1])}`)].join('\n') },
    xAxis: { type: 'time', axisLabel: { hideOverlap: true, formatter: (ms: number) => shortDay(new Date(ms + 12 * 3600000).toISOString().slice(0, 10)) }, splitLine: { show: false }, minInterval: 86400000 },
    yAxis: { type: 'value', min: 0, minInterval: 1, axisLabel: { formatter: (n: number) => compact(n) } },
    series,
  }
}
