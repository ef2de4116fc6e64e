/** "`skin test`" and "\"tmall\"" as the names they stand for. */
export function bare(word: string): string {
  if (/^`.*`$/.test(word)) return word.slice(1, -1)
  return /^".*"$/.test(word) ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word
}
