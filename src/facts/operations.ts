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

/** The vendor's operations. Read at the first use: few servers ever need them. */
export async function readOperations(): Promise<Operation[]> {
  const { default: operations } = await import('../../openapi/operations.json', {
    with: { type: 'json' },
  })
  return operations
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
