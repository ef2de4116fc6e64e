import { beforeEach, describe, expect, it, vi } from 'vitest'

async function fresh() {
  vi.resetModules()
  return (await import('./useTheme')).useTheme()
}

describe('useTheme', () => {
  beforeEach(() => {
    localStorage.clear()
    document.documentElement.className = ''
  })

  it('switches the class that dark colours hang on, and remembers', async () => {
    const t = await fresh()
    t.set('dark')
    expect(document.documentElement.classList.contains('dark')).toBe(true)
    const again = await fresh()
    expect(again.theme.value).toBe('dark')
    again.toggle()
    expect(document.documentElement.classList.contains('dark')).toBe(false)
    expect(localStorage.getItem('pond.theme')).toBe('light')
  })

  it('takes no other word from storage', async () => {
    localStorage.setItem('pond.theme', 'blue')
    expect((await fresh()).theme.value).toBe('light')
  })
})
