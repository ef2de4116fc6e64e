/** A text of the question language (docs/who.md: \" and \\ inside). */
export const quoted = (text: string) => `"${text.replace(/[\\"]/g, (c) => `\\${c}`)}"`

/** Who is in a crowd, as a question. */
export const crowdQuestion = (name: string) => `crowd ${quoted(name)}`
