// Places in the text of a question: where a mistake stands, which word is being typed, what may have been meant.

export interface Span { from: number; to: number }

/** The mistaken word; line and column from 1, columns in characters as the server counts them. */
export function mistakeSpan(text: string, line: number, column: number): Span {
  const lines = text.split('\n')
  const before = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0)
  const from = Math.min(text.length, before + Array.from(lines[line - 1] ?? '').slice(0, column - 1).join('').length)
  const rest = text.slice(from)
  const word = /^("(?:[^"\\]|\\.)*"?|`[^`]*`?|[\w.@\u0080-\uffff]+|[<>=!]+|\S)/.exec(rest)
  return { from, to: from + (word?.[0].length ?? 0) }
}

/** Where the word begins that stands before the caret: an open quote, a name, or a comparison. */
export function typedFrom(text: string): number {
  let open = -1
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (open < 0 ? c === '"' || c === '`' : c === text[open]) open = open < 0 ? i : -1
    else if (open >= 0 && text[open] === '"' && c === '\\') i++
  }
  if (open >= 0) return open
  const word = /[\w.@\u0080-\u2fff\u3040-\ufeff]+$/.exec(text) ?? /[<>=!]+$/.exec(text)
  return word ? word.index : text.length
}

/** Letters to change, to put in or to take away between two words. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}

/** What may have been meant by a word, the nearest first. */
export function nearest(word: string, offered: readonly string[], most = 3): string[] {
  if (!word) return offered.slice(0, most + 3)
  const far = Math.max(2, Math.ceil(word.length / 3))
  return offered
    .map((o) => ({ o, d: distance(word.toLowerCase(), o.toLowerCase()) }))
    .filter((x) => x.d <= far || (word.length > 2 && x.o.includes(word)))
    .sort((a, b) => a.d - b.d)
    .slice(0, most)
    .map((x) => x.o)
}

/** The text with a word put into a span, and where the caret then stands: behind it and a blank. */
export function putWord(text: string, span: Span, word: string): { text: string; caret: number } {
  const gap = /^[\s(),]/.test(text.slice(span.to)) || /[(.]$/.test(word) ? '' : ' '
  return { text: text.slice(0, span.from) + word + gap + text.slice(span.to), caret: span.from + word.length + (gap || /^\s/.test(text.slice(span.to)) ? 1 : 0) }
}
