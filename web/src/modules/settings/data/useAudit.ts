// The audit trail: entries by page and filter, and whether the chain is whole.
import { computed, ref, shallowRef, watch } from 'vue'
import { auditList, auditVerify, type AuditListIn } from '@/api/gen'
import { useOp, type Caller } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import type { Entry } from './audit'

const PAGE = 100
const PAUSE_MS = 300

export function useAudit(caller?: Caller) {
  const query = useQuery({ who: '', action: '', outcome: '', from: '', to: '' })
  const list = useOp(auditList, caller)
  const verify = useOp(auditVerify, caller)
  const entries = shallowRef<readonly Entry[]>([])
  /** A head that was kept elsewhere, to check against. */
  const kept = ref('')

  const filter = computed<AuditListIn>(() => {
    const f: AuditListIn = {}
    for (const k of ['who', 'action', 'outcome', 'from', 'to'] as const) if (query[k].value) f[k] = query[k].value
    return f
  })
  const isFiltered = computed(() => Object.keys(filter.value).length > 0)

  async function load(before?: number | null) {
    const reply = await list.run({ ...filter.value, limit: PAGE, ...(before ? { before } : {}) })
    if (reply) entries.value = before ? [...entries.value, ...reply.entries] : reply.entries
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(filter, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), PAUSE_MS)
  })
  const more = () => load(list.reply.value?.next)
  const check = () => verify.run(kept.value.trim() ? { head: kept.value.trim() } : {})
  void load()
  void check()

  /** The server answers a broken chain as a failure (corrupt), because nothing else may be made of it. */
  const isBroken = computed(() => verify.error.value?.code === 'corrupt')
  const clear = () => query.set({ who: '', action: '', outcome: '', from: '', to: '' })
  return { query, filter, isFiltered, list, verify, entries, kept, isBroken, load, more, check, clear }
}
