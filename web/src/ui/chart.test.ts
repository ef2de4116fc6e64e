import { afterEach, describe, expect, it } from 'vitest'
import { pageFont } from './chart'

afterEach(() => document.body.removeAttribute('style'))

describe('the font of what is painted', () => {
  it('is that of the page', () => {
    document.body.style.fontFamily = "'Segoe UI', 'PingFang SC', sans-serif"
    expect(pageFont()).toMatch(/Segoe UI.*sans-serif/)
  })
  it('is a font, not a word that a canvas does not know', () => {
    document.body.style.fontFamily = 'inherit'
    expect(pageFont()).toBe('sans-serif')
  })
})
