/** Who is in a crowd, as a question (docs/who.md: \" and \\ inside of texts). */
export function crowdQuestion(name: string): string {
  return `crowd "${name.replace(/[\\"]/g, (c) => `\\${c}`)}"`
}
