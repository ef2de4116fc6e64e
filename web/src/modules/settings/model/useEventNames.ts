// Names of events that a rule may ask for: the standard ones, and those of this brand.
import { computed, effectScope } from 'vue'
import { eventsList } from '@/api/gen'
import { useOp } from '@/use/useOp'

let shared: ReturnType<typeof make> | null = null

function make() {
  const list = useOp(eventsList)
  const standard = computed(() => new Set((list.reply.value?.events ?? []).filter((e) => e.kind === 'standard').map((e) => e.event)))
  /** An own name goes in backquotes, so that it is not taken for a mistyped standard one. */
  const written = (name: string) => (name.startsWith('`') || !list.reply.value || standard.value.has(name) ? name : `\`${name}\``)
  const names = computed(() => (list.reply.value?.events ?? []).map((e) => written(e.event)))
  return { list, names, written }
}

export function useEventNames() {
  if (!shared) {
    // Outlives the form that asked first.
    shared = effectScope(true).run(make) ?? make()
    void shared.list.run({ all: true })
  }
  return shared
}
