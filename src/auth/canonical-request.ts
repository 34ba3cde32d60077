import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import type { Credential } from './credential.ts'

/** A request as it came over the wire: nothing decoded, nothing re-serialised. */
export interface SignedRequest {
  readonly method: string
  /** Raw path and query of the request line, e.g. `/v2/p/apigw?name=a%20b`. */
  readonly url: string
  /** Node's `rawHeaders`: name, value, name, value …, each value read as latin-1. */
  readonly rawHeaders: readonly string[]
  /** The bytes received; empty when there was no body. */
  readonly body: Uint8Array
  /** The server's own, of the connection; undefined where there is none. */
  readonly port?: number | undefined
}

/** The lines of a canonical request before they are joined. */
export interface CanonicalParts {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly signedHeaders: string
  readonly payload: string
}

export const dateHeader = 'x-sdk-date'
const contentHashHeader = 'x-sdk-content-sha256'

/** The values of the headers that matter, by lower-case name, each as text and trimmed. */
export function collectHeaders(rawHeaders: readonly string[], signedHeaders: readonly string[]) {
  const wanted = new Set([dateHeader, contentHashHeader])
  for (const name of signedHeaders) wanted.add(name.toLowerCase())
  const received = new Map<string, string[]>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? ''
    if (!wanted.has(name)) continue
    const value = headerText(trimBlanks(rawHeaders[i + 1] ?? ''))
    const earlier = received.get(name)
    if (earlier) earlier.push(value)
    else received.set(name, [value])
  }
  return received
}

/** Spaces and tabs only, as HTTP has it: `trim` would take a no-break space off signed text. */
function trimBlanks(value: string): string {
  const isBlank = (at: number) => value[at] === ' ' || value[at] === '\t'
  let start = 0
  let end = value.length
  while (start < end && isBlank(start)) start++
  while (end > start && isBlank(end - 1)) end--
  return value.slice(start, end)
}

/**
 * Signers hash a header as UTF-8 text. The Python SDK core sends those very bytes, which Node
 * reads as latin-1; Node's own HTTP client sends latin-1, which is then no valid UTF-8.
 */
function headerText(value: string): string {
  if (!/[\u0080-\uffff]/.test(value) || /[\u0100-\uffff]/.test(value)) return value
  const bytes = Buffer.from(value, 'latin1')
  return isUtf8(bytes) ? bytes.toString() : value
}

/** The canonical request as the API reference describes it. */
export function documentedParts(
  { method, url }: SignedRequest,
  { algorithm, signedHeaders, scope }: Credential,
  received: ReadonlyMap<string, readonly string[]>,
  bodyHash: string,
): CanonicalParts {
  const [path, query] = splitUrl(url)
  // gophertelekomcloud's signer replaces each run of white space in a value by one space.
  const collapse = scope && algorithm === 'SDK-HMAC-SHA256'
  const headers = [...new Set(signedHeaders)].map((signed) => {
    const name = signed.toLowerCase()
    const value = received.get(name)?.join(',') ?? ''
    return [name, collapse ? value.replace(/[\t ]+/g, ' ') : value] as const
  })
  return {
    method,
    path: encodePath(percentDecode(path)),
    query: encodeQuery(query, 'sorted'),
    headers,
    signedHeaders: signedHeaders.join(';'),
    // In practice UNSIGNED-PAYLOAD; the SDK cores copy whatever the caller has set.
    payload: received.get(contentHashHeader)?.join(',') || bodyHash,
  }
}

/** The request as the signers that deviate would write it: at most 49 readings, most often 1. */
export function* otherSigners(
  { method, url, body }: SignedRequest,
  { algorithm, scope }: Credential,
  received: ReadonlyMap<string, readonly string[]>,
  parts: CanonicalParts,
  bodyHash: string,
): Generator<CanonicalParts> {
  const [wirePath, wireQuery] = splitUrl(url)
  // Java SDK core: the values of a repeated key stay in the order sent.
  const inOrder = encodeQuery(wireQuery, 'values in order')
  const paths = otherPaths(wirePath)
  const queries = new Set([parts.query, inOrder])
  const headerForms = otherHeaders(parts.headers, received)
  // Python SDK core: UNSIGNED-PAYLOAD is ignored when there is no body.
  const payloads = body.length === 0 ? new Set([parts.payload, bodyHash]) : [parts.payload]
  for (const headers of headerForms) {
    for (const payload of payloads) {
      for (const query of queries) {
        for (const path of paths) yield { ...parts, path, query, headers, payload }
      }
    }
  }
  // gophertelekomcloud: a POST without a body hashes its form-encoded query in place of the body.
  if (scope && algorithm === 'SDK-HMAC-SHA256' && method === 'POST' && body.length === 0) {
    const form = inOrder.replaceAll('%20', '+')
    yield { ...parts, query: '', payload: hash('sha256', form) }
  }
}

