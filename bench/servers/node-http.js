/**
 * The floor: node:http that parses the body and answers constants, written anew for every answer or
 * (`--ready`) once and for all. `node node-http.js [--ready] <port>`
 */
import { createServer } from 'node:http'
import { app, list } from './answers.js'

const isReady = process.argv.includes('--ready')
const writeApp = writer(app)
const writeList = writer(list)

function writer(value) {
  const text = JSON.stringify(value)
  return isReady ? () => text : () => JSON.stringify(value)
}

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method === 'POST') {
      JSON.parse(Buffer.concat(chunks).toString())
      answer(response, 201, writeApp())
    } else {
      answer(response, 200, request.url?.includes('?') ? writeList() : writeApp())
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

server.listen(Number(process.argv.at(-1)), '127.0.0.1')
