import { Connection } from '@element-plus/icons-vue'
import { defineModule } from '@/app/define'

export default defineModule({
  id: 'collect',
  title: 'collect.title',
  icon: Connection,
  needs: 'event.read',
  routes: [
    { path: '', title: 'collect.sources', component: () => import('./SourcesPage.vue') },
    { path: 'live', title: 'collect.live', component: () => import('./LivePage.vue') },
    { path: 'rejects', title: 'collect.rejects', needs: 'data.read', component: () => import('./RejectsPage.vue') },
    { path: 'events', title: 'collect.events', needs: 'events.read', component: () => import('./EventsPage.vue') },
    { path: 'rules', title: 'collect.rules', needs: 'rules.read', component: () => import('./RulesPage.vue') },
  ],
})
