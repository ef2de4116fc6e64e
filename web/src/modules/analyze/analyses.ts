// The analyses of the console, one a route: what each is called, what it answers, where it belongs on the first page.
import type { Component } from 'vue'
import { Calendar, Filter, Goods, RefreshRight, Timer } from '@element-plus/icons-vue'
import type { ModuleRoute } from '@/app/define'
import type { MessageKey } from '@/use/useLang'
import { valueAnalyses } from './valueAnalyses'

export const GROUPS = ['behaviour', 'buying', 'value'] as const

export interface Analysis {
  /** The verb of `pond analyze`, and the last part of the address. */
  id: string
  group: (typeof GROUPS)[number]
  title: MessageKey
  /** The question it answers, in one line. */
  answers: MessageKey
  icon: Component
  page: () => Promise<Component>
}

const own: readonly Analysis[] = [
  { id: 'funnel', group: 'behaviour', title: 'analyze.funnel.title', answers: 'analyze.funnel.answers', icon: Filter, page: () => import('./FunnelPage.vue') },
  { id: 'retention', group: 'behaviour', title: 'analyze.retention.title', answers: 'analyze.retention.answers', icon: Calendar, page: () => import('./RetentionPage.vue') },
  { id: 'repurchase', group: 'buying', title: 'analyze.repurchase.title', answers: 'analyze.repurchase.answers', icon: RefreshRight, page: () => import('./RepurchasePage.vue') },
  { id: 'interval', group: 'buying', title: 'analyze.interval.title', answers: 'analyze.interval.answers', icon: Timer, page: () => import('./IntervalPage.vue') },
  { id: 'basket', group: 'buying', title: 'analyze.basket.title', answers: 'analyze.basket.answers', icon: Goods, page: () => import('./BasketPage.vue') },
]

export const analyses: readonly Analysis[] = [...own, ...valueAnalyses].sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group))

export function routeOf(a: Analysis): ModuleRoute {
  return { path: a.id, title: a.title, component: a.page }
}
