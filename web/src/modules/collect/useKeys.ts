// Keys of the brand, for those who may see them: write keys are the doors of sources.
import { computed, shallowRef } from 'vue'
import { keyCreate, keyList, keyRevoke, type KeyListOut } from '@/api/gen'
import { useOp } from '@/use/useOp'
import { useSession } from '@/use/useSession'

export type Key = KeyListOut['keys'][number]

/** Of what was typed: a name that no key in force has. */
export function freeName(wish: string, keys: readonly Key[]): string {
  const taken = new Set(keys.filter((k) => !k.revoked).map((k) => k.name))
  if (!taken.has(wish)) return wish
  for (let i = 2; ; i++) if (!taken.has(`${wish}-${i}`)) return `${wish}-${i}`
}

export function useKeys() {
  const { may } = useSession()
  const list = useOp(keyList)
  const make = useOp(keyCreate)
  const revoke = useOp(keyRevoke)
  /** The text of a key made on this page: it is shown only once. */
  const fresh = shallowRef<{ id: number; name: string; key: string } | null>(null)
  const mayRead = may('access.read')
  const load = async () => {
    if (mayRead) await list.run({})
  }
  void load()

  const all = computed<readonly Key[]>(() => list.reply.value?.keys ?? [])
  const writing = computed(() => all.value.filter((k) => k.kind === 'write' && !k.revoked))
  const ended = computed(() => all.value.filter((k) => k.kind === 'write' && k.revoked))
  const nameOf = (id: number) => all.value.find((k) => k.id === id)?.name ?? ''

  async function create(wish: string) {
    const made = await make.run({ name: freeName(wish.trim() || 'sdk', all.value), kind: 'write' })
    if (!made) return null
    fresh.value = { id: made.id, name: made.name, key: made.key }
    await load()
    return made
  }
  async function end(k: Key) {
    if (!(await revoke.run({ name: String(k.id) }))) return false
    if (fresh.value?.id === k.id) fresh.value = null
    await load()
    return true
  }
  return { list, make, revoke, fresh, all, writing, ended, nameOf, create, end, load }
}
