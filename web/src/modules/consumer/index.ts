import { UserFilled } from '@element-plus/icons-vue'
import { defineModule } from '@/app/define'

export default defineModule({
  id: 'consumer',
  title: 'consumer.title',
  icon: UserFilled,
  needs: 'consumer.read',
  routes: [
    { path: '', component: () => import('./ConsumersPage.vue') },
    { path: ':identity', title: 'consumer.one', component: () => import('./ConsumerPage.vue'), sample: '/consumer/consumer:6' },
  ],
})
