// A reason of the server in the reader's language; one that is not known as it came.
import { useLang } from '@/use/useLang'
import { whyOf } from './reasons'

export function useWhy() {
  const { t } = useLang()
  return (reason: string | null | undefined): string => {
    const w = whyOf(reason ?? '')
    return w ? t(w.key, w.values) : (reason ?? '')
  }
}
