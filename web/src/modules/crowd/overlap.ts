// Two crowds as circles whose areas, and whose common part, are as their numbers.

/** Area that two circles share, at a distance of their centres. */
export function lens(r: number, s: number, d: number): number {
  if (d >= r + s) return 0
  const small = Math.min(r, s)
  if (d <= Math.abs(r - s)) return Math.PI * small * small
  const a = r * r * Math.acos((d * d + r * r - s * s) / (2 * d * r))
  const b = s * s * Math.acos((d * d + s * s - r * r) / (2 * d * s))
  return a + b - 0.5 * Math.sqrt((-d + r + s) * (d + r - s) * (d - r + s) * (d + r + s))
}

export interface Venn { r: number; s: number; d: number }
/** Radii and distance for a, b and both; the larger circle has radius 1. */
export function venn(a: number, b: number, both: number): Venn {
  const most = Math.max(a, b, 1)
  const r = Math.sqrt(a / most)
  const s = Math.sqrt(b / most)
  const wanted = (both / most) * Math.PI
  let low = Math.abs(r - s)
  let high = r + s
  // The common part shrinks as the centres part.
  for (let i = 0; i < 50; i++) {
    const d = (low + high) / 2
    if (lens(r, s, d) > wanted) low = d
    else high = d
  }
  return { r, s, d: both === 0 ? r + s + 0.08 : (low + high) / 2 }
}
/** Steps of colour of a share: 0 to 5. */
export const step = (share: number | null | undefined): number => Math.min(5, Math.ceil((share ?? 0) * 5))
