import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { toSeconds } from '../core/clock.ts'
import { ApigError, apigError } from '../core/errors.ts'
import { type Credential, parseAuthorization } from './credential.ts'
import { type AccessKey, accessKeys } from './identities.ts'
import { type Refusal, verifySignature } from './signature.ts'

/** Bytes of a header value: what is longer is cut, since clients refuse long headers. */
const REASON_LIMIT = 4096

/** A signature that is to be verified once the body is here. */
export interface SignedBy {
  key: AccessKey
  credential: Credential
}

/**
 * The access key of an Authorization header, if it is known: lenient mode lets an unknown one
 * through.
 * @throws ApigError APIGW.0301 for a header that cannot be read, an expired temporary key or, in
 *   strict mode, an unknown key
 */
export function findAccessKey(ctx: Context, request: FastifyRequest): SignedBy | undefined {
  const credential = parseAuthorization(request.headers.authorization ?? '')
  if (credential === undefined) {
    throw apigError('APIGW.0301', { detail: 'the Authorization header is malformed' })
  }
  const key = ctx.state.rows(accessKeys).get(credential.accessKey)
  if (key === undefined) {
    if (!ctx.config.strict) return undefined
    throw apigError('APIGW.0301', { detail: `ak ${credential.accessKey} not exist` })
  }
  refuseBadSecurityToken(ctx, key, request.headers['x-security-token'])
  return { key, credential }
}

/** A temporary key goes with its security token, which expires. */
function refuseBadSecurityToken(
  ctx: Context,
  { security_token, expires_at }: AccessKey,
  given: unknown,
): void {
  if (security_token !== undefined && security_token !== given) {
    throw apigError('APIGW.0301', { detail: 'decrypt token fail' })
  }
  if (expires_at !== undefined && expires_at <= ctx.clock.now()) {
    const detail = `token expires, expires_at: ${toSeconds(expires_at)}`
    throw apigError('APIGW.0301', { detail })
  }
}

/**
 * Verifies a signature over the request as it came, its body still bytes.
 * @throws ApigError APIGW.0301 that prints the canonical request, as the service does, and says in
 *   its reason what differs
 */
export function refuseBadSignature(
  ctx: Context,
  request: FastifyRequest,
  { key, credential }: SignedBy,
): void {
  const { method, rawHeaders, url = '' } = request.raw
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
  const signed = { method: method ?? '', url, rawHeaders, body }
  const verdict = verifySignature(signed, credential, key.secret, ctx.clock.now())
  if (verdict.ok) return
  const { code, statusCode, message } = apigError('APIGW.0301', { detail: serviceText(verdict) })
  throw new ApigError(code, statusCode, message, reasonOf(verdict))
}

/** Line breaks become `|`, as in the service's own messages. */
const oneLine = (text: string) => text.replaceAll('\n', '|')

/** The service's words. Sources: the SDK documentation and the developer forum's error reports. */
function serviceText({ reason, canonicalRequest }: Refusal): string {
  if (reason === 'expired') return 'calc ak sk signature fail:signature expired'
  return `verify aksk signature fail, canonicalRequest:${oneLine(canonicalRequest)}`
}

/** Signed headers whose values are secrets: the reason also goes into the log. */
const SECRETS = /\|((?:x-security-token|x-auth-token|cookie|authorization):)[^|]*/g

/** What the server computed, in one line of visible ASCII. */
function reasonOf({ hint, canonicalRequest, stringToSign }: Refusal): string {
  return oneLine(`${hint} canonicalRequest:${canonicalRequest} stringToSign:${stringToSign}`)
    .replace(SECRETS, '|$1***')
    .slice(0, REASON_LIMIT)
    .replace(/[^ -~]/g, '?')
}
