// What is in an order together; fields in the address.
import { computed } from 'vue'
import { analyzeBasket, type AnalyzeBasketIn } from '@/api/gen'
import { useQuery } from '@/use/useQuery'
import { useAnalysis } from './useAnalysis'
import { useDays } from './useDays'

const LEAST = 5
const LIMIT = 50

export function useBasket() {
  const query = useQuery({ of: 'item', least: String(LEAST), among: '' })
  const days = useDays('365')
  const least = computed(() => (/^\d{1,6}$/.test(query.least.value) ? Math.max(1, Number(query.least.value)) : LEAST))
  const run = useAnalysis(
    analyzeBasket,
    (): AnalyzeBasketIn | null => (days.days.value ? { of: query.of.value === 'category' ? 'category' : 'item', least: least.value, limit: LIMIT, ...(query.among.value ? { among: query.among.value } : {}), ...days.days.value } : null),
    (r) => ({ day: r.to ?? days.latest.value, from: r.from ?? '' }),
  )
  return { query, days, least, run }
}
