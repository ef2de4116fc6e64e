import type { Same } from '..'
import type zh from '../zh/crowd'

export default {
  title: 'Crowds',
  ask: 'Find a crowd',
  create: 'Find a crowd',
  none: 'No crowds yet',
  noneText: 'Say in a sentence who is meant: in interest, put something in the cart within 7 days, bought nothing for 30. A saved crowd follows the data.',
  name: 'Name of the crowd',
  kind: 'Kind',
  live: 'live',
  frozen: 'frozen',
  size: 'Consumers',
  counted: 'Counted',
  question: 'Question',
  questionNote: 'counted while you write',
  mistake: 'Column {at}:',
  who: 'Who they are',
  keep: 'Keep as a crowd',
  saved: 'Crowd “{name}” is kept',
} satisfies Same<typeof zh>
