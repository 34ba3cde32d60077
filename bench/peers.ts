/** Other servers that fake an HTTP API, each with a create and a list of 20 like ours. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { type Connection, run } from './client.ts'
import { appsOf, ownPaths, requestOf } from './kinds.ts'
import { write } from './requests.ts'
import { app, list } from './servers/answers.js'
import { type Contender, connectSoon, spawnServer, stop } from './servers.ts'

const FOLDER = '.cache/peers'
/** Milliseconds for one installation. */
const PATIENCE = 300_000
/** The share of what keeps state, and slows down with every app. */
const GROWING = 0.1

/** A contender, and how it is installed into its folder. */
interface Peer extends Required<Omit<Contender, 'program'>> {
  program?: string
  install: [command: string, ...args: string[]]
  /** A file that is there once it is installed, in this version. */
  installed: string
}

/** A peer that is not measured. */
export interface Missing {
  name: string
  reason: string
}

const apps = appsOf('gateway-1')

export async function installPeers(): Promise<{ peers: Contender[]; missing: Missing[] }> {
  const peers: Contender[] = []
  const missing: Missing[] = []
  for (const peer of [jsonServer(), prism(), mockoon(), wireMock()]) {
    const reason = await faultOf(peer)
    if (reason === undefined) peers.push(peer)
    else missing.push({ name: peer.name, reason })
  }
  return { peers, missing }
}

/** Installs a peer unless it is there, and asks it once for all that will be measured. */
async function faultOf(peer: Peer): Promise<string | undefined> {
  try {
    await install(peer)
  } catch (error) {
    return `not installed: ${whyOf(error)}`
  }
  try {
    await tryOut(peer)
  } catch (error) {
    return `does not run here: ${whyOf(error)}`
  }
  return undefined
}

/** Its first line, which says what; the others say where the logs are. */
function whyOf(error: unknown): string {
  const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string }
  const text = stderr?.trim() || stdout?.trim() || message
  return text.split('\n', 1)[0] ?? ''
}

async function install({ name, install: [command, ...args], installed }: Peer): Promise<void> {
  if (existsSync(installed)) return
  console.log(`Installing ${name}`)
  await promisify(execFile)(command, args, { timeout: PATIENCE })
}

async function tryOut(peer: Peer): Promise<void> {
  const { process: child, port } = await spawnServer(peer)
  const exited = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`it ended with code ${code}`)))
  })
  const connections = connectSoon(port)
  await Promise.race([connections.then((open) => askAll(peer, open)), exited]).finally(() =>
    stop(child),
  )
}

async function askAll({ paths }: Peer, connections: Connection[]): Promise<void> {
  for (const kind of ['create', 'list'] as const) {
    const request = requestOf(kind, '', paths)
    const texts = [write(request, 1)]
    await run(connections, () => texts.pop(), request.status)
  }
  for (const { socket } of connections) socket.removeAllListeners('close').destroy()
}

/** A package of npm's, which is a command. */
function fromNpm(
  name: string,
  version: string,
): Pick<Peer, 'name' | 'install' | 'installed'> & { folder: string } {
  const folder = `${FOLDER}/${name.replace(/.*\//, '')}-${version}`
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  return {
    name: `${name} ${version}`,
    folder,
    install: ['npm', 'install', '--prefix', folder, ...flags, `${name}@${version}`],
    installed: `${folder}/node_modules/${name}/package.json`,
  }
}

/** Keeps state: writes it to its file at every create. */
function jsonServer(): Peer {
  const { folder, ...installation } = fromNpm('json-server', '0.17.4')
  const file = `${folder}/db.json`
  return {
    ...installation,
    args: [
      `${folder}/node_modules/.bin/json-server`,
      file,
      '--quiet',
      '--host=127.0.0.1',
      '--port',
    ],
    prepare: () => writeJson(file, { apps: [] }),
    paths: { create: '/apps', list: '/apps?_limit=20' },
    share: GROWING,
  }
}

