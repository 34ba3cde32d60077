/**
 * Proves the Dockerfile where there is no Docker engine: carries out its steps in a clean folder
 * per stage, then starts the image's command as a user without rights and asks its health check.
 * What the base images bring, Node and npm, is this machine's.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

const root = mkdtempSync(join(tmpdir(), 'apig-mock-image-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))
chmodSync(root, 0o755)

/** What Docker would be sent: the files of the repository that .dockerignore lets through. */
const context = join(root, 'context')
const allowed = readFileSync('.dockerignore', 'utf8').match(/(?<=^!).+$/gm)
const tracked = execFileSync('git', ['ls-files', '--', ...allowed], { encoding: 'utf8' })
for (const file of tracked.trim().split('\n')) cpSync(file, join(context, file))

const stages = new Map()
let stage

/** The folder that a path inside the current stage stands for. */
const inside = (path) => join(stage.root, resolve(stage.workdir, path))

const carryOut = {
  FROM(text) {
    const [, name = 'image'] = / AS (\w+)$/.exec(text) ?? []
    stage = { root: join(root, name), workdir: '/', env: {}, user: 'root' }
    stages.set(name, stage)
  },
  WORKDIR(path) {
    stage.workdir = resolve(stage.workdir, path)
    mkdirSync(inside('.'), { recursive: true })
  },
  COPY(text) {
    const [, from, paths] = /^(?:--from=(\S+)\s+)?(.*)$/.exec(text)
    const source = from === undefined ? context : stages.get(from).root
    const given = paths.split(/\s+/)
    const to = given.pop()
    for (const path of given) {
      const target = to.endsWith('/') ? join(inside(to), basename(path)) : inside(to)
      cpSync(join(source, path), target, { recursive: true })
    }
  },
  RUN(command) {
    const env = { ...process.env, ...stage.env }
    execFileSync('sh', ['-c', command], { cwd: inside('.'), env, stdio: 'inherit' })
  },
  ENV(text) {
    for (const pair of text.split(/\s+/)) {
      const [name, value] = pair.split('=')
      stage.env[name] = value
    }
  },
  USER(name) {
    stage.user = name
  },
  EXPOSE(port) {
    stage.exposed = port
  },
  HEALTHCHECK(text) {
    stage.health = JSON.parse(text.slice(text.indexOf('[')))
  },
  ENTRYPOINT(text) {
    stage.entry = JSON.parse(text)
  },
}

const lines = readFileSync('Dockerfile', 'utf8').replace(/\\\n\s*/g, '')
for (const [, instruction, text] of lines.matchAll(/^([A-Z]+)\s+(.+)$/gm)) {
  console.log(`${instruction} ${text}`)
  carryOut[instruction](text)
}

assert.notEqual(stage.user, 'root')
assert.equal(stage.exposed, stage.env.PORT)
assert.deepEqual(readdirSync(inside('.')).sort(), ['LICENSE', 'dist', 'package.json'])

const options = {
  cwd: inside('.'),
  env: { ...stage.env, PATH: process.env.PATH, PORT: String(await freePort()) },
  stdio: 'inherit',
  // Some user without rights, which only root may choose.
  ...(process.getuid() === 0 && { uid: 65534, gid: 65534 }),
}
assert.equal(await exitOf(stage.health), 1, 'unhealthy while nothing runs')
const server = spawn(stage.entry[0], stage.entry.slice(1), options)
const ended = once(server, 'exit')
while ((await exitOf(stage.health)) !== 0) assert.equal(server.exitCode, null)
server.kill('SIGTERM')
assert.equal((await ended)[0], 0)
console.log('every step of the Dockerfile works, and the server of the image is healthy')

/** How a command of the image ends. */
async function exitOf([program, ...args]) {
  const [code] = await once(spawn(program, args, options), 'exit')
  return code
}

async function freePort() {
  const listener = createServer().listen(0)
  await once(listener, 'listening')
  const { port } = listener.address()
  listener.close()
  await once(listener, 'close')
  return port
}
