import { readFile } from 'node:fs/promises'

interface Bytes {
  $base64: string
}

/** As much as is read here of what Schemathesis reports of one scenario. */
interface Scenario {
  recorder: {
    checks?: Record<string, { failure_info?: { failure: Failure } | null }[]>
    interactions?: Record<
      string,
      { request: { uri: string; body?: Bytes }; response?: { content?: Bytes } }
    >
  }
}

interface Failure {
  code: string
  operation: string
  title: string
  message: string
}

/**
 * The failures in a report (NDJSON) of Schemathesis, each once, as one line: the code of the check,
 * the operation, and what the server answered or which part of the request it should not have
 * accepted.
 */
export async function failuresIn(report: string): Promise<string[]> {
  const lines = (await readFile(report, 'utf8')).trim().split('\n')
  const found = lines.flatMap((line) => {
    const { ScenarioFinished } = JSON.parse(line) as { ScenarioFinished?: Scenario }
    return ScenarioFinished === undefined ? [] : failuresOf(ScenarioFinished)
  })
  return [...new Set(found)].sort()
}

function failuresOf({ recorder: { checks = {}, interactions = {} } }: Scenario): string[] {
  return Object.entries(checks).flatMap(([id, results]) =>
    results.flatMap(({ failure_info }) => {
      if (!failure_info) return []
      const { code, operation, title, message } = failure_info.failure
      const { request, response } = interactions[id] ?? {}
      const why =
        refusal(response?.content) ?? accepted(message, request?.uri, request?.body) ?? message
      return [`${code} ${operation}: ${title}: ${why}`.replaceAll(/\s+/g, ' ')]
    }),
  )
}

const parsed = (bytes?: Bytes) => {
  try {
    return JSON.parse(Buffer.from(bytes?.$base64 ?? '', 'base64').toString())
  } catch {
    return undefined
  }
}

/** What the server said, if it refused the request. */
function refusal(content?: Bytes): string | undefined {
  const answer = parsed(content)
  return answer?.error_msg && `${answer.error_code} ${answer.error_msg}`
}

const COMPONENT =
  /^Invalid component: (?<component>(?:parameters? (?<parameters>`.+`) in query)?(?:in body - (?<field>\w+):)?.*)$/m

/** Which part of a request the server should not have accepted, and what stood there instead. */
function accepted(message: string, uri = '', body?: Bytes): string | undefined {
  const { component, parameters, field } = COMPONENT.exec(message)?.groups ?? {}
  if (component === undefined) return undefined
  if (parameters !== undefined) {
    const query = new URL(uri).searchParams
    const values = [...parameters.matchAll(/`(\w+)`/g)].map(([, name = '']) => query.get(name))
    return `${component} (${values.map((value) => JSON.stringify(value)).join(', ')})`
  }
  const whole = parsed(body)
  const value = field === undefined ? whole : whole?.[field]
  return `${component}${value === null ? ' (null)' : ''}`
}
