// ECharts in the parts that pages use, and its colours. Imported by ChartCanvas.vue only, so that pages without a chart
// do not load it. Tooltips are drawn (richText): their HTML would carry style attributes, which our policy refuses.
import { BarChart, FunnelChart, HeatmapChart, LineChart, PieChart, SankeyChart, ScatterChart } from 'echarts/charts'
import { AriaComponent, DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { init, use, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { pageFont } from './chart'

use([BarChart, FunnelChart, HeatmapChart, LineChart, PieChart, SankeyChart, ScatterChart, AriaComponent, DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, CanvasRenderer])

/** Okabe and Ito's, told apart by (nearly) everybody. */
const PALETTE = ['#2f78c4', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8c6bb1', '#6b7280']

function themeOf(dark: boolean) {
  const text = dark ? '#c9ced6' : '#4b5563'
  const line = dark ? '#3b4048' : '#e3e6eb'
  const axis = {
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: text },
    splitLine: { lineStyle: { color: line } },
  }
  return {
    color: PALETTE,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: pageFont(), color: text },
    legend: { textStyle: { color: text }, icon: 'roundRect', itemWidth: 12, itemHeight: 12, inactiveColor: dark ? '#5b616b' : '#a9b0ba' },
    tooltip: { backgroundColor: dark ? '#22262c' : '#ffffff', borderColor: line, textStyle: { color: dark ? '#e5e9ef' : '#1f2937', fontSize: 13 } },
    categoryAxis: axis,
    valueAxis: axis,
    timeAxis: axis,
    bar: { label: { color: text, textBorderWidth: 0 } },
    scatter: { label: { color: text, textBorderWidth: 0 } },
    line: { symbolSize: 5, showSymbol: false, lineStyle: { width: 2 } },
    sankey: { label: { color: text } },
    heatmap: { label: { color: text, textBorderWidth: 0 } },
    visualMap: { textStyle: { color: text } },
  }
}

export function makeChart(element: HTMLElement, dark: boolean): EChartsType {
  return init(element, themeOf(dark), { renderer: 'canvas' })
}
export type { EChartsType }
