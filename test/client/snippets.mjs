// node snippets.mjs DOC URL WRITE_KEY READ_KEY DIR: runs the examples of DOC as they stand there (those that
// import an SDK; address and key are put in) and asks whether what they send has arrived. Prints as check.mjs.
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { modules } from './lib.mjs'

const [doc, url, write, read, dir] = process.argv.slice(2)

async function consumer(identity) {
  const query = new URLSearchParams({ identity, events: 0 })
  const answer = await fetch(`${url}/api/v1/consumer?${query}`, { headers: { Authorization: `Bearer ${read}` } })
  return answer.ok ? answer.json() : { events: 0 }
}

mkdirSync(dir, { recursive: true })
symlinkSync(`${modules}/node_modules`, `${dir}/node_modules`)
const blocks = [...readFileSync(doc, 'utf8').matchAll(/^```js\n([^]*?)^```/gm)].map((m) => m[1])
const runs = blocks.filter((b) => /^import .* from /m.test(b))
for (const block of runs) {
  const name = block.match(/ from '(.*)'/)[1]
  const file = `${dir}/${name.replace(/\W+/g, '-')}.mjs`
  writeFileSync(file, block.replaceAll('https://pond.example.com', url).replaceAll('pk_w_…', write))
  const before = await consumer('user_id:u1')
  let why = ''
  await promisify(execFile)(process.execPath, [file], { timeout: 30000 }).catch((e) => (why = String(e.stderr || e)))
  const after = await consumer('user_id:u1')
  const other = await consumer('anonymous_id:a1')
  if (!why && after.events - before.events < 2) why = `${after.events - before.events} events of u1 arrived`
  if (!why && other.consumer !== after.consumer) why = 'a1 and u1 are two consumers'
  if (why) console.log(why.trim().replace(/^/gm, '# '))
  console.log(`${why ? 'not ok' : 'ok'} the lines of ${doc.replace(/.*\//, '')} for ${name} do what they say`)
}
if (runs.length < 5) console.log(`not ok ${doc} has ${runs.length} examples, not 5`)
