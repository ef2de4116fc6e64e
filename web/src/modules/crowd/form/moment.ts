// A moment says on which days it was, what it was, or both: without the one it has the other.
import type { Moment, Test, When } from './body'

const USUAL: When = { in: 30 }

export function withWas(m: Moment, was: Test[] | undefined): Moment {
  const rest = { ...m }
  delete rest.was
  return was?.length ? { ...rest, was } : { ...rest, when: m.when ?? USUAL }
}

export function withWhen(m: Moment, when: When | undefined): Moment {
  const rest = { ...m }
  delete rest.when
  return when || !m.was?.length ? { ...rest, when: when ?? USUAL } : rest
}
