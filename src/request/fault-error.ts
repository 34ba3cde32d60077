import { ApigError, errors } from '../core/errors.ts'
import {
  errorExamplesOf,
  type Operation,
  readErrorCodes,
  readOperations,
} from '../facts/operations.ts'
import type { FaultRule } from '../instruments/fault-rule.ts'

type Text = readonly [status: number, message: string]

/** What a message of ours says of what nobody can know: as most real answers have it. */
const USUAL: Readonly<Record<string, string>> = {
  'APIGW.0301': 'Incorrect IAM authentication information: decrypt token fail',
  'IAM.0404': 'Could not find resource.',
  'IAM.0409': 'Conflict occurred attempting to store resource.',
}

/** Whose id a message names, by its code. */
const ID_OF: Readonly<Record<string, readonly string[]>> = {
  'APIG.3001': ['group_id'],
  'APIG.3002': ['api_id'],
  'APIG.3003': ['env_id'],
  'APIG.3004': ['app_id'],
  'APIG.3005': ['throttle_id'],
  'APIG.3006': ['acl_id'],
  'APIG.3009': ['app_auth_id'],
  'APIG.3011': ['env_variable_id'],
  'APIG.3013': ['strategy_id'],
  'APIG.3017': ['sign_id'],
  'APIG.3022': ['version_id'],
  'APIG.3023': ['vpc_channel_id'],
  'APIG.3024': ['member_id'],
  'APIG.3030': ['instance_id'],
  'APIG.3068': ['plugin_id'],
  'APIG.3081': ['authorizer_id'],
  'APIG.3082': ['app_code_id', 'ai_api_key_id'],
  'APIG.3093': ['app_quota_id', 'task_id'],
  'APIG.3415': ['group_id'],
  'APIG.3548': ['instance_id'],
}

/** An id as the pages' examples have it. */
const EXAMPLE_ID = /\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/

/** The parts of a request that an error message mentions. */
export interface ErrorPlace {
  operationId: string | undefined
  /** The parameters of the path. */
  params: Readonly<Record<string, string | undefined>>
}

/**
 * The error that a fault orders: as the operation's page has it, otherwise as this server answers
 * it, otherwise as the tables of the service do; with the id of the path.
 * @returns undefined if there is no such code
 */
export async function orderedError(
  { error_code: code = '', error_msg, status }: FaultRule,
  { operationId, params }: ErrorPlace,
): Promise<ApigError | undefined> {
  const id = ID_OF[code]?.map((name) => params[name]).find((value) => value !== undefined)
  const operation = (await readOperations()).find((known) => known.operationId === operationId)
  const text = exampleText(operation, code, id) ?? ownText(code, id) ?? (await tables()).get(code)
  if (text === undefined) return undefined
  return new ApigError(code, status ?? text[0], error_msg ?? text[1])
}

/** Every code that a fault can order. */
export async function orderableCodes(): Promise<Set<string>> {
  return new Set([...(await tables()).keys(), ...own().keys()])
}

function exampleText(operation: Operation | undefined, code: string, id?: string) {
  if (operation === undefined) return undefined
  const example = errorExamplesOf(operation).find(({ error_code }) => error_code === code)
  if (example === undefined) return undefined
  const { status, error_msg } = example
  const message = id === undefined ? error_msg : error_msg.replace(EXAMPLE_ID, () => id)
  return [status, message] as const
}

/** What this server answers in the service's name. */
const own = () =>
  new Map<string, Text>(Object.entries(errors).filter(([key]) => !/^MOCK\.|\//.test(key)))

/** This server's own text, if all its details are known. */
function ownText(code: string, id: string | undefined): Text | undefined {
  const [status, template] = own().get(code) ?? []
  if (status === undefined || template === undefined) return undefined
  const usual = USUAL[code]
  if (usual !== undefined) return [status, usual]
  const message = id === undefined ? template : template.replace('{id}', () => id)
  return message.includes('{') ? undefined : [status, message]
}

/** The tables of the service; the management API's first, since some numbers are in two. */
async function tables(): Promise<Map<string, Text>> {
  const { dataPlaneCodes, frontCodes } = await import('../facts/data-plane-codes.ts')
  const management = [...(await readErrorCodes())].map(
    ([code, [status, message]]) => [code, [status, message.replace(/\.$/, '')]] as const,
  )
  return new Map<string, Text>([
    ...Object.entries(frontCodes),
    ...Object.entries(dataPlaneCodes),
    ...management,
  ])
}
