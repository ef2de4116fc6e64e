// node run.mjs CLIENT[:TAG] URL KEY GO: tells the story of lib.mjs with one SDK, a short one under a name of
// its own with a tag. GO is a file that appears when the server will not be killed any more.
import { note, tell } from './lib.mjs'

const [which, url, key, go] = process.argv.slice(2)
const names = ['segment', 'rudder', 'posthog', 'sensors', 'thinking', 'mini', 'browser']
const [name, tag] = (which ?? '').split(':')

if (!names.includes(name) || !go) {
  console.error(`usage: run.mjs ${names.join('|')} URL KEY GO`)
  process.exit(2)
}
try {
  const { open } = await import(`./${name}.mjs`)
  const clients = [await open({ url, key })].flat()
  if (tag) clients.forEach((c) => (c.rounds = 10))
  await Promise.all(clients.map((c) => tell(c, (c.name ?? name) + (tag ?? ''), go)))
  process.exit(0)
} catch (e) {
  console.error(e)
  process.exit(1)
}
