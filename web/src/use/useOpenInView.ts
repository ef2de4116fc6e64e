// A row of tabs scrolls on a phone: the one that is open (".on") is brought into view.
import { onMounted, type Ref } from 'vue'

export function useOpenInView(list: Readonly<Ref<HTMLElement | null>>) {
  onMounted(() => list.value?.querySelector('.on')?.scrollIntoView({ block: 'nearest', inline: 'center' }))
}
