// A password that nobody has to think of: words would need a dictionary, so letters and digits that are not mixed up.
const LETTERS = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** Groups of four, 119 bits: kj4M-x7Qa-... */
export function madePassword(random: (n: number) => Uint32Array = (n) => crypto.getRandomValues(new Uint32Array(n))): string {
  const out = [...random(20)].map((n) => LETTERS[n % LETTERS.length] ?? 'x').join('')
  return out.match(/.{4}/g)?.join('-') ?? out
}

/** What is wrong with a password, as the server would say (access.h: 10..200 bytes, not the name). */
export function passwordFault(password: string, name: string): 'short' | 'long' | 'name' | '' {
  const bytes = new TextEncoder().encode(password).length
  if (bytes < 10) return 'short'
  if (bytes > 200) return 'long'
  return password.toLowerCase() === name.trim().toLowerCase() ? 'name' : ''
}

/** The server's word for who may do more: what a change of role takes away is told before. */
export function lostRights(rights: readonly { right: string; roles: readonly string[] }[], from: string, to: string): string[] {
  return rights.filter((r) => r.roles.includes(from) && !r.roles.includes(to)).map((r) => r.right)
}
export function gainedRights(rights: readonly { right: string; roles: readonly string[] }[], from: string, to: string): string[] {
  return lostRights(rights, to, from)
}
