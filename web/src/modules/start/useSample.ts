// The sample brand: filled in as a job. A brand that has events is only filled when that is said once more, for made-up
// events cannot be taken out again.
import { computed } from 'vue'
import { sampleFill } from '@/api/gen'
import { useOp, type Caller } from '@/use/useOp'

export function useSample(done: () => void, caller?: Caller) {
  const fill = useOp(sampleFill, caller)
  const taken = computed(() => fill.error.value?.code === 'conflict')
  async function start(anyway = false) {
    if (await fill.run(anyway ? { anyway } : {}, { async: true })) done()
  }
  return { fill, taken, start }
}
