import { Grid } from '@element-plus/icons-vue'
import { defineModule } from '@/app/define'

export default defineModule({
  id: 'crowd',
  title: 'crowd.title',
  icon: Grid,
  needs: 'crowd.read',
  routes: [
    { path: '', component: () => import('./CrowdsPage.vue') },
    { path: 'new', title: 'crowd.ask', needs: 'who.read', component: () => import('./BuilderPage.vue'), sample: '/crowd/new?q=stage%20%3D%20loyalty' },
    { path: 'overlap', title: 'crowd.overlap', component: () => import('./OverlapPage.vue') },
    { path: ':name', title: 'crowd.one', component: () => import('./CrowdPage.vue'), sample: '/crowd/members?tab=profile' },
  ],
})
