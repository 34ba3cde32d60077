import { hash } from 'node:crypto'
import { type CanonicalParts, type SignedRequest, splitUrl } from './canonical-request.ts'

/** Bodies above this are not parsed for a guess. */
const maxParsedBody = 65_536

/**
 * One sentence about a signature that does not match: the first usual mistake under which it would
 * have, tried one at a time (at most 50), or that the secret is wrong when none explains it.
 *
 * It only ever reports whether the signature the caller sent fits, so it is no way to have
 * something signed.
 */
export function diagnose(
  request: SignedRequest,
  parts: CanonicalParts,
  bodyHash: string,
  matches: (parts: CanonicalParts) => boolean,
): string {
  for (const [hint, change] of mistakes(request, parts, bodyHash)) {
    if (matches({ ...parts, ...change })) return hint
  }
  return WRONG_SECRET
}

/** The most frequent mistake by far. `env` prints the secret that is right: a reason never does. */
const WRONG_SECRET =
  'The secret key is wrong: compare it with what `apig-mock env --client sdk-python` prints, or with ' +
  'the seed. If it is the same, compare this canonicalRequest with the one that the client signed.'

type Mistake = readonly [hint: string, change: Partial<CanonicalParts>]

function* mistakes(
  request: SignedRequest,
  parts: CanonicalParts,
  bodyHash: string,
): Generator<Mistake> {
  yield* bodyMistakes(request.body, parts, bodyHash)
  yield* headerMistakes(request, parts)
  yield* urlMistakes(request.url, parts)
}

function* bodyMistakes(
  body: Uint8Array,
  { payload }: CanonicalParts,
  bodyHash: string,
): Generator<Mistake> {
  if (payload !== bodyHash) {
    yield ['The body was hashed although X-Sdk-Content-Sha256 was sent.', { payload: bodyHash }]
  } else {
    const unsigned = 'UNSIGNED-PAYLOAD was signed, but X-Sdk-Content-Sha256 did not arrive.'
    yield [unsigned, { payload: 'UNSIGNED-PAYLOAD' }]
  }
  if (body.length === 0) {
    yield ['The client hashed the body {}, but none arrived.', { payload: hash('sha256', '{}') }]
    return
  }
  yield ['The client hashed an empty body, but one arrived.', { payload: hash('sha256', '') }]
  if (body.at(-1) === 0x0a) {
    const payload = hash('sha256', body.subarray(0, -1))
    yield ['The client hashed the body without its trailing newline.', { payload }]
  } else {
    const payload = hash('sha256', Buffer.concat([body, Buffer.from('\n')]))
    yield ['The client hashed a trailing newline, which did not arrive.', { payload }]
  }
  const compact = body.length <= maxParsedBody ? compactJson(body) : undefined
  if (compact !== undefined) {
    const payload = hash('sha256', compact)
    yield ['The client hashed compact JSON, but the body was written with spaces.', { payload }]
  }
}

function compactJson(body: Uint8Array): string | undefined {
  try {
    return JSON.stringify(JSON.parse(Buffer.from(body).toString()))
  } catch {
    return undefined
  }
}

function* headerMistakes(
  { rawHeaders, port }: SignedRequest,
  parts: CanonicalParts,
): Generator<Mistake> {
  const signed = new Map(parts.headers)
  const changed = (name: string, value: string) => {
    return { headers: [...signed].map(([n, v]) => [n, n === name ? value : v] as const) }
  }
  const host = signed.get('host')
  if (host !== undefined) {
    for (const other of otherHosts(host, rawHeaders, port)) {
      yield [`The client signed host ${other}, but host ${host} arrived.`, changed('host', other)]
    }
  }
  const type = signed.get('content-type')
  if (type !== undefined) {
    const json = ['application/json', 'application/json;charset=utf-8']
    for (const other of [
      ...json,
      'application/json; charset=utf-8',
      'application/json;charset=UTF-8',
    ]) {
      const hint = `The client signed content-type ${other}, but ${type || 'none'} arrived.`
      yield [hint, changed('content-type', other)]
    }
  }
}

/** Ports that servers and the proxies before them usually have. */
const PORTS = [80, 443, 8080, 8443, 8000, 8081, 8888, 3000, 5000, 9000, 9090, 4566, 10_443]

/** What a proxy, a default port or a port mapping makes of a host. */
function otherHosts(
  host: string,
  rawHeaders: readonly string[],
  port: number | undefined,
): Set<string> {
  const [, name = host, ownPort] = /^(.*):(\d{1,5})$/.exec(host) ?? []
  const others = ownPort === undefined ? [] : [name]
  if (/^localhost\b/.test(host)) others.push(host.replace('localhost', '127.0.0.1'))
  if (host.startsWith('127.0.0.1')) others.push(host.replace('127.0.0.1', 'localhost'))
  const forwardedHost = headerOf(rawHeaders, 'x-forwarded-host')
  if (forwardedHost !== undefined) others.push(forwardedHost)
  const forwardedPort = headerOf(rawHeaders, 'x-forwarded-port') ?? ''
  const ports = [port, /^\d{1,5}$/.test(forwardedPort) ? forwardedPort : undefined, ...PORTS]
  others.push(...ports.filter((known) => known !== undefined).map((known) => `${name}:${known}`))
  return new Set(others.filter((other) => other !== host))
}

function headerOf(rawHeaders: readonly string[], name: string): string | undefined {
  const at = rawHeaders.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name)
  return at < 0 ? undefined : rawHeaders[at + 1]?.trim()
}

function* urlMistakes(url: string, parts: CanonicalParts): Generator<Mistake> {
  const [path, query] = splitUrl(url)
  if (query !== '') {
    yield ['The client left the query out of the canonical request.', { query: '' }]
    yield ['The client signed the query as sent, neither sorted nor encoded again.', { query }]
    const plus = parts.query.replaceAll('%20', '%2B')
    yield ['The client signed a + of the query as %2B; here it is a space, %20.', { query: plus }]
    const encodedOrder = parts.query.split('&').sort().join('&')
    const hint = 'The client sorted the query after encoding it; sort first, then encode.'
    yield [hint, { query: encodedOrder }]
  }
  const bare = parts.path.slice(0, -1)
  yield ['The client signed the path without the slash that must end it.', { path: bare }]
  yield ['The client signed the path as sent, without encoding its segments.', { path }]
}
