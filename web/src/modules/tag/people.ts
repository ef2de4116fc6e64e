// Identities as they are typed or pasted, one a line, into what the server takes.
import { guessIdentity } from '@/modules/consumer/identity'

export const PEOPLE_MAX = 1000

export interface People {
  identities: string[]
  /** The first line of which the kind cannot be told. */
  unclear: string
}
export function readPeople(text: string): People {
  const identities = new Set<string>()
  let unclear = ''
  for (const line of text.split(/[\n,，;；]+/)) {
    const s = line.trim()
    if (!s) continue
    const identity = guessIdentity(s)
    if (identity) identities.add(identity)
    else unclear ||= s
  }
  return { identities: [...identities], unclear }
}
