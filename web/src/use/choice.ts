// Small choices of a person, kept in this browser. Storage may be off: then they last as long as the page.

export function readChoice(name: string): string | null {
  try {
    return localStorage.getItem(`pond.${name}`)
  } catch {
    return null
  }
}

export function writeChoice(name: string, value: string) {
  try {
    localStorage.setItem(`pond.${name}`, value)
  } catch {
    return
  }
}
