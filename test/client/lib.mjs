// What the clients share: the story that each of them tells Pond, and a note of all that was sent.
//
// A client is a module with `open(t)`, which returns how its SDK says each thing:
//
//     view(p, item), cart(p, item), buy(p, order, item, yuan)    as whoever p is known by so far
//     identify(p)      the anonymous one signs in; leaves a phone where the SDK has a word for it
//     alias(p)         one more identity of p, by the SDK's call for it
//     rest(p)          all else that the SDK can say
//                      these three return the names of the events that Pond is to make of it
//     settle()         resolves when the server has answered for everything sent so far
//     close()          settles, then ends the SDK
//     figures          {sends, failed}: requests, and those that got no answer or a bad one
//     lossy            true: the SDK forgets what a failed request held. It rests while the server is down
//
// Notes are JSON lines on standard output: {"person",...} who there is, {"event",...} what was sent,
// {"mark",...} where the story stands; check.mjs reads them.
import { createRequire } from 'node:module'
import { existsSync, writeSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

export { sleep }

export const modules = process.env.POND_NPM || new URL('../../build/npm', import.meta.url).pathname
export const require = createRequire(modules + '/')

// Synchronous, so that a note is out before what it speaks of.
export function note(line) {
  const bytes = Buffer.from(JSON.stringify(line) + '\n')
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at)
}

export async function until(what, holds, most = 60000) {
  const end = Date.now() + most
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${most} ms in vain: ${what}`)
    await sleep(20)
  }
}

const PERSONS = 5
const ROUNDS = 60
const PACE = 20 // ms between two rounds, so that a person's events differ in time

const phone = (name, i) =>
  `139${createHash('sha256').update(`${name} ${i}`).digest().readUInt32BE() % 90000000 + 10000000}`

// Standard events have an item of their own each, by which one sent twice or never is found.
export function story(client, name) {
  let n = 0
  const item = (p) => `${p.name}-护肤-${String(n++).padStart(4, '0')}`
  const sent = (p, event, more) => note({ person: p.name, event, at: Date.now(), ...more })
  const one = {
    view(p) {
      const it = item(p)
      sent(p, 'item_view', { item: it })
      return client.view(p, it)
    },
    cart(p) {
      const it = item(p)
      sent(p, 'add_cart', { item: it })
      return client.cart(p, it)
    },
    buy(p) {
      const it = item(p)
      const order = `订单-${it}`
      const yuan = 100 + n / 100
      sent(p, 'purchase', { item: it, order, amount: yuan })
      return client.buy(p, order, it, yuan)
    },
    // What has no item is counted by name.
    async identify(p) {
      note({ person: p.name, others: await client.identify(p) })
      p.known = true
    },
    alias: async (p) => note({ person: p.name, others: await client.alias(p) }),
    rest: async (p) => note({ person: p.name, others: await client.rest(p) }),
  }
  const persons = client.persons ?? PERSONS
  const list = Array.from({ length: persons }, (_, i) => ({
    name: `${name}${i}`,
    n: i,
    anonymous: `${name}-匿名-${i}`,
    user: `${name}-会员-${i}`,
    other: `${name}-旧号-${i}`,
    phone: phone(name, i),
    known: false,
  }))
  return { one, list }
}

const each = async (list, act) => {
  for (const p of list) await act(p)
  await sleep(PACE)
}

// Two buy in the first half, one in the second, two never do. In between the server may be killed: `go` is
// a file that appears when it will not be any more.
export async function tell(client, name, go) {
  const { one, list } = story(client, name)
  const rounds = client.rounds ?? ROUNDS
  await each(list, one.view)
  await each(list, one.view)
  await each(list, one.identify)
  await each(list, one.cart)
  await each(list.slice(0, 2), one.buy)
  await each(list.slice(0, 1), one.alias)
  if (client.lossy) await client.settle()
  note({ mark: 'half' })
  if (client.lossy) await until('the word to go on', () => existsSync(go))
  for (let round = 1; round <= rounds || !existsSync(go); round++) {
    await each(round <= rounds ? list : list.slice(0, 1), one.view)
    note({ mark: 'round', n: round })
  }
  await each(list.slice(2, 3), one.buy)
  await each(list.slice(0, 1), one.rest)
  await client.close()
  for (const p of list) {
    const identities = await client.identities(p)
    note({ person: p.name, identities, stage: p.n < 3 ? 'purchase' : 'interest' })
  }
  note({ mark: 'done', ...client.figures })
}
