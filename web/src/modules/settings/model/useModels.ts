// The model in force, the shipped ones, and what was applied before, newest first.
import { computed } from 'vue'
import { modelList, modelShow } from '@/api/gen'
import { useOp } from '@/use/useOp'

export function useModels() {
  const list = useOp(modelList)
  const show = useOp(modelShow)
  async function load() {
    await Promise.all([list.run({}), show.run({})])
  }
  void load()
  const versions = computed(() => [...(list.reply.value?.versions ?? [])].reverse())
  const presets = computed(() => list.reply.value?.presets ?? [])
  const inForce = computed(() => versions.value.find((v) => v.in_force) ?? null)
  const loading = computed(() => list.loading.value || show.loading.value)
  const error = computed(() => list.error.value ?? show.error.value)
  return { list, show, versions, presets, inForce, loading, error, load }
}
