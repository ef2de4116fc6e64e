// Paths: nodes and links of the reply as a picture that can be read. A place in the path keeps its most frequent events;
// the rest is one node, "others", so that every session stays in the picture.
import type { AnalyzePathOut } from '@/api/gen'
import { eventWord } from './distribution'

export interface PathNode {
  /** Of the picture: "0:item_view", "2:" for others. */
  id: string
  place: number
  /** "" for others. */
  event: string
  sessions: number
  /** Whose path ends here. */
  ended: number
}
export interface PathLink {
  source: string
  target: string
  value: number
  /** "" for others. */
  from: string
  to: string
}
export interface PathPicture {
  nodes: PathNode[]
  links: PathLink[]
}

export function pathPicture(r: AnalyzePathOut, most: number): PathPicture {
  // Nodes come by place and, in a place, by sessions; do not rely on it.
  const byPlace = new Map<number, { event: string; sessions: number }[]>()
  for (const n of r.nodes) byPlace.set(n.place, [...(byPlace.get(n.place) ?? []), n])
  const kept = new Set<string>()
  for (const [place, list] of byPlace) {
    for (const n of [...list].sort((a, b) => b.sessions - a.sessions).slice(0, most)) kept.add(`${place}:${n.event}`)
  }
  const idOf = (place: number, event: string) => (kept.has(`${place}:${event}`) ? `${place}:${event}` : `${place}:`)
  const nodes = new Map<string, PathNode>()
  for (const n of r.nodes) {
    const id = idOf(n.place, n.event)
    const node = nodes.get(id) ?? { id, place: n.place, event: id.slice(id.indexOf(':') + 1), sessions: 0, ended: 0 }
    node.sessions += n.sessions
    node.ended += n.sessions
    nodes.set(id, node)
  }
  const links = new Map<string, PathLink>()
  for (const l of r.links) {
    const a = r.nodes[l.from]
    const b = r.nodes[l.to]
    if (!a || !b) continue
    const source = nodes.get(idOf(a.place, a.event))
    const target = nodes.get(idOf(b.place, b.event))
    if (!source || !target) continue
    const key = `${source.id}>${target.id}`
    const link = links.get(key) ?? { source: source.id, target: target.id, value: 0, from: source.event, to: target.event }
    link.value += l.sessions
    links.set(key, link)
    source.ended -= l.sessions
  }
  const sorted = [...nodes.values()].sort((a, b) => a.place - b.place || (a.event === '' ? 1 : b.event === '' ? -1 : b.sessions - a.sessions))
  return { nodes: sorted, links: [...links.values()] }
}

export interface Exit {
  /** From 1. */
  step: number
  event: string
  sessions: number
  ended: number
}
/** Where sessions leave, the most first. What stands in the last place is cut by the depth: no leaving. */
export function exitsOf(r: AnalyzePathOut): Exit[] {
  const nodes = pathPicture(r, Infinity).nodes
  const last = Math.max(...nodes.map((n) => n.place))
  return nodes
    .filter((n) => n.place < last && n.ended > 0)
    .map((n) => ({ step: n.place + 1, event: n.event, sessions: n.sessions, ended: n.ended }))
    .sort((a, b) => b.ended - a.ended)
}

/** "30m", "2h", "3d" as the question language writes spans. */
export const isSpan = (s: string): boolean => /^[1-9]\d{0,4}[mhd]$/.test(s)

/** Who did these one after the other, each within the pause of the one before. Others may lie between: a path is more. */
export function stepsQuestion(events: readonly string[], gap: string, from: string | null | undefined, to: string | null | undefined): string | null {
  const steps = events.slice(0, 16).map(eventWord)
  if (!steps.length || events.some((e) => !e)) return null
  const when = from ? ` from ${from}${to ? ` to ${to}` : ''}` : to ? ` to ${to}` : ''
  return `did ${steps[0] ?? ''}${steps.slice(1).map((s) => ` then ${s} within ${gap}`).join('')}${when}`
}
