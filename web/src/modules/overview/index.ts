import { DataAnalysis } from '@element-plus/icons-vue'
import { defineModule } from '@/app/define'

export default defineModule({
  id: 'overview',
  title: 'overview.title',
  icon: DataAnalysis,
  needs: 'report.read',
  routes: [{ path: '', component: () => import('./OverviewPage.vue') }],
})
