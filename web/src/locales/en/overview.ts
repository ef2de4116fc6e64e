import type { Same } from '..'
import type zh from '../zh/overview'

export default {
  title: 'Overview',
  trend: 'Consumers by stage, day by day',
  trendLabel: 'line chart of consumers by stage and day',
  sankey: 'Flow between stages',
  sankeyNote: 'Left: first day, right: last day. Click a ribbon to open who moved',
  sankeyLabel: 'flow from the stages of the first day to those of the last; the numbers are in the matrix below',
  matrix: 'Flow matrix',
  matrixNote: 'Every cell opens the consumers in it; small: share of the row',
  fromTo: 'From ↓ to →',
  total: 'Total',
  cell: '{from} → {to}: open who they are',
  open: 'Open as a crowd: {name}',
  ofStart: '{share} of start',
  of: '{n} of {of}',
  consumers: '{text} consumer | {text} consumers',
  live: '{text} new event | {text} new events',
} satisfies Same<typeof zh>