/** Validates, answers the examples of its document. */
function prism(): Peer {
  const { folder, ...installation } = fromNpm('@stoplight/prism-cli', '5.16.0')
  const file = `${folder}/openapi.json`
  const answer = (example: object) => ({
    description: '',
    content: { 'application/json': { schema: { type: 'object' }, example } },
  })
  const name = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]{2,63}$' }
  const body = { type: 'object', required: ['name'], properties: { name } }
  const document = {
    openapi: '3.0.3',
    info: { title: 'apps', version: '1' },
    paths: {
      [apps]: {
        post: {
          requestBody: { content: { 'application/json': { schema: body } } },
          responses: { 201: answer(app) },
        },
        get: {
          parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }],
          responses: { 200: answer(list) },
        },
      },
    },
  }
  return {
    ...installation,
    args: [`${folder}/node_modules/.bin/prism`, 'mock', file, '--verboseLevel=silent', '--port'],
    prepare: () => writeJson(file, document),
    paths: ownPaths,
    share: 0.2,
  }
}

/** Keeps state: a bucket of data with Mockoon's own create and list. */
function mockoon(): Peer {
  const { folder, ...installation } = fromNpm('@mockoon/cli', '9.9.0')
  const file = `${folder}/environment.json`
  const response = {
    uuid: '3d4b6a1e-0000-4000-8000-000000000001',
    body: '',
    latency: 0,
    statusCode: 200,
    label: '',
    headers: [],
    bodyType: 'DATABUCKET',
    filePath: '',
    databucketID: 'apps',
    sendFileAsBody: false,
    rules: [],
    rulesOperator: 'OR',
    disableTemplating: false,
    fallbackTo404: false,
    default: true,
    crudKey: 'id',
    callbacks: [],
  }
  const route = {
    uuid: '3d4b6a1e-0000-4000-8000-000000000002',
    type: 'crud',
    documentation: '',
    method: '',
    endpoint: apps.slice(1),
    responses: [response],
    responseMode: null,
    streamingMode: null,
    streamingInterval: 0,
  }
  const environment = {
    uuid: '3d4b6a1e-0000-4000-8000-000000000003',
    lastMigration: 33,
    name: 'apps',
    endpointPrefix: '',
    latency: 0,
    port: 3000,
    hostname: '127.0.0.1',
    folders: [],
    routes: [route],
    rootChildren: [{ type: 'route', uuid: route.uuid }],
    proxyMode: false,
    proxyHost: '',
    proxyRemovePrefix: false,
    tlsOptions: { enabled: false },
    cors: false,
    headers: [],
    proxyReqHeaders: [],
    proxyResHeaders: [],
    data: [
      {
        uuid: '3d4b6a1e-0000-4000-8000-000000000004',
        id: 'apps',
        name: 'apps',
        documentation: '',
        value: '[]',
      },
    ],
    callbacks: [],
  }
  const command = `${folder}/node_modules/.bin/mockoon-cli`
  return {
    ...installation,
    args: [command, 'start', '--data', file, '--disable-log-to-file', '--port'],
    prepare: () => writeJson(file, environment),
    paths: { create: apps, list: `${apps}?page=1&limit=20` },
    share: GROWING,
  }
}

/** Answers constants to requests that match; without its journal, which has no bound. */
function wireMock(): Peer {
  const version = '3.13.2'
  const folder = `${FOLDER}/wiremock-${version}`
  const jar = `${folder}/wiremock-standalone-${version}.jar`
  const artifact = `org.wiremock:wiremock-standalone:${version}`
  const mapping = (method: string, status: number, jsonBody: object, more: object = {}) => ({
    request: { method, urlPath: apps, headers: { 'X-Auth-Token': { matches: '.+' } }, ...more },
    response: { status, jsonBody, headers: { 'Content-Type': 'application/json' } },
  })
  const mappings = [
    mapping('POST', 201, app, { bodyPatterns: [{ matchesJsonPath: '$.name' }] }),
    mapping('GET', 200, list),
  ]
  return {
    name: `WireMock ${version}`,
    program: 'java',
    install: [
      'mvn',
      '-q',
      '-B',
      'dependency:copy',
      `-Dartifact=${artifact}`,
      `-DoutputDirectory=${folder}`,
    ],
    installed: jar,
    args: [
      '-jar',
      jar,
      '--root-dir',
      folder,
      '--bind-address',
      '127.0.0.1',
      '--no-request-journal',
      '--disable-banner',
      '--port',
    ],
    prepare: () => writeJson(`${folder}/mappings/apps.json`, { mappings }),
    paths: ownPaths,
    share: 1,
  }
}

function writeJson(file: string, content: object): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(content))
}
