/** One operation of the service, as openapi/operations.json has it. */
export interface Operation {
  operationId: string
  family: string
  method: string
  path: string
  successStatus: number
  statuses: number[]
  errorExamples: { status: number; error_code: string; error_msg: string }[]
}

/** An error that the page of an operation shows. */
export type ErrorExample = Operation['errorExamples'][number]

/** The vendor's operations. Read at the first use: few servers ever need them. */
export async function readOperations(): Promise<Operation[]> {
  const { default: operations } = await import('../../openapi/operations.json', {
    with: { type: 'json' },
  })
  return operations
}

/**
 * The errors that an operation's page shows. Six pages print the code of a missing API with the
 * text of a missing app; they get the code that twelve others have for it (docs/limits.md).
 */
export function errorExamplesOf({ errorExamples }: Operation): ErrorExample[] {
  return errorExamples.map((example) =>
    example.error_code === 'APIG.3002' && example.error_msg.startsWith('App ')
      ? { ...example, error_code: 'APIG.3004' }
      : example,
  )
}

/** The operation that a method and a path (without query) name, served or not. */
export function findOperation(
  operations: Operation[],
  method: string,
  path: string,
): Operation | undefined {
  const segments = path.split('/')
  return operations.find((operation) => {
    if (operation.method !== method) return false
    const template = operation.path.split('/')
    return (
      template.length === segments.length &&
      template.every((part, i) =>
        part.startsWith('{') ? segments[i] !== '' : part === segments[i],
      )
    )
  })
}

/** The parameters of an operation's path: `{ instance_id: 'gw1' }`. */
export function pathParameters({ path: template }: Operation, path: string): Map<string, string> {
  const segments = path.split('/')
  const named = template.split('/').flatMap((part, i) => {
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? []
    return name === undefined ? [] : [[name, decoded(segments[i] ?? '')] as const]
  })
  return new Map(named)
}

/** A segment as the router decodes it. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Code → status and message: the error table of the service's documentation. */
export async function readErrorCodes(): Promise<Map<string, [status: number, message: string]>> {
  const { default: codes } = await import('../../openapi/error-codes.json', {
    with: { type: 'json' },
  })
  return new Map(
    Object.entries(codes).map(([code, [status, message]]) => [
      code,
      [Number(status), String(message)],
    ]),
  )
}

/** Words of operation ids that are not written in lower case. */
const WORDS: Record<string, string> = {
  Acl: 'ACL',
  Ai: 'AI',
  Api: 'API',
  Apis: 'APIs',
  Eip: 'EIP',
  Env: 'environment',
  Id: 'ID',
  Ip: 'IP',
  Ssl: 'SSL',
  Vpc: 'VPC',
}

/** `Create an app` of `CreateAnAppV2`: the vendor's name of an operation as a title. */
export function titleOf(operationId: string): string {
  const words = operationId.replace(/V\d+$/, '').match(/[A-Z][a-z0-9]*/g) ?? [operationId]
  const [first = '', ...rest] = words
  return [first, ...rest.map((word) => WORDS[word] ?? word.toLowerCase())].join(' ')
}
