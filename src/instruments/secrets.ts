import { copyJson } from './json-copy.ts'
import type { KnownSecrets } from './known-secrets.ts'
import { ownSecrets, type Sent, secretRanges } from './own-secrets.ts'
import { isSecretMember, isSecretName, MASK } from './secret-names.ts'

/** Shows what was sent and answered without its secrets. */
export interface Masking {
  /** Any text: every secret that the request sent or that the state knows is masked in it. */
  text(text: string): string
  /** A value of this name: a header, a parameter. */
  named(name: string, value: string): string
  /** A body: JSON as its value, everything else as text. */
  body(body: unknown): unknown
  /** The body of an answer. */
  answer(body: unknown): unknown
}

/** Shows everything as it is. */
export const NO_MASKING: Masking = {
  text: (text) => text,
  named: (_name, value) => value,
  body: (body) => body,
  answer: (body) => body,
}

/** The masking of one request: by name, and by value wherever a secret of it or of the state is. */
export function createMasking(sent: Sent, known: KnownSecrets): Masking {
  const own = ownSecrets(sent)

  function text(given: string): string {
    let masked = given
    for (const secret of own) if (masked.includes(secret)) masked = masked.replaceAll(secret, MASK)
    return maskKnown(masked, known)
  }

  const copy = (root: unknown, isSecret: typeof isSecretMember) =>
    copyJson(root, false, (value, name, isInside) => {
      const isHidden = isSecret(name, value, isInside)
      if (typeof value === 'string') return [isHidden ? MASK : text(value), isHidden]
      return [isHidden && typeof value === 'number' ? MASK : value, isHidden]
    })

  return {
    text,
    named: (name, value) => (isSecretName(name) ? maskedHeader(name, value) : text(value)),
    body: (body) =>
      typeof body === 'string' ? text(maskRanges(body)) : copy(body, isSecretMember),
    answer: (body) => (typeof body === 'string' ? text(body) : copy(body, isSecretOfAnswer)),
  }
}

/** A copy of JSON data in which what a name calls a secret is masked. */
export const maskedByName = (root: unknown): unknown =>
  copyJson(root, false, (value, name, isInside) => {
    const isHidden = isSecretMember(name, value, isInside)
    const isLeaf = typeof value === 'string' || typeof value === 'number'
    return [isHidden && isLeaf ? MASK : value, isHidden]
  })

/** Objects of an answer are this server's own: IAM's `token` describes the token, and lacks it. */
const isSecretOfAnswer: typeof isSecretMember = (name, value, isInside) => {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return !isObject && isSecretMember(name, value, isInside)
}

function maskedHeader(name: string, value: string): string {
  if (name.toLowerCase() !== 'authorization' || !/^(SDK|V11)-/.test(value)) return MASK
  return value.replace(/Signature=.*/s, `Signature=${MASK}`)
}

function maskRanges(text: string): string {
  let masked = ''
  let from = 0
  for (const [start, end] of secretRanges(text)) {
    masked += text.slice(from, start) + MASK
    from = end
  }
  return masked + text.slice(from)
}

/** Runs of characters without a blank or quote; a secret has neither. */
const WORD = /[^\s"'`]{8,}/g
/** What may be around a secret in a run. */
const AROUND = /[=:,;&?/|()[\]{}<>\\]/

function maskKnown(text: string, known: KnownSecrets): string {
  return text.replace(WORD, (run) => maskedRun(run, known))
}

function maskedRun(run: string, known: KnownSecrets): string {
  if (known.has(run)) return MASK
  if (run.includes('%')) {
    const decoded = decodedText(run)
    if (known.has(decoded)) return MASK
  }
  if (!AROUND.test(run)) return maskedPart(run, known)
  const begin = run.search(/[=:]/) + 1
  if (begin > 0 && known.has(run.slice(begin))) return run.slice(0, begin) + MASK
  // A part may end with the padding of Base64, and hold whatever an alphabet of passwords has.
  return run
    .split(/([,;&?|()[\]{}<>\\]|[=:](?=[^=:]))/)
    .map((part) => maskedPart(part, known))
    .join('')
}

function maskedPart(part: string, known: KnownSecrets): string {
  if (part.length < 8) return part
  if (known.has(part) || known.has(decodedText(part))) return MASK
  // At the end of a sentence.
  const sentence = /[.!]+$/.exec(part)?.index ?? part.length
  if (sentence < part.length)
    return maskedPart(part.slice(0, sentence), known) + part.slice(sentence)
  if (!part.includes('/')) return part
  return part
    .split('/')
    .map((piece) => (known.has(piece) || known.has(decodedText(piece)) ? MASK : piece))
    .join('/')
}

function decodedText(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
