// node check.mjs URL KEY FILE...: asks a served brand by its API whether all that the notes in the files
// speak of is there, once. Prints a line a finding: "ok SENTENCE" or "not ok SENTENCE", with "# why" before it.
import { readFileSync } from 'node:fs'
import { until } from './lib.mjs'

const [url, key, ...files] = process.argv.slice(2)

async function ask(path, query, body) {
  const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query)}`, {
    method: body ? 'POST' : 'GET',
    headers: { Authorization: `Bearer ${key}`, ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path} ${new URLSearchParams(query)}: ${answer.status} ${text.slice(0, 300)}`)
  return JSON.parse(text)
}

function finding(sentence, wrong) {
  if (wrong.length) console.log(wrong.slice(0, 8).map((w) => `# ${w}\n`).join('') + `not ok ${sentence}`)
  else console.log(`ok ${sentence}`)
}

// {clients: {name: {persons: {name: {identities, stage, events}}}}}
function read(file) {
  const persons = new Map()
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const n = JSON.parse(line)
    if (!n.person) continue
    if (!persons.has(n.person)) persons.set(n.person, { name: n.person, events: [], others: [] })
    const p = persons.get(n.person)
    if (n.event) p.events.push(n)
    p.others.push(...(n.others ?? []))
    if (n.identities) Object.assign(p, { identities: n.identities, stage: n.stage })
  }
  return [...persons.values()]
}

const clientOf = (p) => p.name.replace(/\d+$/, '')
const show = (identity) => ask('consumer', { identity, events: 2000 })
// The sent ones among a timeline, oldest first: they have an item of their own each.
const ours = (page) => page.timeline.filter((e) => e.item).reverse()
const counts = (list) => list.reduce((m, x) => m.set(x, (m.get(x) ?? 0) + 1), new Map())

const others = (page) => page.timeline.filter((e) => !e.item)
// What arrived may not be visible yet; what is missing then is missing.
async function settled(persons) {
  for (const p of persons) {
    const most = Date.now() + 15000
    do {
      p.page = await show(p.identities.find((i) => i.startsWith('user_id:')))
    } while (p.page.events < p.events.length + p.others.length && Date.now() < most)
  }
}

function once(p) {
  const got = counts(ours(p.page).map((e) => e.item))
  const wrong = []
  for (const e of p.events) {
    const n = got.get(e.item) ?? 0
    if (n !== 1) wrong.push(`${e.event} of ${e.item} arrived ${n} times`)
    got.delete(e.item)
  }
  for (const [item, n] of got) wrong.push(`${item} arrived ${n} times and was never sent`)
  return wrong
}

// Logins, aliases, page views and the like, by their names.
function counted(p) {
  const got = counts(others(p.page).map((e) => e.event))
  const want = counts(p.others)
  return [...new Set([...got.keys(), ...want.keys()])]
    .filter((e) => got.get(e) !== want.get(e))
    .map((e) => `${p.name}: ${got.get(e) ?? 0} ${e} instead of ${want.get(e) ?? 0}`)
}

function asSent(p) {
  const wrong = []
  ours(p.page).forEach((got, i) => {
    const e = p.events[i]
    if (!e || got.item !== e.item) wrong.push(`place ${i}: ${got.item} instead of ${e?.item}`)
    else if (got.event !== e.event) wrong.push(`${e.item} is ${got.event} instead of ${e.event}`)
    else if (e.order && got.order !== e.order) wrong.push(`order ${got.order} instead of ${e.order}`)
    else if (Math.abs(Date.parse(got.time) - e.at) > 10000) wrong.push(`${e.item} at ${got.time}`)
    else if (e.amount && Math.abs(got.amount - e.amount) > 0.001) wrong.push(`${got.amount} yuan, not ${e.amount}`)
  })
  return wrong.slice(0, 3)
}

async function oneConsumer(p) {
  const wrong = []
  for (const identity of p.identities) {
    const page = await show(identity).catch((e) => ({ consumer: e.message }))
    if (page.consumer !== p.page.consumer) wrong.push(`${identity}: ${page.consumer}, not ${p.page.consumer}`)
  }
  return wrong
}

const inStage = (p) => (p.page.stage === p.stage ? [] : [`${p.name} is in ${p.page.stage}, not ${p.stage}`])

// Properties are no part of a timeline: a question finds those who have all of them.
async function properties(p) {
  const views = p.events.filter((e) => e.event === 'item_view').length
  const who =
    `identity "${p.identities.find((i) => i.startsWith('user_id:'))}"` +
    ` and did item_view(category = "护肤", prop "color" = "玫瑰红") >= ${views}`
  const { count } = await ask('who/count', {}, { question: who })
  return count === 1 ? [] : [`${count} for whom ${who}`]
}

const all = files.flatMap(read)
await settled(all)
for (const [client, persons] of group(all)) {
  const n = persons.reduce((sum, p) => sum + p.events.length, 0)
  finding(`${client}: each of ${n} events of ${persons.length} arrived once`, persons.flatMap(once))
  const m = persons.reduce((sum, p) => sum + p.others.length, 0)
  finding(`${client}: each of ${m} logins, aliases, page views … too`, persons.flatMap(counted))
  finding(`${client}: in order, at their times, with orders and amounts as sent`, persons.flatMap(asSent))
  finding(`${client}: all identities of a person are one consumer`, (await Promise.all(persons.map(oneConsumer))).flat())
  finding(`${client}: who bought is in purchase, who did not in interest`, persons.flatMap(inStage))
  finding(`${client}: Chinese properties are as sent`, (await Promise.all(persons.map(properties))).flat())
}

function group(list) {
  const m = new Map()
  for (const p of list) m.set(clientOf(p), [...(m.get(clientOf(p)) ?? []), p])
  return m
}

// Nothing but what was sent: the brand's own count of each name.
const { known: consumers } = await ask('report/assets', {})
const strangers = consumers === all.length ? [] : [`there are ${consumers}`]
finding(`there are no consumers but these ${all.length} persons`, strangers)
const sent = counts(all.flatMap((p) => p.events.map((e) => e.event)))
const known = (await ask('events', {})).events
finding(
  `the brand counts ${[...sent].map(([e, n]) => `${n} ${e}`).join(', ')}`,
  [...sent].flatMap(([e, n]) => {
    const got = known.find((k) => k.event === e)?.events
    return got === n ? [] : [`${e}: ${got} instead of ${n}`]
  }),
)
