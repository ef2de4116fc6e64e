// What was set aside: the files, the reasons of one of them, the rows of a reason. All of it stands in the address.
import { computed, watch } from 'vue'
import { rejectList, rejectShow, type RejectShowOut } from '@/api/gen'
import { useLive } from '@/use/useLive'
import { useOp } from '@/use/useOp'
import { useQuery } from '@/use/useQuery'
import { byTime, fileOf } from './reasons'

export type RejectRow = RejectShowOut['rows'][number]
export type Reason = RejectShowOut['reasons'][number]

const PAGE = 200

export function useRejects() {
  const query = useQuery({ file: '', reason: '', field: '' })
  const list = useOp(rejectList)
  const show = useOp(rejectShow)
  const files = computed(() => (list.reply.value?.files ?? []).map(fileOf).sort(byTime))
  const file = computed(() => query.file.value || (files.value[0]?.name ?? ''))
  const opened = computed(() => files.value.find((f) => f.name === file.value) ?? null)

  async function load(limit = PAGE) {
    if (!file.value) return
    const { reason, field } = { reason: query.reason.value, field: query.field.value }
    await show.run({ name: file.value, limit, newest: true, ...(reason ? { reason, field } : {}) })
  }
  async function start() {
    await list.run({})
    await load()
  }
  watch([query.file, query.reason, query.field], () => void load())
  void start()

  const reasons = computed(() => [...(show.reply.value?.reasons ?? [])].sort((a, b) => b.rows - a.rows))
  const total = computed(() => reasons.value.reduce((n, r) => n + r.rows, show.reply.value?.other_reasons ?? 0))
  // Of a file the newest stand at its end.
  const rows = computed<readonly RejectRow[]>(() => {
    const all = show.reply.value?.rows ?? []
    return opened.value?.kind === 'http' ? [...all].reverse() : all
  })
  const more = () => load((show.reply.value?.rows.length ?? 0) + 2000)

  /** A file, or a reason of it. The other half of the choice is forgotten with the file. */
  const open = (name: string) => query.set({ file: name, reason: '', field: '' })
  function pick(r: Reason | null) {
    const same = r === null || (r.reason === query.reason.value && (r.field ?? '') === query.field.value)
    query.set({ file: file.value, reason: same ? '' : r.reason, field: same ? '' : (r.field ?? '') })
  }
  // New ones are looked at when something was set aside and it has been quiet for a moment.
  let timer: ReturnType<typeof setTimeout> | undefined
  useLive(['reject'], () => {
    clearTimeout(timer)
    timer = setTimeout(() => void start(), 1500)
  })
  return { query, list, show, files, file, opened, reasons, total, rows, open, pick, more, reload: start }
}
