// What a module of the console says of itself. app/modules.ts lists them; the side bar and the router read the list.
import type { Component } from 'vue'
import type { RouteMeta, RouteRecordRaw } from 'vue-router'
import type { Right } from '@/api/gen'
import type { MessageKey } from '@/use/useLang'

export interface ModuleRoute {
  /** Below the module's id: '' or ':identity'; from the root when it begins with "/". */
  path: string
  component: () => Promise<Component>
  title?: MessageKey
  /** A right beyond the module's own. */
  needs?: Right
  /** For those who are not logged in; such a page has no side bar. */
  open?: boolean
  /** An address with its parameters filled in, for the test that opens every route ("/consumer/phone:13800138000"). On
   * the sample brand; without it a route with parameters is not opened. */
  sample?: string
}

export interface Module {
  /** The name of the C module, and the first part of its addresses. */
  id: string
  title: MessageKey
  icon: Component
  /** The right without which it is not shown. */
  needs: Right
  routes: ModuleRoute[]
  /** Not in the side bar. */
  hidden?: boolean
}

export function defineModule(m: Module): Module {
  return m
}

declare module 'vue-router' {
  interface RouteMeta {
    module?: string
    title?: MessageKey
    needs?: readonly string[]
    open?: boolean
    sample?: string
  }
}

export function routesOf(m: Module): RouteRecordRaw[] {
  return m.routes.map((r) => {
    const meta: RouteMeta = { module: m.id, title: r.title ?? m.title, needs: [m.needs, ...(r.needs ? [r.needs] : [])] }
    if (r.open) meta.open = true
    if (r.sample) meta.sample = r.sample
    const path = r.path.startsWith('/') ? r.path : `/${m.id}${r.path ? `/${r.path}` : ''}`
    return { path, component: r.component, meta }
  })
}

/** Where the side bar leads for a module. */
export function homeOf(m: Module): string {
  return `/${m.id}`
}
