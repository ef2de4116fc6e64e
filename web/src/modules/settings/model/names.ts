// Stages of a model as people call them. Models bring titles of their own in both languages.
import { t, tWord, useLang } from '@/use/useLang'

export interface Named {
  stage: string
  title?: string | null
  title_zh?: string | null
}

export function stageTitle(s: Named, lang: 'zh' | 'en'): string {
  if (s.stage === 'none') return tWord('stage', 'none')
  const title = lang === 'zh' ? s.title_zh : s.title
  // A title that is only the name again says nothing: the console may know a better word.
  return title && title !== s.stage ? title : tWord('stage', s.stage)
}

export function useStageTitle() {
  const { lang } = useLang()
  return (s: Named) => stageTitle(s, lang.value)
}

/** The title of a whole model. */
export function modelTitle(m: { name: string; title?: string | null; title_zh?: string | null }, lang: 'zh' | 'en'): string {
  const title = lang === 'zh' ? m.title_zh : m.title
  return title && title !== m.name ? title : ''
}

const PRESETS = { aipl: 'settings.preset.aipl', 'aipl-databank': 'settings.preset.databank', '5a': 'settings.preset.fiveA', '4a': 'settings.preset.fourA' } as const
/** What a shipped model is, in a line; "" for one that this console does not know. */
export function presetText(name: string): string {
  return name in PRESETS ? t(PRESETS[name as keyof typeof PRESETS]) : ''
}
