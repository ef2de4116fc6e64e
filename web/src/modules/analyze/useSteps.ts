// Steps in a form, and the same in the address. Typing waits a moment before it counts; a step without an event, and a test
// that is not whole, are in the form only.
import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { readSteps, stepsText, type Step } from './step'

const PAUSE_MS = 350

/** `fallback` is what the address leaves out; "" while it is not known. */
export function useSteps(address: Ref<string>, fallback: () => string): { steps: Ref<Step[]>; text: () => string } {
  const steps = ref<Step[]>([])
  const text = () => address.value || fallback()
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(text, (now) => {
    if (stepsText(steps.value) !== stepsText(readSteps(now))) steps.value = readSteps(now)
  }, { immediate: true })

  watch(steps, (list) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      const now = stepsText(list)
      if (now !== stepsText(readSteps(text()))) address.value = now === fallback() ? '' : now
    }, PAUSE_MS)
  }, { deep: true })
  onScopeDispose(() => clearTimeout(timer))
  return { steps, text }
}
