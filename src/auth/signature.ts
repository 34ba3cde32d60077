import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import {
  type CanonicalParts,
  collectHeaders,
  dateHeader,
  documentedParts,
  joinParts,
  otherSigners,
  type SignedRequest,
} from './canonical-request.ts'
import { type Credential, scopeText } from './credential.ts'
import { diagnose } from './signature-hint.ts'

export interface Refusal {
  readonly ok: false
  readonly reason: 'malformed' | 'header-missing' | 'date-invalid' | 'expired' | 'mismatch'
  /** The canonical request in its documented form; a signed header that is missing is empty. */
  readonly canonicalRequest: string
  readonly stringToSign: string
  /** One sentence: what to look at first. Never the secret, never the signature expected. */
  readonly hint: string
}

export type Verdict = { readonly ok: true } | Refusal

/**
 * Whether `credential.signature` is the signature of `request` under `secret`.
 *
 * `now` is the server's time in epoch milliseconds and `windowMs` how far X-Sdk-Date may lie on
 * either side of it (the API reference says 15 minutes; both ends are taken as included; Infinity:
 * no date is refused). Pure: no clock, no I/O. Never throws; a refusal says why. Its texts repeat the request, so they may go to
 * the caller who sent it and to nobody else.
 *
 * The API reference describes one canonical form, but the official clients' signers disagree on
 * details and all are in use against the service. So the documented form is tried first, and the
 * forms of the other signers only when it does not match.
 */
export function verifySignature(
  request: SignedRequest,
  credential: Credential,
  secret: string,
  now: number,
  windowMs: number = 15 * 60_000,
): Verdict {
  const received = collectHeaders(request.rawHeaders, credential.signedHeaders)
  const date = received.get(dateHeader)?.join(',') ?? ''
  const bodyHash = hash('sha256', request.body)
  const parts = documentedParts(request, credential, received, bodyHash)

  const canonicalRequest = joinParts(parts)
  const stringToSign = toStringToSign(canonicalRequest, credential, date)
  const refuse = (reason: Refusal['reason'], hint: string): Refusal => {
    return { ok: false, reason, canonicalRequest, stringToSign, hint }
  }

  const flaw = findFlaw(credential, received, date, now, windowMs)
  if (flaw) return refuse(...flaw)
  // The hash in the header is signed in place of the body, so an attacker who changes a signed body could
  // add the old body's hash as this header and pass. A hash that is not this body's is refused.
  if (/^[0-9a-f]{64}$/i.test(parts.payload) && parts.payload.toLowerCase() !== bodyHash) {
    return refuse('mismatch', 'X-Sdk-Content-Sha256 is not the SHA-256 of the body received.')
  }

  const key = signingKey(credential, secret)
  const claimed = Buffer.from(credential.signature, 'hex')
  const matches = (text: string) => timingSafeEqual(hmacSha256(key, text), claimed)
  if (matches(stringToSign)) return { ok: true }

  const partsMatch = (other: CanonicalParts) =>
    matches(toStringToSign(joinParts(other), credential, date))
  for (const other of otherSigners(request, credential, received, parts, bodyHash)) {
    if (partsMatch(other)) return { ok: true }
  }
  return refuse('mismatch', diagnose(request, parts, bodyHash, partsMatch))
}

/** What forbids a comparison, in the order in which it is looked for. */
function findFlaw(
  { algorithm, signedHeaders, signature, scope }: Credential,
  received: ReadonlyMap<string, readonly string[]>,
  date: string,
  now: number,
  windowMs: number,
): [Refusal['reason'], string] | undefined {
  const names = new Set(signedHeaders.map((name) => name.toLowerCase()))
  if (!/^[0-9a-f]{64}$/.test(signature)) {
    return ['malformed', 'Signature must be 64 lower-case hex digits.']
  }
  if (algorithm === 'V11-HMAC-SHA256' && !scope) return ['malformed', `${algorithm} has no scope.`]
  if (names.size < signedHeaders.length) return ['malformed', 'SignedHeaders repeats a name.']
  // The API reference: only X-Sdk-Date must be signed; Host and Content-Type need not be.
  if (!names.has(dateHeader)) return ['malformed', 'SignedHeaders must name x-sdk-date.']
  for (const name of names) {
    if (!received.has(name)) {
      return ['header-missing', `SignedHeaders names ${name}, which the request does not have.`]
    }
  }
  const signedAt = parseDate(date)
  if (Number.isNaN(signedAt)) {
    return ['date-invalid', 'X-Sdk-Date must be a UTC time written YYYYMMDDTHHMMSSZ.']
  }
  if (scope && scope.date !== date.slice(0, 8)) {
    return ['date-invalid', 'The date in Credential is not the day of X-Sdk-Date.']
  }
  // Written so that a clock that is not a number refuses.
  if (!(Math.abs(now - signedAt) <= windowMs)) {
    const seconds = Math.ceil(Math.abs(now - signedAt) / 1000)
    const where = `${seconds} s ${now < signedAt ? 'ahead of' : 'behind'}`
    return ['expired', `X-Sdk-Date is ${where} the server; ${windowMs / 1000} s are allowed.`]
  }
  return undefined
}

/** Epoch milliseconds, or NaN for anything but a real moment written YYYYMMDDTHHMMSSZ. */
function parseDate(text: string): number {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return Number.NaN
  const digits = (from: number, to = from + 2) => Number(text.slice(from, to))
  const [year, month, day] = [digits(0, 4), digits(4), digits(6)]
  const [hour, minute, second] = [digits(9), digits(11), digits(13)]
  // Date.UTC would take 30 February for 2 March.
  const daysInMonth = (Date.UTC(year, month) - Date.UTC(year, month - 1)) / 86_400_000
  const real = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth
  if (!real || hour > 23 || minute > 59 || second > 59) return Number.NaN
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function toStringToSign(canonical: string, { algorithm, scope }: Credential, date: string) {
  const lines = [algorithm, date, ...(scope ? [scopeText(algorithm, scope)] : [])]
  return `${lines.join('\n')}\n${hash('sha256', canonical)}`
}

const hmacSha256 = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest()

/** The secret as it is, unless a scope derives a key from it. */
function signingKey({ algorithm, accessKey, scope }: Credential, secret: string): string | Buffer {
  if (!scope) return secret
  if (algorithm === 'V11-HMAC-SHA256') {
    // SDK cores, HKDF: one block of HKDF-SHA256 with the access key as salt; its hex text is the
    // key. Written out because crypto.hkdfSync throws on a long scope.
    const extracted = hmacSha256(accessKey, secret)
    return hmacSha256(extracted, `${scopeText(algorithm, scope)}\u0001`).toString('hex')
  }
  // gophertelekomcloud, buildSignKey.
  const steps = [scope.date, scope.region, scope.service, 'sdk_request']
  return steps.reduce<string | Buffer>((key, step) => hmacSha256(key, step), `SDK${secret}`)
}
