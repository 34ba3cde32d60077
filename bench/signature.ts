/**
 * What one verified signature costs: `node --import tsx bench/signature.ts` prints microseconds of
 * CPU per call, for bodies of 0 B, 1 KB and 64 KB.
 */
import { createHmac, hash } from 'node:crypto'
import { parseAuthorization, type SignedRequest, verifySignature } from '../src/auth/signature.ts'

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

function microsecondsPerCall(size: number, calls: number): number {
  const [request, authorization] = signedRequest(size)
  const start = process.cpuUsage()
  for (let i = 0; i < calls; i++) {
    const credential = parseAuthorization(authorization)
    if (!credential || !verifySignature(request, credential, secret, now).ok) {
      throw new Error('The signature of the benchmark does not verify')
    }
  }
  const { user, system } = process.cpuUsage(start)
  return (user + system) / calls
}

microsecondsPerCall(1024, 5_000)
for (const [label, size, calls] of [
  ['0 B', 0, 20_000],
  ['1 KB', 1024, 20_000],
  ['64 KB', 65_536, 2_000],
] as const) {
  console.log(`${label.padStart(5)} body: ${microsecondsPerCall(size, calls).toFixed(1)} µs of CPU`)
}
