// Users of the brand and what can be done to them; each deed loads the list anew.
import { computed, ref } from 'vue'
import { roleList, userAdd, userDisable, userList, userPassword, userRole, type UserAddIn } from '@/api/gen'
import { useOp, type Caller } from '@/use/useOp'

export type Role = UserAddIn['role']
/** What is done to a user, or to make one. */
export type Deed = { kind: 'add' } | { kind: 'role' | 'password' | 'disable'; name: string; role: string }
export const ROLES: readonly Role[] = ['owner', 'operator', 'analyst', 'store']

export function useUsers(caller?: Caller) {
  const list = useOp(userList, caller)
  const roles = useOp(roleList, caller)
  const add = useOp(userAdd, caller)
  const role = useOp(userRole, caller)
  const password = useOp(userPassword, caller)
  const disable = useOp(userDisable, caller)
  /** Those who were disabled too. */
  const all = ref(false)
  const load = () => list.run({})
  void load()
  void roles.run({})

  const users = computed(() => list.reply.value?.users ?? [])
  const rows = computed(() => (all.value ? users.value : users.value.filter((u) => !u.disabled)))
  const gone = computed(() => users.value.filter((u) => u.disabled).length)
  const rights = computed(() => (roles.reply.value?.rights ?? []).map((r) => ({ right: r.right, help: r.help, help_zh: r.help_zh, roles: r.roles })))
  /** The last owner can be neither disabled nor given another role. */
  const owners = computed(() => users.value.filter((u) => u.role === 'owner' && !u.disabled).length)

  const then = (done: unknown) => {
    if (done) void load()
    return done !== null
  }
  return {
    list, rows, gone, all, rights, owners, load, add, role, password, disable,
    addUser: async (name: string, as: Role, secret: string) => then(await add.run({ name: name.trim(), role: as, password: secret })),
    setRole: async (name: string, as: Role) => then(await role.run({ name, role: as })),
    setPassword: async (name: string, secret: string) => then(await password.run({ name, password: secret })),
    end: async (name: string) => then(await disable.run({ name })),
  }
}
