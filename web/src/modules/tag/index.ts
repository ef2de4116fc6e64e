import { PriceTag } from '@element-plus/icons-vue'
import { defineModule } from '@/app/define'

export default defineModule({
  id: 'tag',
  title: 'tag.title',
  icon: PriceTag,
  needs: 'tag.read',
  routes: [
    { path: '', component: () => import('./TagsPage.vue') },
    { path: 'new', title: 'tag.create', needs: 'tag.write', component: () => import('./NewTagPage.vue'), sample: '/tag/new?source=rule&q=did%20purchase%20in%2090d%20%3E%3D%202' },
    { path: 'import', title: 'tag.import', needs: 'tag.write', component: () => import('./ImportPage.vue') },
    { path: ':name', title: 'tag.one', component: () => import('./TagPage.vue'), sample: '/tag/%E5%81%8F%E5%A5%BD%2F%E5%93%81%E7%B1%BB' },
  ],
})
