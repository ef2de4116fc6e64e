// The built files before a server that has none built in: the same addresses and the same policy as the binary's.
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { extname, join, normalize } from 'node:path'

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.json': 'application/json' }
export const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const SERVER = /^\/(api|v1|sa|batch|hooks|docs|openapi\.json|healthz|readyz|metrics)(\/|$|\?|\.)/

export function front(files, server) {
  const target = new URL(server)
  const http = createServer((q, a) => {
    if (SERVER.test(q.url)) {
      const on = request({ host: target.hostname, port: target.port, path: q.url, method: q.method, headers: q.headers }, (r) => {
        a.writeHead(r.statusCode, r.headers)
        r.pipe(a)
      })
      on.on('error', () => a.destroy())
      a.on('close', () => on.destroy())
      q.pipe(on)
      return
    }
    const path = normalize(new URL(q.url, server).pathname)
    const file = join(files, path)
    const found = existsSync(file) && statSync(file).isFile() ? file : join(files, 'index.html')
    a.writeHead(200, { 'Content-Type': TYPES[extname(found)] ?? 'application/octet-stream', 'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' })
    createReadStream(found).pipe(a)
  })
  return new Promise((resolve) => {
    http.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${http.address().port}`, stop: () => http.closeAllConnections() ?? http.close() }))
  })
}
