// As of when the figures on the screen are: a page says it, the bar at the top shows it.
import { onScopeDispose, readonly, shallowRef } from 'vue'

export interface AsOf {
  /** A day, or "" when the page has no figures. */
  readonly day: string
  /** First day of a period; "" when it is one day. */
  readonly from: string
}
const shown = shallowRef<AsOf>({ day: '', from: '' })

export function useAsOf() {
  let mine: AsOf | null = null
  return {
    shown: readonly(shown),
    show: (day: string, from = '') => {
      mine = { day, from }
      shown.value = mine
    },
    /** Called in setup: the day leaves the bar with the page. */
    leaveWithPage: () => {
      onScopeDispose(() => {
        if (shown.value === mine) shown.value = { day: '', from: '' }
      })
    },
  }
}
