import { UploadFilled } from '@element-plus/icons-vue'
import { defineModule } from '@/app/define'

export default defineModule({
  id: 'import',
  title: 'import.title',
  icon: UploadFilled,
  needs: 'data.import',
  routes: [{ path: '', component: () => import('./ImportPage.vue') }],
})
