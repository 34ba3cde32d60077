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
 * Returns what is wrong, to be put behind "Authorization", for any other scheme and for a header
 * that lacks a part, repeats one, or names more than 256 signed headers. The signature's own form is
 * left to {@link verifySignature}, which can say what is wrong with it.
 */
export function parseAuthorization(header: string): Credential | string {
  const space = header.indexOf(' ')
  const algorithm = header.slice(0, space)
  if (algorithm !== 'SDK-HMAC-SHA256' && algorithm !== 'V11-HMAC-SHA256') {
    return 'must begin with SDK-HMAC-SHA256 or V11-HMAC-SHA256 and a blank'
  }

  const fields = new Map<string, string>()
  for (const field of header.slice(space + 1).split(',')) {
    const equals = field.indexOf('=')
    const name = field.slice(0, equals).trim()
    if (equals < 0) return 'has a part without "=": parts are Name=value, with commas between them'
    if (fields.has(name)) return `has ${PARTS.has(name) ? name : 'a part'} twice`
    fields.set(name, field.slice(equals + 1).trim())
  }
  const signature = fields.get('Signature')
  const signedHeaders = fields.get('SignedHeaders')?.split(';')
  if (signature === undefined) return 'has no Signature='
  if (signedHeaders === undefined) return 'has no SignedHeaders='
  const accessKey = fields.get('Access')
  const credential = fields.get('Credential')
  if (accessKey === undefined && credential === undefined) return 'has no Access='
  if (fields.size > 3)
    return 'has more parts than Access or Credential, SignedHeaders and Signature'
  if (signedHeaders.length > maxSignedHeaders) return 'has over 256 SignedHeaders'
  if (!signedHeaders.every(isToken)) {
    return 'has a SignedHeaders that is not names of headers with semicolons between them'
  }

  if (accessKey !== undefined) {
    if (algorithm !== 'SDK-HMAC-SHA256')
      return `of ${algorithm} needs Credential= in place of Access=`
    if (!isPrintable(accessKey)) return 'has an Access that is empty, or no visible ASCII'
    // Not spread, here and below: V8 would give each a hidden class of its own, which takes 5 µs.
    return { algorithm, accessKey, signedHeaders, signature }
  }
  const scoped = parseScope(credential ?? '', algorithm)
  if (scoped === undefined) {
    const form = scopeText(algorithm, { date: 'YYYYMMDD', region: 'region', service: 'service' })
    return `has a Credential that is not ACCESSKEY/${form}`
  }
  return { algorithm, accessKey: scoped.accessKey, signedHeaders, signature, scope: scoped.scope }
}

/** The names that may be repeated in a refusal: what else is sent may be a secret. */
const PARTS = new Set(['Access', 'Credential', 'SignedHeaders', 'Signature'])

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
