import { isSecretMember, isSecretName } from './secret-names.ts'

/** Characters: what is shorter is masked where its name says so, but not looked for elsewhere. */
export const SHORTEST = 8

/** A request as far as secrets may be in it. */
export interface Sent {
  rawHeaders: readonly string[]
  url: string
  /** As JSON; text if it is none. */
  body: unknown
}

/** The secrets that a request itself sends, under a name that says so; the longest first. */
export function ownSecrets({ rawHeaders, url, body }: Sent): string[] {
  const found = new Set<string>()
  const add = (value: string) => {
    if (value.length < SHORTEST) return
    found.add(value)
    // As it is in a path or a canonical request.
    found.add(encoded(value))
  }
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2)
    if (isSecretName(name)) for (const secret of secretsOfHeader(name, value)) add(secret)
  }
  for (const [name, value] of new URLSearchParams(url.split(/\?(.*)/s, 2)[1])) {
    if (isSecretName(name)) add(value)
  }
  if (typeof body === 'string')
    for (const [start, end] of secretRanges(body)) add(body.slice(start, end))
  else for (const secret of secretMembers(body)) add(secret)
  return [...found].sort((a, b) => b.length - a.length)
}

/** Percent-encoded; half of a surrogate pair cannot be, and stays. */
const encoded = (value: string): string =>
  /[\ud800-\udfff]/.test(value) ? value : encodeURIComponent(value)

/** The secrets in the value of a header that holds some. */
function secretsOfHeader(name: string, value: string): string[] {
  switch (name.toLowerCase()) {
    case 'authorization': {
      // The name of a scheme alone hides nothing, and refusals name it.
      if (/^(?:SDK|V11)-[A-Z0-9-]+$/.test(value)) return []
      // Of a signature, who signed what is no secret; of another scheme all may be.
      const [, signature] = /^(?:SDK|V11)-.*Signature=(\S*)/s.exec(value) ?? []
      if (signature !== undefined) return [signature]
      const credentials = value.replace(/^\S+\s*/, '')
      // The name of a scheme of ours is no secret; a single word of another kind may be one.
      return /^(SDK|V11)-/.test(value) ? [credentials] : [value, credentials]
    }
    case 'cookie':
      return [
        value,
        ...value.split(/;\s*/),
        ...value.split(/;\s*/).map((one) => one.replace(/^[^=]*=/, '')),
      ]
    default:
      return [value]
  }
}

/** The strings and numbers of JSON data that stand under a name of secrets, however deep. */
function secretMembers(root: unknown): string[] {
  const secrets: string[] = []
  const open = [{ value: root, name: undefined as string | undefined, isInside: false }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, name } = next
    const isInside = isSecretMember(name, value, next.isInside)
    if (Array.isArray(value)) {
      for (const item of value) open.push({ value: item, name: undefined, isInside })
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        open.push({ value: member, name: key, isInside })
      }
    } else if (isInside && (typeof value === 'string' || typeof value === 'number')) {
      secrets.push(String(value))
    }
  }
  return secrets
}

/**
 * Where secrets are in a text that is no JSON: the values of fields as in JSON that is broken, or of
 * parameters as in a form. Of a container that a secret's name has, all that follows.
 */
export function secretRanges(text: string): [start: number, end: number][] {
  const ranges: [number, number][] = []
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') {
      const end = endOfString(text, i)
      const value = startOfValue(text, end + 1)
      if (value === -1 || !isSecretName(text.slice(i + 1, end))) {
        i = end
        continue
      }
      const [start, stop] = valueAt(text, value)
      ranges.push([start, stop])
      i = stop
    } else if (text[i] === '=' && isSecretName(nameBefore(text, i))) {
      const stop = endOfParameter(text, i + 1)
      ranges.push([i + 1, stop])
      i = stop - 1
    }
  }
  return ranges.filter(([start, end]) => end > start)
}

/** Of a string that begins at `start`, the place of its closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return Math.min(i, text.length)
}

/** The first character behind a colon that follows here; -1 if none does. */
function startOfValue(text: string, from: number): number {
  const blanks = (at: number) => {
    let i = at
    while (i < text.length && /\s/.test(text.charAt(i))) i++
    return i
  }
  const colon = blanks(from)
  return text[colon] === ':' ? blanks(colon + 1) : -1
}

function valueAt(text: string, start: number): [number, number] {
  if (text[start] === '"') return [start + 1, endOfString(text, start)]
  if (text[start] === '{' || text[start] === '[') return [start, text.length]
  let end = start
  while (end < text.length && !/[\s,}\]]/.test(text.charAt(end))) end++
  return [start, end]
}

function endOfParameter(text: string, start: number): number {
  let end = start
  while (end < text.length && !/[&\s]/.test(text.charAt(end))) end++
  return end
}

/** Characters of a parameter's name. */
const NAME = 64

function nameBefore(text: string, end: number): string {
  return /[\w.-]*$/.exec(text.slice(Math.max(0, end - NAME), end))?.[0] ?? ''
}
