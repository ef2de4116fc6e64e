// Looking into JSON that no record describes: never throws, answers what is there.
import type { Json } from './op'

export type JsonObject = Record<string, Json | undefined>

export function asObject(v: Json | undefined): JsonObject {
  return v !== null && typeof v === 'object' && !Array.isArray(v) ? v : {}
}
export function asList(v: Json | undefined): Json[] {
  return Array.isArray(v) ? v : []
}
export function asText(v: Json | undefined): string {
  return typeof v === 'string' ? v : typeof v === 'number' ? String(v) : ''
}
export function asNumber(v: Json | undefined): number | null {
  return typeof v === 'number' ? v : null
}