function otherHeaders(
  headers: CanonicalParts['headers'],
  received: ReadonlyMap<string, readonly string[]>,
): CanonicalParts['headers'][] {
  // Go and .NET SDK cores: a repeated header is one line per value, the values sorted.
  const linePerValue = headers.flatMap(([name, value]) => {
    const values = received.get(name) ?? []
    return (values.length > 1 ? values.toSorted() : [value]).map((one) => [name, one] as const)
  })
  // Node SDK core: the lines are in dictionary order, where _ is before -, but the names are not.
  const collated = headers.toSorted(([a], [b]) => a.localeCompare(b, 'en'))
  return [
    headers,
    ...(linePerValue.length > headers.length ? [linePerValue] : []),
    ...(collated.some(([name], i) => name !== headers[i]?.[0]) ? [collated] : []),
  ]
}

function otherPaths(path: string): Set<string> {
  const pieces = path.split(/%2F/i).map((piece) => escapeBytes(percentDecode(piece), true))
  return new Set([
    encodePath(percentDecode(path)),
    // Node SDK core: an escape on the wire is encoded once more, so %20 is signed as %2520 …
    encodePath(path),
    // … but characters beyond ASCII are escaped by the HTTP client after signing, hence only once.
    encodePath(percentDecode(path, /%([89a-f][0-9a-f])/gi)),
    // The reference encodes segment by segment, which leaves an encoded slash inside its segment;
    // the Python SDK core and golangsdk decode it first, so that it parts two segments.
    endInSlash(pieces.join('%2F')),
  ])
}

/** Path and query of a request line, the query without its question mark. */
export function splitUrl(url: string): [path: string, query: string] {
  const mark = url.indexOf('?')
  return mark < 0 ? [toBytes(url), ''] : [toBytes(url.slice(0, mark)), toBytes(url.slice(mark + 1))]
}

/** One character per byte, which is what Node makes of a request line anyway. */
function toBytes(text: string): string {
  return /[\u0100-\uffff]/.test(text) ? Buffer.from(text).toString('latin1') : text
}

/** An invalid escape (`%zz`) is kept as it is. */
function percentDecode(bytes: string, escapes = /%([0-9a-f]{2})/gi): string {
  if (!bytes.includes('%')) return bytes
  return bytes.replace(escapes, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function escapeBytes(bytes: string, keepSlash = false): string {
  return bytes.replace(keepSlash ? /[^\w.~/-]/g : /[^\w.~-]/g, (byte) => {
    return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
}

/** The canonical URI ends in a slash whether or not the path does. */
const endInSlash = (path: string) => (path.endsWith('/') ? path : `${path}/`)
const encodePath = (bytes: string) => endInSlash(escapeBytes(bytes, true))

/**
 * The pairs sorted by key, then value (or in the order sent), compared byte by byte before they
 * are encoded, as every SDK core does. A `+` is a space, `key` is `key=`, an empty pair is none.
 */
function encodeQuery(query: string, order: 'sorted' | 'values in order'): string {
  if (query === '') return ''
  const pairs = query
    .replaceAll('+', ' ')
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const equals = pair.indexOf('=')
      const key = equals < 0 ? pair : pair.slice(0, equals)
      return [percentDecode(key), equals < 0 ? '' : percentDecode(pair.slice(equals + 1))] as const
    })
  pairs.sort(([a, x], [b, y]) => compare(a, b) || (order === 'sorted' ? compare(x, y) : 0))
  return pairs.map(([key, value]) => `${escapeBytes(key)}=${escapeBytes(value)}`).join('&')
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Each header line ends in a newline of its own, hence the empty line before the names. */
export function joinParts({
  method,
  path,
  query,
  headers,
  signedHeaders,
  payload,
}: CanonicalParts) {
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('')
  return `${method}\n${path}\n${query}\n${lines}\n${signedHeaders}\n${payload}`
}
