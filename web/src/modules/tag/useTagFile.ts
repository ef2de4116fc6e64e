// A file of tags: its first rows, what would come of it, then the import.
import { computed, ref, shallowRef } from 'vue'
import { tagImport } from '@/api/gen'
import { useOp } from '@/use/useOp'
import { decodeText, previewRows, type TagRowText } from './filePreview'

const LOOKED_AT = 64 << 10

export function useTagFile() {
  const file = shallowRef<File | null>(null)
  const rows = shallowRef<readonly TagRowText[]>([])
  const create = ref(true)
  const dry = useOp(tagImport)
  const bring = useOp(tagImport)

  async function look() {
    if (!file.value) return
    bring.clear()
    await dry.run({ create: create.value, dry_run: true }, { file: file.value, async: true })
  }
  async function take(f: File | null | undefined) {
    if (!f) return
    file.value = f
    dry.clear()
    rows.value = previewRows(decodeText(new Uint8Array(await f.slice(0, LOOKED_AT).arrayBuffer())))
    await look()
  }
  async function start() {
    if (file.value) await bring.run({ create: create.value }, { file: file.value, async: true })
  }
  function clear() {
    file.value = null
    rows.value = []
    dry.clear()
    bring.clear()
  }
  /** What was done, else what would be. */
  const told = computed(() => bring.reply.value ?? dry.reply.value)
  return { file, rows, create, dry, bring, told, look, take, start, clear }
}
