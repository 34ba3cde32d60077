import { createHmac, hash } from 'node:crypto'

/** What is sent. `#` in path and body stands for a number that no other request of a burst has. */
export interface Request {
  method: string
  path: string
  body?: string
  headers?: Record<string, string>
  /** Signed like the official clients do, instead of a token. */
  sign?: { access: string; secret: string }
  /** The status that every answer must have. */
  status: number
}

/** The text of the `number`th request of its kind. */
export function write(request: Request, number: number): string {
  const { method, sign, headers } = request
  const numbered = (text: string) => text.replaceAll('#', String(number).padStart(8, '0'))
  const path = numbered(request.path)
  const body = request.body === undefined ? undefined : numbered(request.body)
  const lines: Record<string, string> = {
    host: '127.0.0.1',
    ...(body !== undefined && {
      'content-type': 'application/json',
      'content-length': String(body.length),
    }),
    ...headers,
    ...(sign && signature(method, path, body ?? '', sign)),
  }
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n${body ?? ''}`
}

/** SDK-HMAC-SHA256 over host, date and body. */
function signature(
  method: string,
  path: string,
  body: string,
  { access, secret }: { access: string; secret: string },
): Record<string, string> {
  const date = new Date().toISOString().replace(/-|:|\.\d+/g, '')
  const names = 'content-type;host;x-sdk-date'
  const lines = `content-type:application/json\nhost:127.0.0.1\nx-sdk-date:${date}\n`
  const canonical = `${method}\n${path}/\n\n${lines}\n${names}\n${hash('sha256', body)}`
  const toSign = `SDK-HMAC-SHA256\n${date}\n${hash('sha256', canonical)}`
  const value = createHmac('sha256', secret).update(toSign).digest('hex')
  return {
    'x-sdk-date': date,
    authorization: `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=${names}, Signature=${value}`,
  }
}
