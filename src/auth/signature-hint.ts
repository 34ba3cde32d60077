import { hash } from 'node:crypto'
import { type CanonicalParts, type SignedRequest, splitUrl } from './canonical-request.ts'

/** Bodies above this are not parsed for a guess. */
const maxParsedBody = 65_536

/**
 * One sentence about a signature that does not match: the first usual mistake under which it would
 * have, tried one at a time (at most 20), or where to look when none explains it.
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
  return 'No usual mistake explains it: compare canonicalRequest with the one the client signed, line by line; if they are equal, the secret key differs.'
}

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

function* headerMistakes({ rawHeaders }: SignedRequest, parts: CanonicalParts): Generator<Mistake> {
  const signed = new Map(parts.headers)
  const changed = (name: string, value: string) => {
    return { headers: [...signed].map(([n, v]) => [n, n === name ? value : v] as const) }
  }
  const host = signed.get('host')
  if (host !== undefined) {
    for (const other of otherHosts(host, rawHeaders)) {
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

/** What a proxy, a default port or a port mapping makes of a host. */
function otherHosts(host: string, rawHeaders: readonly string[]): Set<string> {
  const colon = host.lastIndexOf(':')
  const hasPort = colon >= 0 && /^:\d{1,5}$/.test(host.slice(colon))
  const others = hasPort ? [host.slice(0, colon)] : [`${host}:80`, `${host}:443`]
  if (/^localhost\b/.test(host)) others.push(host.replace('localhost', '127.0.0.1'))
  if (host.startsWith('127.0.0.1')) others.push(host.replace('127.0.0.1', 'localhost'))
  const at = rawHeaders.findIndex((text, i) => i % 2 === 0 && /^x-forwarded-host$/i.test(text))
  const forwarded = rawHeaders[at + 1]
  if (at >= 0 && forwarded !== undefined) others.push(forwarded.trim())
  return new Set(others)
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
