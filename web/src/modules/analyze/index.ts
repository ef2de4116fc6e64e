import { TrendCharts } from '@element-plus/icons-vue'
import { defineModule } from '@/app/define'
import { analyses, routeOf } from './analyses'

export default defineModule({
  id: 'analyze',
  title: 'analyze.title',
  icon: TrendCharts,
  needs: 'report.read',
  routes: [{ path: '', component: () => import('./AnalyzePage.vue') }, ...analyses.map(routeOf)],
})
