// A question as the tree that the builder shows: groups of rows. From the JSON form and back, without loss.
import { asList, asObject, asText } from '@/api/json'
import type { Json } from '@/api/op'
import { bare } from './names'
import { bodyOf, isPlain, isUnfinished, type Body } from './body'

export interface Row { kind: 'row'; id: number; not: boolean; body: Body }
export interface Group { kind: 'group'; id: number; not: boolean; join: 'and' | 'or'; list: Node[] }
export type Node = Row | Group

let lastId = 0
export function row(body: Body, not = false): Row {
  return { kind: 'row', id: ++lastId, not, body }
}
export function group(join: 'and' | 'or', list: Node[], not = false): Group {
  return { kind: 'group', id: ++lastId, not, join, list }
}

/** Numbers that JavaScript would write back otherwise: such a question is edited as text only. */
function isSafe(json: Json | undefined): boolean {
  if (typeof json === 'number') return isPlain(json)
  if (Array.isArray(json)) return json.every(isSafe)
  return json === null || typeof json !== 'object' || Object.values(json).every(isSafe)
}

function nodeOf(json: Json): Node {
  const o = asObject(json)
  const keys = Object.keys(o)
  const inner = o['not']
  if (keys.length === 1 && inner !== undefined) {
    const node = nodeOf(inner)
    return node.not ? group('and', [node], true) : { ...node, not: true }
  }
  for (const join of ['and', 'or'] as const) {
    if (keys.length === 1 && Array.isArray(o[join])) return group(join, asList(o[join]).map(nodeOf))
  }
  return row(bodyOf(json) ?? { form: 'text', value: { text: '', json } })
}

function withNames(json: Json, name: (written: string) => string): Json {
  if (Array.isArray(json)) return json.map((v) => withNames(v, name))
  if (json === null || typeof json !== 'object') return json
  return Object.fromEntries(Object.entries(json).map(([k, v]) => [k, k === 'events' && Array.isArray(v) ? v.map((e) => name(asText(e))) : v === undefined ? v : withNames(v, name)]))
}
/** The JSON as it is shown: own names without the backquotes in which the server writes them. */
export const readOf = (json: Json) => withNames(json, bare)
/** The JSON as it is sent. A name that has not come in yet would be taken for a mistyped one, unless in backquotes. */
export const sentOf = (json: Json) => withNames(json, (name) => `\`${name}\``)

/** The tree of a question: always a group, so that there is a place for the next row. */
export function treeOf(json: Json): Group | null {
  if (!isSafe(json)) return null
  const node = nodeOf(readOf(json))
  return node.kind === 'group' ? node : group('and', [node])
}

function bodyJson(b: Body): Json {
  // Bodies are the wire's own shapes; interfaces only lack an index signature.
  return b.form === 'text' ? b.value.json : { [b.form]: b.value as unknown as Json }
}

/** The JSON form; rows that are not filled in yet are left out. null: nothing is asked. */
export function jsonOf(node: Node): Json | null {
  let json: Json | null
  if (node.kind === 'row') {
    json = isUnfinished(node.body) ? null : bodyJson(node.body)
  } else {
    const parts = node.list.map(jsonOf).filter((j) => j !== null)
    json = parts.length > 1 ? { [node.join]: parts } : (parts[0] ?? null)
  }
  return json !== null && node.not ? { not: json } : json
}

export function rowsOf(node: Node): Row[] {
  return node.kind === 'row' ? [node] : node.list.flatMap(rowsOf)
}
export function unfinishedRows(node: Node): number {
  return rowsOf(node).filter((r) => isUnfinished(r.body)).length
}

/** The same again, with ids of its own. */
export function copied(node: Node): Node {
  return node.kind === 'row' ? row(structuredClone(node.body), node.not) : group(node.join, node.list.map(copied), node.not)
}
