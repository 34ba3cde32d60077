/** The arrays and objects that Go's decoder accepts inside each other. */
export const MAX_DEPTH = 10_000

/**
 * `JSON.stringify` for JSON of any depth. V8 recurses, and ends at a depth of a few thousand, where
 * bodies of `MAX_DEPTH` are accepted.
 */
export function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return writeDeepJson(value)
  }
}

interface Level {
  members: Iterator<[string | undefined, unknown]>
  isFirst: boolean
  end: string
}

function writeDeepJson(root: unknown): string {
  const open: Level[] = []
  const parts: string[] = []
  const write = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) {
      parts.push(JSON.stringify(value) ?? 'null')
      return
    }
    const isArray = Array.isArray(value)
    parts.push(isArray ? '[' : '{')
    const members = isArray ? itemsOf(value) : Object.entries(value)[Symbol.iterator]()
    open.push({ members, isFirst: true, end: isArray ? ']' : '}' })
  }
  write(root)
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const { done, value: member } = level.members.next()
    if (done) {
      parts.push(level.end)
      open.pop()
      continue
    }
    const [name, value] = member
    if (name !== undefined && value === undefined) continue
    if (!level.isFirst) parts.push(',')
    level.isFirst = false
    if (name !== undefined) parts.push(JSON.stringify(name), ':')
    write(value)
  }
  return parts.join('')
}

function* itemsOf(items: unknown[]): Generator<[undefined, unknown]> {
  for (const item of items) yield [undefined, item]
}

/**
 * Where a JSON text opens more arrays and objects inside each other than `MAX_DEPTH`; -1 if it does
 * not. Linear, and free for any text that is too short for it.
 */
export function tooDeepAt(json: Uint8Array): number {
  if (json.length <= MAX_DEPTH) return -1
  let depth = 0
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (byte === 0x22) {
      i = endOfString(json, i)
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > MAX_DEPTH) return i
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return -1
}

/** The closing quote of the string that begins at `start`. */
function endOfString(json: Uint8Array, start: number): number {
  let i = start + 1
  while (i < json.length && json[i] !== 0x22) i += json[i] === 0x5c ? 2 : 1
  return i
}

/** Whether arrays and objects are inside each other more than `most` deep. */
export function isDeeperThan(most: number, value: unknown): boolean {
  const containers = (values: unknown[]) =>
    values.filter((one): one is object => typeof one === 'object' && one !== null)
  let level = containers([value])
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > most) return true
    level = containers(level.flatMap((container) => Object.values(container)))
  }
  return false
}

const LONE_SURROGATE =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|[\s\S])/g

/** Half of a surrogate pair becomes U+FFFD, as in Go, whose strings cannot hold it. */
export function replaceLoneSurrogates(json: string): string {
  if (!/\\u[dD][89a-fA-F]/.test(json)) return json
  return json.replace(LONE_SURROGATE, (found) => (found.length === 6 ? '\\ufffd' : found))
}
