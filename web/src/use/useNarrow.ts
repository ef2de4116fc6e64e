// Whether the window is as narrow as a phone: for what style sheets cannot reach, such as charts.
import { readonly, ref } from 'vue'

const query = typeof matchMedia === 'function' ? matchMedia('(max-width: 600px)') : null
const narrow = ref(query?.matches ?? false)
query?.addEventListener('change', (e) => {
  narrow.value = e.matches
})

export function useNarrow() {
  return readonly(narrow)
}
