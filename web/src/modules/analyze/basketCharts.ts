import type { EChartsCoreOption } from 'echarts/core'
import { compact, count, share } from '@/ui/format'
import { t } from '@/use/useLang'

interface Item {
  dataIndex: number
}
const NAMES = ['1', '2', '3', '4', '5–9', '10+']

/** Orders of 1, 2, 3, 4, 5 to 9, 10 or more different ones. */
export function sizesChart(sizes: readonly number[]): EChartsCoreOption {
  const total = sizes.reduce((a, b) => a + b, 0)
  return {
    grid: { left: 8, right: 8, top: 34, bottom: 22, containLabel: true },
    tooltip: { trigger: 'item', formatter: (i: Item) => `${t('analyze.basket.axis')} ${NAMES[i.dataIndex] ?? ''}\n${t('define.orders.name')}  ${count(sizes[i.dataIndex])}  ${share(total ? (sizes[i.dataIndex] ?? 0) / total : null)}` },
    xAxis: { type: 'category', data: NAMES, name: t('analyze.basket.axis'), nameLocation: 'middle', nameGap: 26 },
    yAxis: { type: 'value', name: t('define.orders.name'), nameTextStyle: { align: 'left' }, axisLabel: { formatter: (n: number) => compact(n) } },
    series: [{ type: 'bar', data: [...sizes], barMaxWidth: 48, itemStyle: { color: '#2f78c4', borderRadius: [3, 3, 0, 0] }, label: { show: true, position: 'top', formatter: (i: Item) => (sizes[i.dataIndex] ? share(total ? (sizes[i.dataIndex] ?? 0) / total : null) : '') } }],
  }
}
