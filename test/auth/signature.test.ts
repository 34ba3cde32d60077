import { createHmac, hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { SignedRequest } from '../../src/auth/canonical-request.ts'
import { type Credential, parseAuthorization } from '../../src/auth/credential.ts'
import { type Refusal, type Verdict, verifySignature } from '../../src/auth/signature.ts'
import data from './signature-vectors.json' with { type: 'json' }

interface Vector {
  name: string
  sk: string
  method: string
  url: string
  headers: Record<string, string | undefined>
  body: string
  authorization: string
}

interface Change {
  body?: string | undefined
  url_append?: string | undefined
  method?: string | undefined
  sk?: string | undefined
  remove_header?: string | undefined
  set_header?: Record<string, string | undefined> | undefined
  body_trim_end?: boolean | undefined
  authorization_replace?: string[] | undefined
  clock_offset_seconds?: number | undefined
}

const vectors: Vector[] = data.vectors
const rejects: { base: string; change: Change; why: string }[] = data.rejects

/** As Node's HTTP server hands it over: header bytes read as latin-1, the URL without its origin. */
function requestOf({ method, url, headers, body }: Vector): SignedRequest {
  const rawHeaders = Object.entries(headers).flatMap(([name, value = '']) => [
    name,
    Buffer.from(value).toString('latin1'),
  ])
  return {
    method,
    url: url.replace(/^https?:\/\/[^/]+/, ''),
    rawHeaders,
    body: Buffer.from(body),
  }
}

function epoch(sdkDate: string): number {
  return Date.parse(sdkDate.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'))
}

const signedAt = (vector: Vector) => epoch(vector.headers['X-Sdk-Date'] ?? '')

function credentialOf(authorization: string): Credential {
  const credential = parseAuthorization(authorization)
  if (typeof credential !== 'string') return credential
  throw new Error(`Not read: ${authorization.slice(0, 200)} ${credential}`)
}

function verify(vector: Vector, now = signedAt(vector)): Verdict {
  return verifySignature(requestOf(vector), credentialOf(vector.authorization), vector.sk, now)
}

function vector(name: string): Vector {
  const found = vectors.find((one) => one.name === name)
  if (!found) throw new Error(`No vector ${name}`)
  return found
}

function refusal(verdict: Verdict): Refusal {
  if (verdict.ok) throw new Error('The signature was accepted')
  return verdict
}

const secret = 'test-secret'
const date = '20260102T030405Z'
const now = epoch(date)

/** Signs a canonical request written out by hand, so that no code under test helps. */
function sign(canonical: string[], signedHeaders: string): Credential {
  const toSign = `SDK-HMAC-SHA256\n${date}\n${hash('sha256', canonical.join('\n'))}`
  const signature = createHmac('sha256', secret).update(toSign).digest('hex')
  return credentialOf(
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  )
}

/** A request that signs x-sdk-date only; `signed` is what the client took for path, query, body. */
function check(
  wire: Partial<SignedRequest>,
  signed: { path?: string; query?: string; payload?: string },
): Verdict {
  const request = { method: 'POST', url: '/a', body: Buffer.alloc(0), ...wire }
  const rawHeaders = ['X-Sdk-Date', date, ...(wire.rawHeaders ?? [])]
  const { path = '/a/', query = '', payload = hash('sha256', request.body) } = signed
  const credential = sign(
    [request.method, path, query, `x-sdk-date:${date}`, '', 'x-sdk-date', payload],
    'x-sdk-date',
  )
  return verifySignature({ ...request, rawHeaders }, credential, secret, now)
}

/** A GET of / with these headers on the wire and these lines in the client's canonical request. */
function checkHeaders(wire: [string, string][], lines: string[], names: string): Verdict {
  const rawHeaders = [...wire.flat(), 'X-Sdk-Date', date]
  const signedHeaders = `${names};x-sdk-date`
  const canonical = ['GET', '/', '', ...lines, `x-sdk-date:${date}`, '', signedHeaders]
  const credential = sign([...canonical, hash('sha256', '')], signedHeaders)
  const request = { method: 'GET', url: '/', rawHeaders, body: Buffer.alloc(0) }
  return verifySignature(request, credential, secret, now)
}

describe('A request signed by an official client', () => {
  test.each(vectors)('verifies at its own date: $name', (vector) => {
    expect(verify(vector)).toEqual({ ok: true })
  })

  test.each(rejects)('is refused when $why ($base)', ({ base, change }) => {
    const changed = structuredClone(vector(base))
    const [from = '', to = ''] = change.authorization_replace ?? []
    changed.method = change.method ?? changed.method
    changed.sk = change.sk ?? changed.sk
    changed.url += change.url_append ?? ''
    changed.body = change.body ?? changed.body
    if (change.body_trim_end) changed.body = changed.body.trimEnd()
    if (change.remove_header) delete changed.headers[change.remove_header]
    Object.assign(changed.headers, change.set_header)
    changed.authorization = changed.authorization.replace(from, to)
    const now = signedAt(changed) + (change.clock_offset_seconds ?? 0) * 1000
    expect(verify(changed, now).ok).toBe(false)
  })

  it('may be changed where it is not signed', () => {
    const unsignedBody = vector('node-unsigned-payload')
    expect(verify({ ...unsignedBody, body: 'another' }).ok).toBe(true)
    const terraform = vector('terraform-get-unsigned-project-and-token')
    const headers = { ...terraform.headers, 'X-Project-Id': 'other', 'X-Security-Token': 'other' }
    expect(verify({ ...terraform, headers }).ok).toBe(true)
  })
})

describe('One changed byte', () => {
  /** Replaces, inserts or removes one byte of `text` (a string of bytes). */
  function edit(text: string, kind: Edit['kind'], at: number, byte: string): string {
    const start = at % (text.length + (kind === 'insert' ? 1 : 0) || 1)
    return (
      text.slice(0, start) +
      (kind === 'remove' ? '' : byte) +
      text.slice(start + (kind === 'insert' ? 0 : 1))
    )
  }
  interface Edit {
    kind: 'replace' | 'insert' | 'remove'
    at: number
    byte: string
  }
  const edits: fc.Arbitrary<Edit> = fc.record({
    kind: fc.constantFrom('replace', 'insert', 'remove'),
    at: fc.nat(),
    // The printable bytes twice over, for they are what URLs and headers are made of.
    byte: fc
      .oneof(
        fc.integer({ min: 0x20, max: 0x7e }),
        fc.constantFrom(...Buffer.from('/%?&=+~;:, \xe9\xa0', 'latin1')),
        fc.integer({ min: 0x80, max: 0xff }),
      )
      .map((code) => String.fromCharCode(code)),
  })
  const anyVector = fc.constantFrom(...vectors)

  /** The bytes that an escaped text stands for; no code shared with the verifier. */
  function decode(text: string): string {
    let bytes = ''
    for (let i = 0; i < text.length; i++) {
      const hex = text.slice(i + 1, i + 3)
      if (text[i] === '%' && /^[0-9a-fA-F]{2}$/.test(hex)) {
        bytes += String.fromCharCode(Number.parseInt(hex, 16))
        i += 2
      } else bytes += text[i]
    }
    return bytes
  }

  /**
   * Two URLs of one meaning are signed alike, whatever they look like: `/a` and `/a/` (a slash is
   * added), `%7E` and `~` (decoded first), `+` and `%20`, `k` and `k=`, `a&&b` and `a&b`, a lone
   * `?`, and the parameters in another order.
   */
  function meaning(url: string): string {
    const [path = '', ...rest] = url.split('?')
    const decoded = decode(path)
    const pairs = rest
      .join('?')
      .split('&')
      .filter((pair) => pair !== '')
    const query = pairs.map((pair) => {
      const [key = '', ...value] = pair.replaceAll('+', ' ').split('=')
      return JSON.stringify([decode(key), decode(value.join('='))])
    })
    return JSON.stringify([decoded.endsWith('/') ? decoded : `${decoded}/`, query.sort()])
  }

  function refused(
    vector: Vector,
    request: Partial<SignedRequest>,
    claim: Partial<Credential> = {},
    secret = vector.sk,
  ) {
    const credential = { ...credentialOf(vector.authorization), ...claim }
    const verdict = verifySignature(
      { ...requestOf(vector), ...request },
      credential,
      secret,
      signedAt(vector),
    )
    expect(verdict.ok).toBe(false)
    // Neither the secret nor, when another was claimed, the right signature may be read off it.
    expect(JSON.stringify(verdict)).not.toContain(vector.sk)
    if (claim.signature)
      expect(JSON.stringify(verdict)).not.toContain(credentialOf(vector.authorization).signature)
  }

  const holds = (name: string, property: (vector: Vector, edit: Edit) => void) =>
    it(name, () => {
      fc.assert(fc.property(anyVector, edits, property), { numRuns: 1500 })
    })

  holds(
    'in the method makes the signature fail, its case included',
    (vector, { kind, at, byte }) => {
      const method = edit(vector.method, kind, at, byte)
      fc.pre(method !== vector.method)
      refused(vector, { method })
    },
  )

  holds(
    'in the URL makes the signature fail unless the URL still means the same',
    (vector, { kind, at, byte }) => {
      const { url } = requestOf(vector)
      const changed = edit(url, kind, at, byte)
      fc.pre(meaning(changed) !== meaning(url))
      refused(vector, { url: changed })
    },
  )

  it('in the value of a signed header makes the signature fail', () => {
    fc.assert(
      fc.property(anyVector, fc.nat(), edits, (vector, which, { kind, at, byte }) => {
        const { signedHeaders } = credentialOf(vector.authorization)
        const name = signedHeaders[which % signedHeaders.length]
        const rawHeaders = [...requestOf(vector).rawHeaders]
        const i = rawHeaders.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name) + 1
        const value = rawHeaders[i] ?? ''
        rawHeaders[i] = edit(value, kind, at, byte)
        // Blanks around a value are no part of it.
        fc.pre(rawHeaders[i]?.replace(/^ +| +$/g, '') !== value)
        refused(vector, { rawHeaders })
      }),
      { numRuns: 3000 },
    )
  })

  holds('in a hashed body makes the signature fail', (vector, { kind, at, byte }) => {
    fc.pre(vector.headers['X-Sdk-Content-Sha256'] !== 'UNSIGNED-PAYLOAD')
    const { body } = requestOf(vector)
    const text = Buffer.from(body).toString('latin1')
    const changed = Buffer.from(edit(text, kind, at, byte), 'latin1')
    fc.pre(Buffer.compare(changed, body) !== 0)
    refused(vector, { body: changed })
  })

  holds(
    'in the signature makes it fail, the case of a digit included',
    (vector, { kind, at, byte }) => {
      const { signature } = credentialOf(vector.authorization)
      const changed = edit(signature, kind, at, byte)
      const upper = signature.slice(0, at % 64) + signature.slice(at % 64).toUpperCase()
      for (const other of [changed, upper]) {
        if (other !== signature) refused(vector, {}, { signature: other })
      }
    },
  )

  holds('in the secret makes the signature fail', (vector, { kind, at, byte }) => {
    const changed = edit(vector.sk, kind, at, byte)
    fc.pre(changed !== vector.sk)
    refused(vector, {}, {}, changed)
  })

  it('in the access key makes a derived signature fail, for the key is derived from both', () => {
    const derived = vector('python-derived-v11')
    refused(derived, {}, { accessKey: 'AKVECTOR0000000003' })
  })
})

describe('The date of a signature', () => {
  const quarter = 15 * 60_000
  const base = vector('node-get-empty-body')

  it.each([
    [-quarter, true],
    [quarter, true],
    [-quarter - 1000, false],
    [quarter + 1000, false],
  ])('%d ms from the server gives %s', (offset, ok) => {
    const verdict = verify(base, signedAt(base) + offset)
    expect(verdict.ok).toBe(ok)
    if (!ok) expect(refusal(verdict).reason).toBe('expired')
  })

  it('says by how much and in which direction it is off', () => {
    const late = refusal(verify(base, signedAt(base) + quarter + 1))
    expect(late.hint).toBe('X-Sdk-Date is 901 s behind the server; 900 s are allowed.')
    const early = refusal(verify(base, signedAt(base) - 3_600_000))
    expect(early.hint).toBe('X-Sdk-Date is 3600 s ahead of the server; 900 s are allowed.')
  })

  it('has the window that the caller names', () => {
    const credential = credentialOf(base.authorization)
    const at = (offset: number, window: number) =>
      verifySignature(requestOf(base), credential, base.sk, signedAt(base) + offset, window).ok
    expect(at(1001, 1000)).toBe(false)
    expect(at(1e12, Number.POSITIVE_INFINITY)).toBe(true)
    expect(at(Number.NaN, Number.POSITIVE_INFINITY)).toBe(false)
  })

  it.each([
    '',
    '2026-01-02T03:04:05Z',
    '20260102T030405',
    '20260102T030405+0100',
    '20260230T030405Z',
    '20261301T030405Z',
    '20260100T030405Z',
    '20260102T240000Z',
    '20260102T036005Z',
    'Fri, 02 Jan 2026 03:04:05 GMT',
    '1767323045',
  ])('must be a real moment in the one format, unlike "%s"', (text) => {
    const headers = { ...base.headers, 'X-Sdk-Date': text }
    expect(refusal(verify({ ...base, headers }, signedAt(base))).reason).toBe('date-invalid')
  })

  it('must be the day of the scope', () => {
    const derived = vector('python-derived-v11')
    const authorization = derived.authorization.replace('/20260102/', '/20260103/')
    expect(refusal(verify({ ...derived, authorization })).reason).toBe('date-invalid')
  })
})

describe('An Authorization header', () => {
  const hex = 'ab'.repeat(32)
  const rest = `SignedHeaders=host;x-sdk-date, Signature=${hex}`

  it.each([
    [`SDK-HMAC-SHA256 Access=AK, ${rest}`, { algorithm: 'SDK-HMAC-SHA256', accessKey: 'AK' }],
    [
      `V11-HMAC-SHA256 Credential=AK/20260102/cn-north-4/apig, ${rest}`,
      {
        algorithm: 'V11-HMAC-SHA256',
        accessKey: 'AK',
        scope: { date: '20260102', region: 'cn-north-4', service: 'apig' },
      },
    ],
    [
      `SDK-HMAC-SHA256 Credential=AK/20260102///sdk_request,${rest}`,
      {
        algorithm: 'SDK-HMAC-SHA256',
        accessKey: 'AK',
        scope: { date: '20260102', region: '', service: '' },
      },
    ],
  ])('is read: %s', (header, expected) => {
    const signedHeaders = ['host', 'x-sdk-date']
    expect(parseAuthorization(header)).toEqual({ ...expected, signedHeaders, signature: hex })
  })

  it.each([
    '',
    'SDK-HMAC-SHA256',
    'SDK-HMAC-SHA256 ',
    `Bearer Access=AK, ${rest}`,
    `SDK-HMAC-SM3 Access=AK, ${rest}`,
    `SDK-ECDSA-P256-SHA256 Access=AK, ${rest}`,
    `AWS4-HMAC-SHA256 Credential=AK/20260102/r/s/aws4_request, ${rest}`,
    `SDK-HMAC-SHA256 ${rest}`,
    `SDK-HMAC-SHA256 Access=, ${rest}`,
    `SDK-HMAC-SHA256 Access=A K, ${rest}`,
    `SDK-HMAC-SHA256 Access=AK, Access=AK, ${rest}`,
    `SDK-HMAC-SHA256 Access=AK, Extra=1, ${rest}`,
    `SDK-HMAC-SHA256 Access, ${rest}`,
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date`,
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=, Signature=${hex}`,
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=a;;b, Signature=${hex}`,
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=a b, Signature=${hex}`,
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=a\nb, Signature=${hex}`,
    `SDK-HMAC-SHA256 Credential=AK, ${rest}`,
    `SDK-HMAC-SHA256 Credential=AK/20260102/r/s, ${rest}`,
    `SDK-HMAC-SHA256 Credential=AK/20260102/r/s/aws4_request, ${rest}`,
    `SDK-HMAC-SHA256 Credential=AK/2026/r/s/sdk_request, ${rest}`,
    `SDK-HMAC-SHA256 Credential=/20260102/r/s/sdk_request, ${rest}`,
    `V11-HMAC-SHA256 Access=AK, ${rest}`,
    `V11-HMAC-SHA256 Credential=AK/20260102/r, ${rest}`,
    `V11-HMAC-SHA256 Credential=AK/20260102/r/s/sdk_request, ${rest}`,
  ])('is none of this family: "%s"', (header) => {
    expect(parseAuthorization(header)).toEqual(expect.any(String))
  })

  it.each([
    ['a short signature', { signature: 'ab' }, 'Signature must be 64 lower-case hex digits.'],
    [
      'upper-case digits',
      { signature: hex.toUpperCase() },
      'Signature must be 64 lower-case hex digits.',
    ],
    [
      'a date that is not signed',
      { signedHeaders: ['host'] },
      'SignedHeaders must name x-sdk-date.',
    ],
    [
      'a name twice',
      { signedHeaders: ['x-sdk-date', 'X-Sdk-Date'] },
      'SignedHeaders repeats a name.',
    ],
    [
      'a derived key without a scope',
      { algorithm: 'V11-HMAC-SHA256' as const },
      'V11-HMAC-SHA256 has no scope.',
    ],
  ])('is malformed with %s', (_, claim, hint) => {
    const base = vector('node-get-empty-body')
    const credential = { ...credentialOf(base.authorization), ...claim }
    const verdict = verifySignature(requestOf(base), credential, base.sk, signedAt(base))
    expect(verdict).toMatchObject({ ok: false, reason: 'malformed', hint })
  })

  it('names headers in any case, but only such as were sent', () => {
    const base = vector('node-get-empty-body')
    const credential = {
      ...credentialOf(base.authorization),
      signedHeaders: ['x-sdk-date', 'X-Gone'],
    }
    const verdict = verifySignature(requestOf(base), credential, base.sk, signedAt(base))
    expect(verdict).toMatchObject({
      reason: 'header-missing',
      hint: 'SignedHeaders names x-gone, which the request does not have.',
    })
  })
})

describe('The body', () => {
  const body = Buffer.from('{"name":"a"}')
  const contentHash = (value: string) => ({ body, rawHeaders: ['X-Sdk-Content-Sha256', value] })

  it('may be named by its hash, in either case', () => {
    const right = hash('sha256', body)
    for (const payload of [right, right.toUpperCase()]) {
      expect(check(contentHash(payload), { payload }).ok).toBe(true)
    }
  })

  it('must not be replaced under the hash of the one that was signed', () => {
    const payload = hash('sha256', 'the body that was signed')
    expect(refusal(check(contentHash(payload), { payload }))).toMatchObject({
      reason: 'mismatch',
      hint: 'X-Sdk-Content-Sha256 is not the SHA-256 of the body received.',
    })
  })

  it('is hashed by the Python SDK when empty, whatever X-Sdk-Content-Sha256 says', () => {
    const rawHeaders = ['X-Sdk-Content-Sha256', 'UNSIGNED-PAYLOAD']
    expect(check({ rawHeaders }, { payload: hash('sha256', '') }).ok).toBe(true)
    expect(check({ rawHeaders, body }, { payload: hash('sha256', body) }).ok).toBe(false)
  })
})

describe('What the official signers write each in their own way', () => {
  it.each([
    ['/a%2Fb', '/a/b/', 'an encoded slash as a separator (Python, golangsdk)'],
    ['/a%2Fb', '/a%2Fb/', 'an encoded slash inside its segment (the reference)'],
    ['/a%2Fb', '/a%252Fb/', 'an escape encoded again (Node)'],
    ['/a%20b%E4%B8%AD', '/a%2520b%E4%B8%AD/', 'only ASCII escapes encoded again (Node)'],
    ['/a%zz%', '/a%25zz%25/', 'a stray percent sign'],
    ['', '/', 'an empty path'],
    ["/a+b*:@!'~", '/a%2Bb%2A%3A%40%21%27~/', 'what RFC 3986 reserves'],
    ['/\xe4\xb8\xad', '/%E4%B8%AD/', 'bytes sent raw'],
    ['/中', '/%E4%B8%AD/', 'text injected without a wire'],
  ])('accepts the path %s signed as %s: %s', (url, path) => {
    expect(check({ url }, { path }).ok).toBe(true)
  })

  it.each([
    ['b=2&a=1', 'a=1&b=2', 'sorted keys'],
    ['k=b&a=1&k=a', 'a=1&k=a&k=b', 'sorted values'],
    ['k=b&a=1&k=a', 'a=1&k=b&k=a', 'values as sent (Java)'],
    ['a[b]=1&aB=2', 'aB=2&a%5Bb%5D=1', 'sorted before they are encoded'],
    ['q=%zz%FF', 'q=%25zz%FF', 'bad escapes and bytes that are no UTF-8'],
    ['?&=v&&a==b&', '=v&%3F=&a=%3Db', 'odd pairs'],
  ])('accepts the query %s signed as %s: %s', (sent, query) => {
    expect(check({ url: `/a?${sent}` }, { query }).ok).toBe(true)
  })

  it.each<[string, [string, string][], string[], string]>([
    [
      'joins a repeated header with commas',
      [
        ['A', '2 '],
        ['a', '1'],
      ],
      ['a:2,1'],
      'a',
    ],
    [
      'or takes one line per value (Go, .NET)',
      [
        ['A', '2'],
        ['a', '1'],
      ],
      ['a:1', 'a:2'],
      'a',
    ],
    [
      'takes lines in dictionary order (Node)',
      [
        ['a-b', '1'],
        ['a_b', '2'],
      ],
      ['a_b:2', 'a-b:1'],
      'a-b;a_b',
    ],
    ['reads latin-1 when it is no UTF-8 (Node)', [['A', 'caf\xe9']], ['a:café'], 'a'],
    ['keeps a no-break space', [['A', '\ta\xa0 ']], ['a:a\u00a0'], 'a'],
    ['takes text beyond latin-1 as it is', [['A', '中']], ['a:中'], 'a'],
    ['takes an empty value', [['A', '']], ['a:'], 'a'],
  ])('%s', (_, wire, lines, names) => {
    expect(checkHeaders(wire, lines, names)).toEqual({ ok: true })
  })

  it('hashes the query of a bodiless POST in the Open Telekom Cloud variant', () => {
    const scope = { date: '20260102', region: '', service: '' }
    const payload = hash('sha256', 'a=x+y')
    const canonical = [
      'POST',
      '/a/',
      '',
      'h:a b',
      `x-sdk-date:${date}`,
      '',
      'h;x-sdk-date',
      payload,
    ]
    const text = `SDK-HMAC-SHA256\n${date}\n20260102///sdk_request\n${hash('sha256', canonical.join('\n'))}`
    const hmac = (key: string | Buffer, step: string) =>
      createHmac('sha256', key).update(step).digest()
    const key = hmac(hmac(hmac(hmac(`SDK${secret}`, '20260102'), ''), ''), 'sdk_request')
    const signature = hmac(key, text).toString('hex')
    const credential = { algorithm: 'SDK-HMAC-SHA256', accessKey: 'AK', scope, signature } as const
    const rawHeaders = ['H', 'a \t b', 'X-Sdk-Date', date]
    const request = { method: 'POST', url: '/a?a=x%20y', rawHeaders, body: Buffer.alloc(0) }
    const signedHeaders = ['h', 'x-sdk-date']
    expect(verifySignature(request, { ...credential, signedHeaders }, secret, now).ok).toBe(true)
  })
})

describe('A refusal', () => {
  it('shows the canonical request and the string to sign of the server', () => {
    for (const { name, canonical_request, string_to_sign, path_form, query_form } of data.vectors) {
      // Only these are signed in the documented form, which is the one shown.
      if (path_form === 'wire-path-encoded-again' || query_form !== 'sorted') continue
      const verdict = verify({ ...vector(name), sk: 'another' })
      expect(refusal(verdict).canonicalRequest, name).toBe(canonical_request)
      expect(refusal(verdict).stringToSign, name).toBe(string_to_sign)
    }
  })

  it('says that the secret is wrong when nothing else explains it', () => {
    const { reason, hint } = refusal(verify({ ...vector('node-post-json'), sk: 'another' }))
    expect(reason).toBe('mismatch')
    expect(hint).toMatch(/^The secret key is wrong:/)
  })

  const body = Buffer.from('{"a": 1}\n')
  const sha = (text: string) => hash('sha256', text)
  const bare = Buffer.from('{"a": 1}')
  it.each<[RegExp, Partial<SignedRequest>, Parameters<typeof check>[1]]>([
    [/without its trailing newline/, { body }, { payload: sha('{"a": 1}') }],
    [/trailing newline, which did not/, { body: bare }, { payload: sha('{"a": 1}\n') }],
    [/compact JSON/, { body: bare }, { payload: sha('{"a":1}') }],
    [/hashed an empty body/, { body }, { payload: sha('') }],
    [/hashed the body \{\}/, {}, { payload: sha('{}') }],
    [/UNSIGNED-PAYLOAD was signed/, { body }, { payload: 'UNSIGNED-PAYLOAD' }],
    [
      /^The body was hashed although/,
      { body, rawHeaders: ['X-Sdk-Content-Sha256', 'UNSIGNED-PAYLOAD'] },
      {},
    ],
    [/left the query out/, { url: '/a?b=1' }, {}],
    [/neither sorted nor encoded/, { url: '/a?c=1&b=:' }, { query: 'c=1&b=:' }],
    [/\+ of the query as %2B/, { url: '/a?b=x+y' }, { query: 'b=x%2By' }],
    [/after encoding it/, { url: '/a?a[b]=1&aB=2' }, { query: 'a%5Bb%5D=1&aB=2' }],
    [/without the slash/, { url: '/a/b' }, { path: '/a/b' }],
    [/path as sent/, { url: '/a(b)/' }, { path: '/a(b)/' }],
  ])('names the usual mistake: %s', (hint, wire, signed) => {
    const verdict = refusal(check(wire, signed))
    expect(verdict.reason).toBe('mismatch')
    expect(verdict.hint).toMatch(hint)
  })

  it.each<[string, [string, string][], string]>([
    ['host h, but host h:8080 arrived', [['Host', 'h:8080']], 'host:h'],
    ['host h:443, but host h arrived', [['Host', 'h']], 'host:h:443'],
    ['host h:8080, but host h arrived', [['Host', 'h']], 'host:h:8080'],
    ['host h:8443, but host h:80 arrived', [['Host', 'h:80']], 'host:h:8443'],
    [
      'host h:12345, but host h arrived',
      [
        ['Host', 'h'],
        ['X-Forwarded-Port', '12345'],
      ],
      'host:h:12345',
    ],
    ['host localhost:80, but host 127.0.0.1:80', [['Host', '127.0.0.1:80']], 'host:localhost:80'],
    ['host 127.0.0.1:80, but host localhost:80', [['Host', 'localhost:80']], 'host:127.0.0.1:80'],
    [
      'host out, but host in arrived',
      [
        ['Host', 'in'],
        ['X-Forwarded-Host', 'out'],
      ],
      'host:out',
    ],
    [
      'content-type application/json, but application/json;charset=utf8 arrived',
      [['Content-Type', 'application/json;charset=utf8']],
      'content-type:application/json',
    ],
  ])('names the header that differs: %s', (hint, wire, line) => {
    const verdict = refusal(checkHeaders(wire, [line], line.slice(0, line.indexOf(':'))))
    expect(verdict.hint).toContain(`The client signed ${hint}`)
  })
})

test('A refusal names the port of the server, which a proxy took off the host', () => {
  const canonical = ['GET', '/', '', 'host:h:54321', `x-sdk-date:${date}`, '', 'host;x-sdk-date']
  const credential = sign([...canonical, hash('sha256', '')], 'host;x-sdk-date')
  const rawHeaders = ['Host', 'h', 'X-Sdk-Date', date]
  const request = { method: 'GET', url: '/', rawHeaders, body: Buffer.alloc(0), port: 54_321 }
  const { hint } = refusal(verifySignature(request, credential, secret, now))
  expect(hint).toBe('The client signed host h:54321, but host h arrived.')
})

describe('Hostile input', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom(
      '%',
      '%zz',
      '%2',
      '\ud800',
      '',
      'x-sdk-date',
      date,
      'SDK-HMAC-SHA256 Access=AK,',
    ),
  )

  it('never makes reading the header throw', () => {
    const parts = fc.array(
      fc.oneof(
        text,
        fc.constantFrom(
          'SDK-HMAC-SHA256',
          'V11-HMAC-SHA256',
          ' ',
          ',',
          '=',
          ';',
          '/',
          'Access',
          'Credential',
          'SignedHeaders',
          'Signature',
        ),
      ),
    )
    fc.assert(fc.property(parts, (pieces) => void parseAuthorization(pieces.join(''))))
  })

  it('never makes verifying throw, and never verifies', () => {
    const scope = fc.record({ date: text, region: text, service: text })
    const credential = fc.record(
      {
        algorithm: fc.constantFrom('SDK-HMAC-SHA256' as const, 'V11-HMAC-SHA256' as const),
        accessKey: text,
        signedHeaders: fc.oneof(fc.array(text), fc.constant(['x-sdk-date'])),
        signature: fc.oneof(text, fc.constant('ab'.repeat(32))),
        scope: fc.oneof(
          scope,
          fc.constant({ date: '20260102', region: 'r'.repeat(2000), service: '' }),
        ),
      },
      { requiredKeys: ['algorithm', 'accessKey', 'signedHeaders', 'signature'] },
    )
    const rawHeaders = fc.oneof(fc.array(text), fc.constant(['x-sdk-date', date]))
    const request = fc.record({ method: text, url: text, rawHeaders, body: fc.uint8Array() })
    fc.assert(
      fc.property(request, credential, text, (request, credential, secret) => {
        expect(verifySignature(request, credential, secret, now).ok).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  it('of 100,000 signed headers is turned away unread', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `h${i}`).join(';')
    const header = (count: number) =>
      `SDK-HMAC-SHA256 Access=AK, SignedHeaders=${names(count)}, Signature=${'ab'.repeat(32)}`
    expect(credentialOf(header(256)).signedHeaders).toHaveLength(256)
    expect(parseAuthorization(header(257))).toBe('has over 256 SignedHeaders')
    expect(parseAuthorization(header(100_000))).toBe('has over 256 SignedHeaders')
  })

  /** Milliseconds of CPU, the best of five, so that a busy machine does not count. */
  function duration(run: () => void): number {
    const times = Array.from({ length: 5 }, () => {
      const start = process.cpuUsage()
      run()
      const { user, system } = process.cpuUsage(start)
      return (user + system) / 1000
    })
    return Math.min(...times)
  }

  const signature = 'ab'.repeat(32)
  const credential = (signedHeaders: string[]): Credential => {
    return { algorithm: 'SDK-HMAC-SHA256', accessKey: 'AK', signedHeaders, signature }
  }
  const at = (url: string, rawHeaders: string[], signedHeaders: string[]) => () => {
    const headers = ['X-Sdk-Date', date, ...rawHeaders]
    const request = { method: 'GET', url, rawHeaders: headers, body: Buffer.alloc(0) }
    verifySignature(request, credential(['x-sdk-date', ...signedHeaders]), secret, now)
  }
  it.each<[string, (n: number) => () => void]>([
    ['a header value of blanks', (n) => at('/', ['h', `a${' '.repeat(n)}a`], ['h'])],
    ['a header value beyond ASCII', (n) => at('/', ['h', '\xc3\xa9'.repeat(n / 2)], ['h'])],
    ['a header sent again and again', (n) => at('/', Array(n / 4).fill('h'), ['h'])],
    ['a path of percent signs', (n) => at(`/${'%'.repeat(n / 4)}`, [], [])],
    ['a query of separators', (n) => at(`/?${'&='.repeat(n / 8)}`, [], [])],
    [
      'a list of signed headers',
      (n) =>
        at(
          '/',
          [],
          Array.from({ length: n / 4 }, (_, i) => `h${i}`),
        ),
    ],
    [
      'blanks for an Authorization',
      (n) => () => void parseAuthorization(`SDK-HMAC-SHA256${' '.repeat(n)}\n`),
    ],
    [
      'commas for an Authorization',
      (n) => () => void parseAuthorization(`SDK-HMAC-SHA256 ${','.repeat(n)}`),
    ],
  ])('costs no more than in proportion to its size: %s', (_, work) => {
    const size = 100_000
    work(1000)()
    const [small, large] = [duration(work(size)), duration(work(4 * size))]
    // Four times the input is four times the work; were it quadratic, sixteen times. The constant
    // is for those that take no time to speak of.
    expect(large).toBeLessThan(10 * small + 5)
  })
})
