// What an event is evidence of, as stages and words: of the default model (docs/events.md).
import { quoted } from '@/modules/crowd/question'

/** The stage that an evidence speaks for; null: none by itself. */
export function stageOf(evidence: string | null | undefined): string | null {
  switch (evidence) {
    case 'awareness':
    case 'purchase':
    case 'loyalty':
      return evidence
    case 'interest':
    case 'status':
      return 'interest'
    default:
      return null
  }
}

/** A question that finds who met the event of late. */
export function didQuestion(event: string): string {
  const plain = /^[a-z][a-z0-9_]*$/.test(event)
  return `did ${plain ? event : quoted(event)} in 30d`
}
