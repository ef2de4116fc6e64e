// Saved analyses: a name, which analysis, and its address query as text, so that what is opened again is the same page.
// Everybody of the brand sees them.
import type { LocationQueryRaw } from 'vue-router'

export interface Saved {
  name: string
  /** id of analyses.ts */
  kind: string
  /** "days=30&within=7d", without "?" */
  query: string
  owner: string
  /** When it was saved, text with the brand's offset. */
  at: string
}

export interface SavedStore {
  list: () => Promise<Saved[]>
  create: (s: { name: string; kind: string; query: string }) => Promise<void>
  rename: (name: string, to: string) => Promise<void>
  remove: (name: string) => Promise<void>
}

/** null: this server keeps none, and nothing is offered. */
export const store: SavedStore | null = null

export function queryObject(text: string): LocationQueryRaw {
  return Object.fromEntries(new URLSearchParams(text))
}
