// A file that was dropped on another page and is to be imported here: a file has no place in an address.
let waiting: File | null = null

export function handOver(file: File) {
  waiting = file
}
export function takeOver(): File | null {
  const file = waiting
  waiting = null
  return file
}
