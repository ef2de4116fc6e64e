// A picture of the charts of a page as they are on the screen, with title and days in it, so that it says by itself what
// it shows when it is pasted somewhere.

export interface PicturePart {
  /** Above the chart; "" for none. */
  title: string
  canvas: HTMLCanvasElement
}
export interface PictureWords {
  title: string
  note: string
}

const SCALE = 2
const PAD = 24
const FONT = 'system-ui, -apple-system, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif'

/** Where the parts stand, in px of the picture; charts come at twice their size. */
export function layOut(parts: readonly { title: string; width: number; height: number }[]) {
  const width = Math.max(320 * SCALE, ...parts.map((p) => p.width)) + 2 * PAD * SCALE
  let y = (PAD + 52) * SCALE
  const tops = parts.map((p) => {
    const title = y
    const chart = y + (p.title ? 28 * SCALE : 0)
    y = chart + p.height + 16 * SCALE
    return { title, chart }
  })
  return { width, height: y + (PAD - 16) * SCALE, tops }
}

export function drawPicture(parts: readonly PicturePart[], words: PictureWords, dark: boolean): HTMLCanvasElement {
  const place = layOut(parts.map((p) => ({ title: p.title, width: p.canvas.width, height: p.canvas.height })))
  const out = document.createElement('canvas')
  out.width = place.width
  out.height = place.height
  const g = out.getContext('2d')
  if (!g) return out
  const left = PAD * SCALE
  g.fillStyle = dark ? '#16181c' : '#ffffff'
  g.fillRect(0, 0, out.width, out.height)
  g.textBaseline = 'top'
  const write = (text: string, size: number, bold: boolean, soft: boolean, y: number) => {
    g.font = `${bold ? '600' : '400'} ${size * SCALE}px ${FONT}`
    g.fillStyle = soft ? (dark ? '#a2abb6' : '#5e6875') : dark ? '#e8ecf1' : '#1c232b'
    g.fillText(text, left, y, place.width - 2 * left)
  }
  write(words.title, 18, true, false, PAD * SCALE)
  write(words.note, 12, false, true, (PAD + 28) * SCALE)
  parts.forEach((p, i) => {
    const at = place.tops[i]
    if (!at) return
    if (p.title) write(p.title, 14, true, false, at.title)
    g.drawImage(p.canvas, left, at.chart)
  })
  return out
}
