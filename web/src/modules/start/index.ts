import { Opportunity } from '@element-plus/icons-vue'
import { defineModule } from '@/app/define'

export default defineModule({
  id: 'start',
  title: 'start.title',
  icon: Opportunity,
  needs: 'event.read',
  routes: [
    { path: '', component: () => import('./StartPage.vue') },
    { path: '/login', title: 'start.login', component: () => import('./LoginPage.vue'), open: true },
    { path: '/setup', title: 'start.setup', component: () => import('./SetupPage.vue'), open: true },
  ],
})
