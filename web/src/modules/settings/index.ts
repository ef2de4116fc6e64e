import { Setting } from '@element-plus/icons-vue'
import { defineModule } from '@/app/define'

export default defineModule({
  id: 'settings',
  title: 'settings.title',
  icon: Setting,
  needs: 'public',
  routes: [
    { path: '', component: () => import('./SettingsHome.vue') },
    { path: 'model', title: 'settings.nav.model', needs: 'model.read', component: () => import('./model/ModelPage.vue') },
    { path: 'model/edit', title: 'settings.model.edit', needs: 'model.read', component: () => import('./model/ModelEditPage.vue') },
    { path: 'users', title: 'settings.nav.users', needs: 'access.read', component: () => import('./people/UsersPage.vue') },
    { path: 'keys', title: 'settings.nav.keys', needs: 'access.read', component: () => import('./people/KeysPage.vue') },
    { path: 'roles', title: 'settings.nav.roles', component: () => import('./people/RolesPage.vue') },
    { path: 'audit', title: 'settings.nav.audit', needs: 'audit.read', component: () => import('./data/AuditPage.vue') },
    { path: 'data', title: 'settings.nav.data', needs: 'data.read', component: () => import('./data/DataPage.vue') },
    { path: 'account', title: 'settings.nav.account', component: () => import('./people/AccountPage.vue') },
    { path: 'about', title: 'settings.nav.about', component: () => import('./data/AboutPage.vue') },
  ],
})
