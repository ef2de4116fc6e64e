// What the brand's data are and how they are kept: segments, log, imports, backups; compact, check, copy.
import { computed } from 'vue'
import { backup, backupList, imports, lakeCompact, lakeList, status, verify, type LakeListOut } from '@/api/gen'
import { useOp, type Caller } from '@/use/useOp'

export interface Dataset {
  dataset: string
  files: number
  rows: number
  bytes: number
}
export function datasetsOf(segments: LakeListOut['segments']): Dataset[] {
  const out = new Map<string, Dataset>()
  for (const s of segments) {
    const d = out.get(s.dataset) ?? { dataset: s.dataset, files: 0, rows: 0, bytes: 0 }
    out.set(s.dataset, { dataset: s.dataset, files: d.files + 1, rows: d.rows + s.rows, bytes: d.bytes + s.bytes })
  }
  return [...out.values()]
}

export function useData(caller?: Caller) {
  const lake = useOp(lakeList, caller)
  const files = useOp(imports, caller)
  const copies = useOp(backupList, caller)
  const state = useOp(status, caller)
  const compact = useOp(lakeCompact, caller)
  const check = useOp(verify, caller)
  const copy = useOp(backup, caller)

  const loadCopies = () => Promise.all([copies.run({}), state.run({})])
  async function load() {
    await Promise.all([lake.run({}), files.run({ limit: 100 }), loadCopies()])
  }
  void load()

  const datasets = computed(() => datasetsOf(lake.reply.value?.segments ?? []))
  const bytes = computed(() => datasets.value.reduce((n, d) => n + d.bytes, 0) + (lake.reply.value?.log_bytes ?? 0))
  const list = computed(() => files.reply.value?.imports ?? [])
  const imported = computed(() => list.value.reduce((n, i) => n + i.bytes, 0))

  async function doCompact() {
    const done = await compact.run({}, { async: true })
    if (done) void lake.run({})
    return done !== null
  }
  async function doBackup() {
    if (await copy.run({}, { async: true })) void loadCopies()
  }
  const doVerify = () => check.run({}, { async: true })
  /** When the last backup was made, here or elsewhere; null: none is known of. */
  const lastBackup = computed(() => state.reply.value?.last_backup ?? null)
  return { lake, files, copies, lastBackup, compact, check, copy, datasets, bytes, list, imported, load, doCompact, doBackup, doVerify }
}
