/** The floor: node:http that parses the body and answers constants. `node node-http.js <port>` */
import { createServer } from 'node:http'
import { app, list } from './answers.js'

const appJson = JSON.stringify(app)
const listJson = JSON.stringify(list)

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method === 'POST') {
      JSON.parse(Buffer.concat(chunks).toString())
      answer(response, 201, appJson)
    } else {
      answer(response, 200, request.url?.includes('?') ? listJson : appJson)
    }
  })
})

function answer(response, status, json) {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
  })
  response.end(json)
}

server.listen(Number(process.argv[2]), '127.0.0.1')
