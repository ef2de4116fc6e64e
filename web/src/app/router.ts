// Addresses, and who may open them.
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import { onSessionOver, useSession } from '@/use/useSession'
import { t } from '@/use/useLang'
import { routesOf } from './define'
import { modules } from './modules'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: '/overview' },
    ...modules.flatMap(routesOf),
    { path: '/:rest(.*)*', component: () => import('./NotFound.vue'), meta: { title: 'app.notFound' } },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? {} : { top: 0 }),
})

/** Where to go after the log-in: only ever a path of our own. */
export function nextOf(route: RouteLocationNormalized): string {
  const next = route.query['next']
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/'
}

const session = useSession()

router.beforeEach(async (to) => {
  if (to.meta.open) return true
  const me = await session.load()
  return me ? true : { path: '/login', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
})

router.afterEach((to) => {
  document.title = to.meta.title ? `${t(to.meta.title)} · Pond` : 'Pond'
})

// A chunk that is gone: the server was upgraded under an open page. The page is loaded anew, once.
router.onError((error: unknown, to) => {
  if (error instanceof Error && /import|preload|fetch/i.test(error.message) && sessionStorage.getItem('pond.reloaded') !== to.fullPath) {
    sessionStorage.setItem('pond.reloaded', to.fullPath)
    location.assign(to.fullPath)
  }
})

onSessionOver(() => {
  const at = router.currentRoute.value
  if (!at.meta.open) void router.push({ path: '/login', query: { next: at.fullPath } })
})
