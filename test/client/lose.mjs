// node lose.mjs URL: a way to URL on which every third answer to a collector is lost: it was given, and its
// client sees a broken connection. Prints its own address, and at its end how many it has lost.
import http from 'node:http'

const to = new URL(process.argv[2])
const agent = new http.Agent({ keepAlive: true })
let answers = 0
let lost = 0

const server = http.createServer((request, response) => {
  const onwards = http.request(
    { host: to.hostname, port: to.port, method: request.method, path: request.url, headers: request.headers, agent },
    (answer) => {
      if (++answers % 3 === 0) {
        lost++
        answer.resume()
        request.socket.destroy()
        return
      }
      response.writeHead(answer.statusCode, answer.headers)
      answer.pipe(response)
    },
  )
  onwards.on('error', () => request.socket.destroy())
  request.pipe(onwards)
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
process.on('SIGTERM', () => {
  console.log(lost)
  process.exit(0)
})
