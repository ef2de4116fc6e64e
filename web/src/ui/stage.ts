// Stages: colours and order. Blue to orange, told apart by those who do not see red or green; always beside their name.

const NONE = '#9aa1ac'
const AIPL: Record<string, string> = { none: NONE, awareness: '#56b4e9', interest: '#2f78c4', purchase: '#e69f00', loyalty: '#d55e00' }
/** Of stages of other models, lowest first. */
const STEPS = ['#56b4e9', '#2f78c4', '#009e73', '#e69f00', '#d55e00', '#cc79a7']

export function stageColor(stage: string, index = 0): string {
  return AIPL[stage] ?? (stage === 'none' ? NONE : (STEPS[Math.max(0, index - 1) % STEPS.length] ?? NONE))
}
