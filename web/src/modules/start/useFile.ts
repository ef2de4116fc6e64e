// A file that is dropped: how Pond understands it first, then the import itself.
import { computed, shallowRef } from 'vue'
import { importOp } from '@/api/gen'
import { useOp } from '@/use/useOp'

export function useFile() {
  const file = shallowRef<File | null>(null)
  const look = useOp(importOp)
  const bring = useOp(importOp)

  async function take(f: File | undefined) {
    if (!f) return
    bring.clear()
    file.value = f
    await look.run({ dry_run: true }, { file: f })
  }
  async function start() {
    if (file.value) await bring.run({}, { file: file.value, async: true })
  }
  const understood = computed(() => look.reply.value?.files?.[0] ?? null)
  return { file, look, bring, understood, take, start }
}
