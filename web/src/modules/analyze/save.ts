// Gives a file to the browser to keep.

export function keepFile(content: Blob, name: string) {
  const address = URL.createObjectURL(content)
  const a = document.createElement('a')
  a.href = address
  a.download = name
  a.click()
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
