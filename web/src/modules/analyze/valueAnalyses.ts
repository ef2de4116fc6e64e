// Analyses of value and of ways: spread into analyses.ts, which says what the fields are.
import { Coin, Grid, Guide, Histogram, Share } from '@element-plus/icons-vue'
import type { Analysis } from './analyses'

export const valueAnalyses: readonly Analysis[] = [
  { id: 'path', group: 'behaviour', title: 'value.path.title', answers: 'value.path.answers', icon: Share, page: () => import('./PathPage.vue') },
  { id: 'attribution', group: 'behaviour', title: 'value.attribution.title', answers: 'value.attribution.answers', icon: Guide, page: () => import('./AttributionPage.vue') },
  { id: 'rfm', group: 'value', title: 'value.rfm.title', answers: 'value.rfm.answers', icon: Grid, page: () => import('./RfmPage.vue') },
  { id: 'clv', group: 'value', title: 'value.clv.title', answers: 'value.clv.answers', icon: Coin, page: () => import('./ClvPage.vue') },
  { id: 'distribution', group: 'value', title: 'value.distribution.title', answers: 'value.distribution.answers', icon: Histogram, page: () => import('./DistributionPage.vue') },
]
