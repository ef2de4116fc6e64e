import { describe, expect, it, vi } from 'vitest'

describe('useNarrow', () => {
  it('follows the window', async () => {
    let tell: (e: { matches: boolean }) => void = () => undefined
    vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: (_: string, f: typeof tell) => (tell = f) }))
    vi.resetModules()
    const narrow = (await import('./useNarrow')).useNarrow()
    expect(narrow.value).toBe(true)
    tell({ matches: false })
    expect(narrow.value).toBe(false)
    vi.unstubAllGlobals()
  })
})
