/** What the checks of a caller cost, beside all else: prints `Checks` for checks.ts. */
import { createHmac, hash } from 'node:crypto'
import { pino } from 'pino'
import type { SignedRequest } from '../src/auth/canonical-request.ts'
import { parseAuthorization } from '../src/auth/credential.ts'
import { verifySignature } from '../src/auth/signature.ts'
import { checkToken } from '../src/auth/token.ts'
import { createConfig } from '../src/config.ts'
import { createContext } from '../src/context.ts'
import { tables } from '../src/tables.ts'
import type { Checks } from './checks.ts'
import { median } from './numbers.ts'

const secret = 'bench-secret'
const date = '20260102T030405Z'
const now = Date.UTC(2026, 0, 2, 3, 4, 5)
const project = '0123456789abcdef0123456789abcdef'
const path = `/v2/${project}/apigw/instances/inst-1/apps`
const names = 'content-type;host;user-agent;x-project-id;x-sdk-date'

/** A request of the Python SDK's shape, and its Authorization header. */
function signedRequest(size: number): [SignedRequest, string] {
  const values = ['application/json', '127.0.0.1:8080', 'bench/1.0', project, date]
  const headers = names.split(';').map((name, i) => [name, values[i] ?? ''] as const)
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('')
  const body = Buffer.alloc(size, 'x')
  const query = 'limit=20&offset=0'
  const canonical = `POST\n${path}/\n${query}\n${lines}\n${names}\n${hash('sha256', body)}`
  const toSign = `SDK-HMAC-SHA256\n${date}\n${hash('sha256', canonical)}`
  const signature = createHmac('sha256', secret).update(toSign).digest('hex')
  const authorization = `SDK-HMAC-SHA256 Access=AK, SignedHeaders=${names}, Signature=${signature}`
  const rawHeaders = [...headers, ['Authorization', authorization], ['Accept', '*/*']].flat()
  return [{ method: 'POST', url: `${path}?offset=0&limit=20`, rawHeaders, body }, authorization]
}

/** Of a verified signature over a body of so many bytes. */
function measureSignature(size: number): number {
  const [request, authorization] = signedRequest(size)
  return microsecondsPerCall(5000, () => {
    const credential = parseAuthorization(authorization)
    const isRead = typeof credential !== 'string'
    if (!isRead || !verifySignature(request, credential, secret, now).ok) {
      throw new Error('The signature of the benchmark does not verify')
    }
  })
}

/** Of a token that is known. */
function measureToken(): number {
  const ctx = createContext(createConfig(), pino({ level: 'silent' }), tables)
  return microsecondsPerCall(100_000, () => {
    if (checkToken(ctx, 'mock-token') === undefined) throw new Error('The token is unknown')
  })
}

/** The median of seven rounds, after one that warms up. */
function microsecondsPerCall(calls: number, call: () => void): number {
  const rounds = Array.from({ length: 8 }, () => {
    const start = process.cpuUsage()
    for (let i = 0; i < calls; i++) call()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / calls
  })
  return median(rounds.slice(1))
}

const checks: Checks = { signature: measureSignature(1024), token: measureToken() }
console.log(JSON.stringify(checks))
