// Analyses of value and of ways: spread into analyses.ts, which says what the fields are.
import { Grid, Histogram } from '@element-plus/icons-vue'
import type { Analysis } from './analyses'

export const valueAnalyses: readonly Analysis[] = [
  { id: 'rfm', group: 'value', title: 'value.rfm.title', answers: 'value.rfm.answers', icon: Grid, page: () => import('./RfmPage.vue') },
  { id: 'distribution', group: 'value', title: 'value.distribution.title', answers: 'value.distribution.answers', icon: Histogram, page: () => import('./DistributionPage.vue') },
]
