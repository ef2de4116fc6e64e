// The pages of Settings: the side list, the routes and the page it opens with are all made from these.
import type { Component } from 'vue'
import { DocumentChecked, Coin, DataLine, InfoFilled, Key, Lock, User, UserFilled } from '@element-plus/icons-vue'
import type { Right } from '@/api/gen'
import type { MessageKey } from '@/use/useLang'

export interface Tab {
  path: string
  title: MessageKey
  icon: Component
  needs: Right
}

export const tabs: readonly Tab[] = [
  { path: 'model', title: 'settings.nav.model', icon: DataLine, needs: 'model.read' },
  { path: 'users', title: 'settings.nav.users', icon: User, needs: 'access.read' },
  { path: 'keys', title: 'settings.nav.keys', icon: Key, needs: 'access.read' },
  { path: 'roles', title: 'settings.nav.roles', icon: Lock, needs: 'public' },
  { path: 'audit', title: 'settings.nav.audit', icon: DocumentChecked, needs: 'audit.read' },
  { path: 'data', title: 'settings.nav.data', icon: Coin, needs: 'data.read' },
  { path: 'account', title: 'settings.nav.account', icon: UserFilled, needs: 'public' },
  { path: 'about', title: 'settings.nav.about', icon: InfoFilled, needs: 'public' },
]
