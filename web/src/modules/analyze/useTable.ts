// A reply as a file that the server makes. Through fetch rather than a plain link: a failure is told on the page, long work
// is waited for, and operations that keep something along the way see that the request is ours.
import { ref } from 'vue'
import { ApiError, callRaw, client, type Scalar } from '@/api/http'
import type { Op } from '@/api/op'
import { keepFile } from './save'

export function useTable<In extends object>(op: Op<In, unknown>, keep = keepFile) {
  const busy = ref(false)
  /** The error, or null when the file was handed over. */
  async function take(fields: In, format: 'xlsx' | 'csv', name: string): Promise<ApiError | null> {
    busy.value = true
    try {
      const r = await callRaw(op, { ...(fields as Record<string, Scalar>), format, lang: client.lang })
      keep(await r.blob(), name)
      return null
    } catch (e) {
      if (e instanceof ApiError) return e
      throw e
    } finally {
      busy.value = false
    }
  }
  return { busy, take }
}
