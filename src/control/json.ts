import { apigError } from '../core/errors.ts'
import { parseJson } from '../request/json-body.ts'
import type { Step } from '../request/steps.ts'
import { MAX_DEPTH, tooDeepAt } from '../schema/json.ts'

/**
 * Reads a body as JSON, for a tester: what is wrong is said with its position.
 * @throws ApigError MOCK.0400
 */
export const parseControlJson: Step = (request) => {
  const bytes = request.body
  try {
    parseJson(request)
  } catch (error) {
    if (!(bytes instanceof Uint8Array)) throw error
    const detail =
      tooDeepAt(bytes) === -1
        ? `expected JSON${whereBroken(Buffer.from(bytes).toString())}`
        : `nested deeper than ${MAX_DEPTH}`
    throw apigError('MOCK.0400', { what: 'body', path: '/', detail })
  }
}

/** Characters up to which a position is looked for, with as many parses as this has binary digits. */
const SEARCHED = 1024 * 1024

/** ` (line 2, column 7: unexpected "x")`, of the first character that JSON does not allow there. */
function whereBroken(text: string): string {
  if (text.length > SEARCHED) return ''
  if (isUnfinished(text)) return ' (unexpected end of JSON input)'
  // The shortest beginning that no more text could mend ends with that character.
  let [good, bad] = [0, text.length]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isUnfinished(text.slice(0, middle))) good = middle
    else bad = middle
  }
  const lines = text.slice(0, good).split('\n')
  const column = (lines.at(-1)?.length ?? 0) + 1
  return ` (line ${lines.length}, column ${column}: unexpected ${JSON.stringify(text[good])})`
}

/** Whether a text may become JSON when more is added to it. */
function isUnfinished(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const { message } = error as Error
    if (/^Unexpected end|^Unterminated/.test(message)) return true
    return Number(/ at position (\d+)/.exec(message)?.[1]) >= text.length
  }
}
