/**
 * What keeping the state costs: `node --import tsx bench/state.ts` prints milliseconds to save and
 * restore a snapshot of 100,000 apps, and creates per second with and without `--data` (of the
 * built server: `npm run build` before).
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch } from '../test/process.ts'

const APPS = 100_000
const SECONDS = 4
const command = [process.execPath, 'dist/cli.js']
const folder = mkdtempSync(join(tmpdir(), 'apig-mock-bench-'))
const quiet = ['--port', '0', '--log-level', 'silent', '--journal-size', '0']

const agent = new Agent({ keepAlive: true, maxSockets: 256 })

function call(url: string, method: string, path: string, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'X-Auth-Token': 'any', 'Content-Length': Buffer.byteLength(body ?? '') }
    const sent = request(url + path, { method, headers, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () =>
        (response.statusCode ?? 500) < 400 ? resolve(text) : reject(new Error(text)),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

let count = 0
const create = (url: string) =>
  call(url, 'POST', '/v2/p1/apigw/instances/gw1/apps', `{"name":"app_${count++}"}`)

async function timed(what: () => Promise<unknown>): Promise<string> {
  const began = performance.now()
  await what()
  return `${(performance.now() - began).toFixed(1)} ms`
}

async function snapshots(args: string[]): Promise<void> {
  const server = await launch([...quiet, ...args], {}, command)
  const { url } = server
  const apps = Array.from({ length: APPS }, (_, i) => ({ name: `seeded_${i}` }))
  const seed = JSON.stringify({ instances: [{ id: 'gw1', apps }] })
  console.log('  replace the state:', await timed(() => call(url, 'PUT', '/_mock/state', seed)))
  for (let i = 0; i < 4; i++) {
    console.log(
      '  save:',
      await timed(() => call(url, 'POST', '/_mock/snapshots/base')),
      'first create after it:',
      await timed(() => create(url)),
      'second:',
      await timed(() => create(url)),
      'restore:',
      await timed(() => call(url, 'POST', '/_mock/snapshots/base/restore')),
    )
  }
  await server.stop()
}

async function perSecond(args: string[], connections: number): Promise<string> {
  const server = await launch([...quiet, ...args], {}, command)
  const until = (seconds: number) => {
    const end = performance.now() + seconds * 1000
    return Promise.all(
      Array.from({ length: connections }, async () => {
        while (performance.now() < end) await create(server.url)
      }),
    )
  }
  await until(1)
  const before = count
  await until(SECONDS)
  const rate = Math.round((count - before) / SECONDS)
  await server.stop()
  return `${rate}/s`
}

console.log(`${APPS} apps in memory`)
await snapshots([])
console.log(`${APPS} apps with --data`)
const file = join(folder, 'data')
await snapshots(['--data', file])
console.log(`  file: ${(statSync(file).size / 1e6).toFixed(1)} MB`)
const start = () => launch([...quiet, '--data', file], {}, command)
console.log('  start with it:', await timed(async () => void (await (await start()).stop())))

for (const connections of [1, 16, 64]) {
  console.log(
    `creates over ${connections} connections:`,
    'in memory',
    await perSecond([], connections),
    'with --data',
    await perSecond(['--data', join(folder, `data${connections}`)], connections),
  )
}
rmSync(folder, { recursive: true })
agent.destroy()
