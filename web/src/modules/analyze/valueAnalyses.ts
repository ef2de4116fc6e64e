// Analyses of value and of ways: spread into analyses.ts, which says what the fields are.
import type { Analysis } from './analyses'

export const valueAnalyses: readonly Analysis[] = []
