// Chinese or English, kept in this browser. Only the language in use is loaded.
//
//     const { t } = useLang()
//     t('overview.title')          keys are checked by the compiler
import type { Language } from 'element-plus/es/locale'
import { shallowRef } from 'vue'
import { createI18n } from 'vue-i18n'
import { client } from '@/api/http'
import type { Messages } from '@/locales'
import { readChoice, writeChoice } from './choice'

export type Lang = 'zh' | 'en'

/** "overview.title": the paths of all texts. */
type Leaves<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaves<T[K]>}` }[keyof T & string]
export type MessageKey = Leaves<Messages>

export const i18n = createI18n({ legacy: false, locale: 'zh', fallbackLocale: false, messages: {}, missingWarn: import.meta.env.DEV, fallbackWarn: false })

const lang = shallowRef<Lang>('zh')
/** The words of Element Plus. */
const element = shallowRef<Language | undefined>(undefined)

/** From the choice made before, else from the browser. */
export function firstLang(): Lang {
  const kept = readChoice('lang')
  return kept === 'zh' || kept === 'en' ? kept : /^zh/i.test(navigator.language) ? 'zh' : 'en'
}

const loads = {
  zh: () => Promise.all([import('@/locales/zh'), import('element-plus/es/locale/lang/zh-cn')]),
  en: () => Promise.all([import('@/locales/en'), import('element-plus/es/locale/lang/en')]),
} as const

export async function setLang(to: Lang): Promise<void> {
  const [messages, words] = await loads[to]()
  i18n.global.setLocaleMessage(to, messages.default)
  i18n.global.locale.value = to
  element.value = words.default
  lang.value = to
  client.lang = to
  document.documentElement.lang = to
  writeChoice('lang', to)
}

/** A text in the language in use. A number under `n` also picks the form where a text has two ("one | many"). */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  const n = values['n']
  return typeof n === 'number' ? i18n.global.t(key, values, n) : i18n.global.t(key, values)
}

/** A text for a word that comes from the server ("tmall" under "channel"); the word itself when there is none. */
export function tWord(group: Exclude<keyof Messages['words'], 'unknown'>, word: string): string {
  const bare = word.split('@')[0] ?? word
  const key = `words.${group}.${bare}`
  return /^\w+$/.test(bare) && i18n.global.te(key) ? i18n.global.t(key) : word
}

export function useLang() {
  return { lang, element, t, tWord, setLang }
}
