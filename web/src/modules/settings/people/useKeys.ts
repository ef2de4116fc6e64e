// Keys of programs: made (shown once), listed, revoked.
import { computed, ref, shallowRef } from 'vue'
import { keyCreate, keyList, keyRevoke, type KeyCreateIn, type KeyCreateOut } from '@/api/gen'
import { useOp, type Caller } from '@/use/useOp'

export function useKeys(caller?: Caller) {
  const list = useOp(keyList, caller)
  const create = useOp(keyCreate, caller)
  const revoke = useOp(keyRevoke, caller)
  const all = ref(false)
  /** The key that was just made; gone with the dialog that shows it. */
  const fresh = shallowRef<KeyCreateOut | null>(null)
  const load = () => list.run({})
  void load()

  const keys = computed(() => list.reply.value?.keys ?? [])
  const rows = computed(() => (all.value ? keys.value : keys.value.filter((k) => !k.revoked)))
  const gone = computed(() => keys.value.filter((k) => k.revoked).length)

  async function make(input: KeyCreateIn) {
    fresh.value = await create.run({ name: input.name.trim(), kind: input.kind, ...(input.kind === 'operator' && input.role ? { role: input.role } : {}) })
    if (!fresh.value) return false
    // The secret stays in one place only.
    create.clear()
    void load()
    return true
  }
  async function end(id: number) {
    const done = await revoke.run({ name: String(id) })
    if (done) void load()
    return done !== null
  }
  return { list, create, revoke, rows, gone, all, fresh, load, make, end }
}
