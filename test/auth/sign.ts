import { createHash, createHmac } from 'node:crypto'

/** The built-in key, as the README documents it. */
export const ACCESS_KEY = {
  access: 'MOCKACCESSKEY0000001',
  secret: 'mock-secret-access-key-0000000000000001',
}

interface ToSign {
  method: string
  /** Without characters that need encoding; the query sorted. */
  path: string
  body?: string
  access?: string
  secret?: string
  /** Milliseconds since 1970. */
  now: number
  project?: string
  securityToken?: string
  host?: string
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A second implementation of SDK-HMAC-SHA256, of its documented form alone: signs a request. */
export function sign({ method, path, body = '', now, ...rest }: ToSign): Record<string, string> {
  const { access, secret } = { ...ACCESS_KEY, ...rest }
  const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  const headers: Record<string, string> = {
    host: rest.host ?? 'localhost:80',
    'x-sdk-date': date,
    ...(rest.project && { 'x-project-id': rest.project }),
    ...(rest.securityToken && { 'x-security-token': rest.securityToken }),
  }
  const names = Object.keys(headers).sort()
  const [pathname = '', query = ''] = path.split('?')
  const canonical = [
    method,
    `${pathname}/`,
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n')
  const text = `SDK-HMAC-SHA256\n${date}\n${sha256(canonical)}`
  const signature = createHmac('sha256', secret).update(text).digest('hex')
  return {
    ...headers,
    authorization: `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}
