// Sequences stay ones that can be asked: spans where they belong, "not" on the last step only.
import type { Sequence, Step } from './body'

const USUAL = '24h'

function bare(s: Step): Step {
  return { events: s.events, ...(s.tests ? { tests: s.tests } : {}) }
}

/** With these steps: the first has no span, the others one each or none beside a common one. */
export function withSteps(q: Sequence, steps: readonly Step[]): Sequence {
  const last = steps.length - 1
  return {
    ...q,
    steps: steps.map((s, i) => {
      const span = i && q.within === undefined ? { within: s.within ?? USUAL } : {}
      return { ...(s.not && i === last && q.within === undefined ? { not: true } : {}), ...bare(s), ...span }
    }),
  }
}

/** All steps within one time of the first: as long as the last had. */
export function ofFirst(q: Sequence): Sequence {
  return withSteps({ ...q, within: q.steps[q.steps.length - 1]?.within ?? USUAL }, q.steps)
}

/** Each within its time of the step before. */
export function ofStep(q: Sequence): Sequence {
  const { within, ...rest } = q
  return withSteps(rest, q.steps.map((s, i) => (i ? { ...s, within: within ?? USUAL } : s)))
}
