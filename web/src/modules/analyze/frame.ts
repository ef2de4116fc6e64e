import type { EChartsCoreOption } from 'echarts/core'

/** A chart of AnalysisFrame.vue. */
export interface FrameChart {
  key: string
  title: string
  note?: string
  /** In words what it shows, for those who do not see it. */
  label: string
  option: EChartsCoreOption
  height?: number
  half?: boolean
}
