// node record.mjs [PORT [STATUS]]: answers any SDK and prints what it sent, a JSON line a request, bodies
// unpacked and decoded. For looking at a protocol; STATUS is answered instead of 200.
import http from 'node:http'
import zlib from 'node:zlib'

const answers = [
  [/^\/batch\/?$/, '{"status":1}'],
  [/^\/sync/, '{"code":0}'],
  [/^\/v1\//, '{"success":true}'],
]

const json = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
const base64 = (text, gzip) => {
  const bytes = Buffer.from(text, 'base64')
  return json(String(gzip ? zlib.gunzipSync(bytes) : bytes))
}
// The fields of a form or a query, those of Sensors decoded.
function form(text) {
  const fields = Object.fromEntries(new URLSearchParams(text))
  for (const name of ['data', 'data_list']) {
    if (fields[name]) fields[name] = base64(fields[name], fields.gzip === '1')
  }
  return fields
}

const server = http.createServer((request, response) => {
  const parts = []
  request.on('data', (b) => parts.push(b))
  request.on('end', () => {
    let bytes = Buffer.concat(parts)
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = zlib.gunzipSync(bytes)
    const text = String(bytes)
    const [path, query] = request.url.split('?')
    const { method, headers } = request
    const body = /^data(_list)?=/.test(text) ? form(text) : json(text)
    console.log(JSON.stringify({ method, path, query: form(query ?? ''), headers, body }))
    const answer = answers.find(([of]) => of.test(path))?.[1] ?? ''
    response.writeHead(Number(process.argv[3] ?? 200), {
      'Content-Type': answer ? 'application/json' : 'text/plain',
      'Access-Control-Allow-Origin': headers.origin ?? '*',
      'Access-Control-Allow-Headers': 'content-type',
    })
    response.end(answer)
  })
})
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () =>
  console.error(`http://127.0.0.1:${server.address().port}`),
)
