import type { EChartsCoreOption } from 'echarts/core'
import { count, share } from '@/ui/format'
import { t } from '@/use/useLang'
import type { PathLink, PathNode, PathPicture } from './path'

/** An event has one colour wherever it stands in a path. */
const COLORS = ['#2f78c4', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8c6bb1', '#7a8f2a', '#b07a4f', '#3a9c9c']
const OTHER = '#9aa1ac'

interface SankeyItem {
  dataType: string
  data: PathLink & PathNode
}

export function pathChart(p: PathPicture, sessions: number, nameOf: (event: string) => string, narrow = false): EChartsCoreOption {
  const events = [...new Set([...p.nodes].sort((a, b) => b.sessions - a.sessions).map((n) => n.event))].filter(Boolean)
  const color = (event: string) => (event ? (COLORS[events.indexOf(event) % COLORS.length] ?? OTHER) : OTHER)
  const say = (event: string) => (event ? nameOf(event) : t('value.path.others'))
  const first = Math.min(...p.nodes.map((n) => n.place))
  const last = Math.max(...p.nodes.map((n) => n.place))
  const small = sessions / 120
  return {
    tooltip: {
      trigger: 'item',
      formatter: (i: SankeyItem) =>
        i.dataType === 'edge'
          ? `${say(i.data.from)} → ${say(i.data.to)}\n${t('value.path.sessions', { n: i.data.value, text: count(i.data.value) })}`
          : `${say(i.data.event)}\n${t('value.path.sessions', { n: i.data.sessions, text: count(i.data.sessions) })}  ${share(sessions ? i.data.sessions / sessions : null)}${i.data.place < last ? `\n${t('value.path.ended', { text: count(i.data.ended), share: share(i.data.sessions ? i.data.ended / i.data.sessions : null) })}` : ''}`,
    },
    series: [{
      type: 'sankey',
      left: 8, right: 8, top: 8, bottom: 8,
      nodeWidth: 12, nodeGap: 9, nodeAlign: 'left', layoutIterations: 24, draggable: false,
      data: p.nodes.map((n) => ({ ...n, name: n.id, depth: n.place - first, value: n.sessions, itemStyle: { color: color(n.event) }, label: { show: n.sessions >= small, position: n.place === last ? 'left' : 'right' } })),
      links: p.links,
      label: { fontSize: narrow ? 11 : 12, width: narrow ? 46 : 150, overflow: 'truncate', formatter: (i: { data: PathNode }) => (narrow ? say(i.data.event) : `${say(i.data.event)} ${count(i.data.sessions)}`) },
      labelLayout: { hideOverlap: true },
      lineStyle: { color: 'source', opacity: 0.28, curveness: 0.5 },
      emphasis: { focus: 'trajectory', lineStyle: { opacity: 0.55 } },
    }],
  }
}
