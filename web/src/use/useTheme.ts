// Light or dark, kept in this browser. Until somebody chooses, the system's wish holds and is followed.
import { computed, ref } from 'vue'
import { readChoice, writeChoice } from './choice'

export type Theme = 'light' | 'dark'

const chosen = ref<Theme | null>(themeOf(readChoice('theme')))
const wish = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null
const wishesDark = ref(wish?.matches ?? false)
wish?.addEventListener('change', (e) => {
  wishesDark.value = e.matches
  apply()
})

function themeOf(s: string | null): Theme | null {
  return s === 'light' || s === 'dark' ? s : null
}

const theme = computed<Theme>(() => chosen.value ?? (wishesDark.value ? 'dark' : 'light'))

function apply() {
  document.documentElement.classList.toggle('dark', theme.value === 'dark')
}

function set(t: Theme) {
  chosen.value = t
  writeChoice('theme', t)
  apply()
}

export function useTheme() {
  return { theme, dark: computed(() => theme.value === 'dark'), set, toggle: () => set(theme.value === 'dark' ? 'light' : 'dark'), apply }
}
