import { apigError } from '../core/errors.ts'
import { nearestName } from '../core/nearest-name.ts'
import { iamOperations } from '../facts/iam-operations.ts'
import { readOperations } from '../facts/operations.ts'

/** Characters of a tester's own text that a message repeats. */
const SHOWN = 48

/** A tester's text in quotes, cut to fit into a message of one line. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)

/**
 * Refuses an operation that neither the service nor IAM has.
 * @throws ApigError MOCK.0400 with the nearest id
 */
export async function refuseUnknownOperation(
  operationId: string,
  what: string,
  path: string,
): Promise<void> {
  const operations = (await readOperations()).map((operation) => operation.operationId)
  const known = [...operations, ...iamOperations]
  if (known.includes(operationId)) return
  const nearest = nearestOperation(operationId, known)
  const hint =
    nearest === undefined ? 'GET /_mock/coverage lists all' : `did you mean "${nearest}"?`
  throw apigError('MOCK.0400', {
    what,
    path,
    detail: `no operation ${shown(operationId)}; ${hint}`,
  })
}

/** `CreateApp` is nearest to `CreateAnAppV2`: article and version do not count, if that finds one. */
function nearestOperation(operationId: string, known: readonly string[]): string | undefined {
  const bare = (id: string) => id.replace(/V\d+$/, '').replace(/(?<=[a-z])An?(?=[A-Z])/g, '')
  const full = new Map(known.map((id) => [bare(id), id]))
  const nearest = nearestName(bare(operationId), full.keys())
  return nearest === undefined ? undefined : full.get(nearest)
}
