/** What an Authorization header of this family claims. */
export interface Credential {
  readonly algorithm: 'SDK-HMAC-SHA256' | 'V11-HMAC-SHA256'
  readonly accessKey: string
  /** In the order sent, which is the order of the signed lines. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** Only in the `Credential=` forms; `region` and `service` may be empty. */
  readonly scope?: Scope
}

export interface Scope {
  /** YYYYMMDD, the day of X-Sdk-Date. */
  readonly date: string
  readonly region: string
  readonly service: string
}

/** Far above what a client sends (about ten), far below what makes a look-up expensive. */
const maxSignedHeaders = 256

/**
 * Reads `<algorithm> Access=<AK>, SignedHeaders=<a;b>, Signature=<hex>` or its forms with a scope:
 * `V11-HMAC-SHA256 Credential=<AK>/<YYYYMMDD>/<region>/<service>` (SDK cores, derived signer) and
 * `SDK-HMAC-SHA256 Credential=<AK>/<YYYYMMDD>/<region>/<service>/sdk_request` (Open Telekom Cloud).
 *
 * Returns undefined for any other scheme and for a header that lacks a part, repeats one, or names
 * more than 256 signed headers. The signature's own form is left to {@link verifySignature}, which
 * can say what is wrong with it.
 */
export function parseAuthorization(header: string): Credential | undefined {
  const space = header.indexOf(' ')
  const algorithm = header.slice(0, space)
  if (algorithm !== 'SDK-HMAC-SHA256' && algorithm !== 'V11-HMAC-SHA256') return undefined

  const fields = new Map<string, string>()
  for (const field of header.slice(space + 1).split(',')) {
    const equals = field.indexOf('=')
    const name = field.slice(0, equals).trim()
    if (equals < 0 || fields.has(name)) return undefined
    fields.set(name, field.slice(equals + 1).trim())
  }
  const signature = fields.get('Signature')
  const signedHeaders = fields.get('SignedHeaders')?.split(';')
  if (fields.size !== 3 || signature === undefined || signedHeaders === undefined) return undefined
  if (signedHeaders.length > maxSignedHeaders || !signedHeaders.every(isToken)) return undefined

  const accessKey = fields.get('Access')
  if (accessKey !== undefined) {
    if (algorithm !== 'SDK-HMAC-SHA256' || !isPrintable(accessKey)) return undefined
    // Not spread, here and below: V8 would give each a hidden class of its own, which takes 5 µs.
    return { algorithm, accessKey, signedHeaders, signature }
  }
  const scoped = parseScope(fields.get('Credential') ?? '', algorithm)
  if (scoped === undefined) return undefined
  return { algorithm, accessKey: scoped.accessKey, signedHeaders, signature, scope: scoped.scope }
}

function parseScope(credential: string, algorithm: Credential['algorithm']) {
  const [accessKey = '', date = '', region = '', service = ''] = credential.split('/', 4)
  const scope = { date, region, service }
  if (!isPrintable(credential) || accessKey === '' || !/^\d{8}$/.test(date)) return undefined
  if (credential !== `${accessKey}/${scopeText(algorithm, scope)}`) return undefined
  return { accessKey, scope }
}

const isToken = (text: string) => /^[\w!#$%&'*+.^`|~-]+$/.test(text)
const isPrintable = (text: string) => /^[!-~]{1,512}$/.test(text)

/** The scope as both schemes sign it. */
export function scopeText(algorithm: Credential['algorithm'], scope: Scope): string {
  const text = `${scope.date}/${scope.region}/${scope.service}`
  return algorithm === 'V11-HMAC-SHA256' ? text : `${text}/sdk_request`
}
