// Options of the overview's charts. Types only from echarts: the library itself comes with the first chart.
import type { EChartsCoreOption } from 'echarts/core'
import type { ReportFlowOut } from '@/api/gen'
import { compact, count, shortDay } from '@/ui/format'
import { stageColor } from '@/ui/stage'
import { t, tWord } from '@/use/useLang'
import { ribbons } from './flow'
import type { TrendDay } from './useOverview'

interface AxisItem { axisValue: string; seriesName: string; value: number }

export function trendOption(days: readonly TrendDay[]): EChartsCoreOption {
  const stages = Object.keys(days[0]?.counts ?? {})
  const names = stages.map((s) => tWord('stage', s))
  const none = tWord('stage', 'none')
  return {
    grid: { left: 8, right: 12, top: 36, bottom: 4, containLabel: true },
    // Those without a stage dwarf the rest: a click brings their line.
    legend: { top: 0, left: 0, type: 'scroll', data: names, selected: { [none]: false } },
    tooltip: {
      trigger: 'axis',
      formatter: (items: AxisItem[]) => [items[0]?.axisValue ?? '', ...items.map((i) => `${i.seriesName}  ${count(i.value)}`)].join('\n'),
    },
    xAxis: { type: 'category', boundaryGap: false, data: days.map((d) => d.day), axisLabel: { formatter: shortDay, hideOverlap: true } },
    yAxis: { type: 'value', axisLabel: { formatter: (v: number) => compact(v) } },
    series: stages.map((stage, i) => ({
      type: 'line',
      name: names[i],
      color: stageColor(stage, i),
      data: days.map((d) => d.counts[stage] ?? 0),
      emphasis: { focus: 'series' },
    })),
  }
}

interface SankeyItem { dataType: string; name: string; value: number; data: { from: string | null; to: string } }

export function sankeyOption(f: ReportFlowOut): EChartsCoreOption {
  const links = ribbons(f)
  const word = (s: string) => tWord('stage', s)
  const used = new Set(links.flatMap((l) => [l.source, l.target]))
  // Highest stage on top, who is new at the bottom.
  const order = [...f.stages.keys()].reverse()
  const node = (side: string, stage: string, i: number) => ({ name: `${side}:${stage}`, itemStyle: { color: stage === 'new' ? '#009e73' : stageColor(stage, i) }, ...(side === 'from' ? {} : { label: { position: 'left' } }) })
  const all = [...order.map((i) => node('from', f.stages[i] ?? '', i)), node('from', 'new', 0), ...order.map((i) => node('to', f.stages[i] ?? '', i))]
  const bare = (name: string) => word(name.slice(name.indexOf(':') + 1))
  return {
    tooltip: {
      trigger: 'item',
      formatter: (i: SankeyItem) => (i.dataType === 'edge' ? `${word(i.data.from ?? 'new')} → ${word(i.data.to)}\n${t('overview.consumers', { n: i.value, text: count(i.value) })}` : `${bare(i.name)}  ${count(i.value)}`),
    },
    series: [{
      type: 'sankey',
      left: 4, right: 4, top: 8, bottom: 8,
      nodeWidth: 14, nodeGap: 10, layoutIterations: 0, draggable: false,
      data: all.filter((n) => used.has(n.name)),
      links,
      label: { formatter: (i: { name: string }) => bare(i.name), fontSize: 12 },
      lineStyle: { color: 'source', opacity: 0.35, curveness: 0.5 },
      emphasis: { focus: 'adjacency', lineStyle: { opacity: 0.6 } },
    }],
  }
}
