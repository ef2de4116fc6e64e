// The vocabulary for the rows below: given once by the builder.
import { inject, type InjectionKey } from 'vue'
import { t, type MessageKey } from '@/use/useLang'
import type { Cmp } from './body'
import type { Option, Vocabulary } from './useVocabulary'

export const vocabularyKey: InjectionKey<Vocabulary> = Symbol('vocabulary')
export function useWords(): Vocabulary {
  const v = inject(vocabularyKey)
  if (!v) throw new Error('a row stands in a builder')
  return v
}

const SIGNS: Record<Cmp | 'in' | 'known', MessageKey> = { '>=': 'who.cmp.ge', '>': 'who.cmp.gt', '=': 'who.cmp.eq', '!=': 'who.cmp.ne', '<': 'who.cmp.lt', '<=': 'who.cmp.le', in: 'who.cmp.in', known: 'who.known' }
export function signOption(sign: Cmp | 'in' | 'known'): Option {
  return { value: sign, label: t(SIGNS[sign]) }
}
