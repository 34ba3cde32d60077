import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { toSeconds } from '../core/clock.ts'
import { apigError } from '../core/errors.ts'
import { type Credential, parseAuthorization } from './credential.ts'
import { type AccessKey, accessKeys } from './identities.ts'
import { type Refusal, verifySignature } from './signature.ts'
import { expiryText, nowText } from './token.ts'

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
  if (typeof credential === 'string') {
    const detail = 'the Authorization header is malformed'
    throw apigError('APIGW.0301', { detail }).because(`Authorization ${credential}`)
  }
  const key = ctx.state.rows(accessKeys).get(credential.accessKey)
  if (key === undefined) {
    if (!ctx.config.strict) return undefined
    const { accessKey } = credential
    throw apigError('APIGW.0301', { detail: `ak ${accessKey} not exist` }).because(
      `access key ${accessKey.slice(0, 64)} is unknown${isAppKey(accessKey) ? APP_KEY : ''}`,
    )
  }
  refuseBadSecurityToken(ctx, key, request.headers['x-security-token'])
  return { key, credential }
}

/** Apps have keys of their own, of 32 hex digits unless the user chooses. */
const isAppKey = (text: string) => /^[0-9a-f]{32}$/.test(text)
const APP_KEY =
  '; it looks like the AppKey of an app, which signs calls of APIs but not of this one'

/** A temporary key goes with its security token, which expires. */
function refuseBadSecurityToken(
  ctx: Context,
  { access, security_token, expires_at }: AccessKey,
  given: unknown,
): void {
  if (security_token !== undefined && security_token !== given) {
    const fault =
      given === undefined
        ? 'is temporary: it needs the X-Security-Token issued with it'
        : 'came with another X-Security-Token than the one issued with it'
    const refusal = apigError('APIGW.0301', { detail: 'decrypt token fail' })
    throw refusal.because(`access key ${access} ${fault}`)
  }
  if (expires_at !== undefined && expires_at <= ctx.clock.now()) {
    const detail = `token expires, expires_at: ${toSeconds(expires_at)}`
    const when = expiryText(ctx.clock, expires_at)
    throw apigError('APIGW.0301', { detail }).because(`access key ${access} ${when}`)
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
  const { method = '', rawHeaders, url = '', socket } = request.raw
  // As bytes until it is parsed, and kept beside it from then on.
  const bytes = request.rawBody ?? request.body
  const body = bytes instanceof Uint8Array ? bytes : new Uint8Array()
  const signed = { method, url, rawHeaders, body, port: socket.localPort }
  const verdict = verifySignature(signed, credential, key.secret, ctx.clock.now(), windowOf(ctx))
  if (verdict.ok) return
  const refusal = apigError('APIGW.0301', { detail: serviceText(verdict) })
  throw refusal.because(reasonOf(verdict, dateAdvice(ctx, verdict)))
}

/** Milliseconds by which the date of a signature may be off; 0 minutes of the option: any. */
function windowOf({ config }: Context): number {
  return config.signatureWindow === 0 ? Number.POSITIVE_INFINITY : config.signatureWindow * 60_000
}

/** Clients sign by the machine's clock, whatever the server's was set to. */
function dateAdvice({ clock }: Context, { reason }: Refusal): string {
  if (reason !== 'expired' || clock.isReal()) return ''
  return ` (${nowText(clock)}: with --signature-window 0 the dates of signatures are not compared)`
}

/** Line breaks become `|`, as in the service's own messages. */
const oneLine = (text: string) => text.replaceAll('\n', '|')

/** The service's words. Sources: the SDK documentation and the developer forum's error reports. */
function serviceText({ reason, canonicalRequest }: Refusal): string {
  if (reason === 'expired') return 'calc ak sk signature fail:signature expired'
  return `verify aksk signature fail, canonicalRequest:${oneLine(canonicalRequest)}`
}

/** Signed headers whose values are secrets: the reason also goes into the log. */
const SECRETS = /^((?:x-security-token|x-auth-token|cookie|authorization):).*$/gm

/** What the server computed, in one line of visible ASCII. */
function reasonOf({ hint, canonicalRequest, stringToSign }: Refusal, advice: string): string {
  // Before it is one line: a value may itself have the `|` that is put for a line break.
  const masked = canonicalRequest.replace(SECRETS, '$1***')
  return oneLine(`${hint}${advice} canonicalRequest:${masked} stringToSign:${stringToSign}`)
    .slice(0, REASON_LIMIT)
    .replace(/[^ -~]/g, '?')
}
