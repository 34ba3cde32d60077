import { METHODS, validateHeaderName, validateHeaderValue } from 'node:http'
import type { Context } from '../context.ts'
import { apigError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest-name.ts'
import { iamOperations } from '../facts/iam-operations.ts'
import { readOperations } from '../facts/operations.ts'
import { FaultRule } from '../instruments/fault-rule.ts'
import { isAnswer } from '../instruments/faults.ts'
import { orderableCodes } from '../request/fault-error.ts'
import { isControl } from '../request/foreign-page.ts'
import { isDeeperThan } from '../schema/json.ts'
import { refuseUnknownOperation, shown } from './known-names.ts'
import { explain } from './validation.ts'

/** Arrays and objects inside each other: far above any answer, far below what V8 can write. */
const DEEPEST = 500
/** Every one is a search in the path of every request. */
const MOST_STARS = 16

/** What is wrong with a rule: where, and why it can never do what it says. */
type Flaw = [path: string, detail: string]

/**
 * Refuses a rule that can never do what it says.
 * @param what what the message calls that which has it: `fault`, `seed`
 * @param at the path of the rule in it
 * @throws ApigError MOCK.0400
 */
export async function refuseImpossible(rule: FaultRule, what = 'fault', at = ''): Promise<void> {
  const { operationId = '*' } = rule
  if (operationId !== '*') await refuseUnknownOperation(operationId, what, `${at}/operationId`)
  const flaw =
    (await operationFlaw(rule)) ??
    (await codeFlaw(rule)) ??
    matchFlaw(rule) ??
    bodyFlaw(rule) ??
    effectFlaw(rule) ??
    headerFlaw(rule) ??
    countFlaw(rule)
  if (flaw === undefined) return
  const [path, detail] = flaw
  throw apigError('MOCK.0400', { what, path: `${at}${path}`, detail })
}

/** What a rule says beside an operation that the operation cannot have. */
async function operationFlaw(rule: FaultRule): Promise<Flaw | undefined> {
  const { operationId = '*', method, instance_id, project_id } = rule
  if (operationId === '*') return undefined
  const operation = (await readOperations()).find((known) => known.operationId === operationId)
  if (operation !== undefined && method !== undefined && method !== operation.method) {
    return ['/method', `${operationId} is a ${operation.method}`]
  }
  if (instance_id !== undefined && operation?.path.includes('{instance_id}') !== true) {
    return ['/instance_id', `${operationId} is about no gateway: leave it out`]
  }
  // IAM has the project in its bodies.
  if (project_id !== undefined && operation === undefined) {
    return ['/project_id', `${operationId} has no project in its path: leave it out`]
  }
  return undefined
}

async function codeFlaw({ error_code }: FaultRule): Promise<Flaw | undefined> {
  if (error_code === undefined) return undefined
  const codes = await orderableCodes()
  if (codes.has(error_code)) return undefined
  const hint =
    didYouMean(error_code, codes) || '; known: the error codes of the service, such as APIG.3103'
  return ['/error_code', `no code ${shown(error_code)}${hint}`]
}

function matchFlaw({ method, path, operationId, error_code = '' }: FaultRule): Flaw | undefined {
  if (method !== undefined && !METHODS.includes(method)) {
    return ['/method', `no method ${shown(method)}${didYouMean(method, METHODS)}`]
  }
  if (path !== undefined) {
    if (isControl(path)) return ['/path', 'a fault never meets the control plane, /_mock']
    if (!/^[/*]/.test(path)) return ['/path', 'no path begins so: expected / or *']
    if (path.includes('?')) return ['/path', 'a path has no ?: name parameters in query']
    if (path.split('*').length - 1 > MOST_STARS) return ['/path', `more than ${MOST_STARS} *`]
  }
  const isOfIam = operationId === undefined || operationId === '*' || isIam(operationId)
  if (error_code.startsWith('IAM.') && !isOfIam) {
    return ['/error_code', `${error_code} is IAM's, and ${operationId} is not`]
  }
  return undefined
}

const isIam = (operationId: string) => iamOperations.includes(operationId)

function bodyFlaw({ body, where, raw }: FaultRule): Flaw | undefined {
  if (isDeeperThan(DEEPEST, body)) return ['/body', `nested deeper than ${DEEPEST}: send it as raw`]
  if (isDeeperThan(DEEPEST, where)) return ['/where/body', `nested deeper than ${DEEPEST}`]
  if (raw === undefined) return undefined
  if ((raw.text === undefined) === (raw.base64 === undefined)) {
    return ['/raw', 'expected either text or base64']
  }
  if (raw.base64 !== undefined && !/^[A-Za-z0-9+/]*={0,2}$/.test(raw.base64)) {
    return ['/raw/base64', 'not base64']
  }
  return undefined
}

function effectFlaw(rule: FaultRule): Flaw | undefined {
  const { connection, delay, error_code, raw, status } = rule
  if (!isAnswer(rule) && delay === undefined) {
    const effects = 'error_code, status, raw, retry_after, delay or connection'
    return ['/', `a fault needs an effect: ${effects}`]
  }
  const isLost = (field: keyof FaultRule, isUsed: boolean) => rule[field] !== undefined && !isUsed
  const hasAnswer = isAnswer(rule) && connection === undefined
  if (connection !== undefined) {
    const lost = (['error_code', 'status', 'raw', 'retry_after'] as const).find(
      (f) => rule[f] !== undefined,
    )
    if (lost !== undefined) return [`/${lost}`, 'a connection that is cut has no answer']
  }
  if (isLost('error_msg', error_code !== undefined)) return ['/error_msg', 'needs error_code']
  if (isLost('body', status !== undefined)) return ['/body', 'needs status']
  if (isLost('body', error_code === undefined && raw === undefined)) {
    return ['/body', 'beside error_code or raw, which are a body themselves']
  }
  if (isLost('raw', error_code === undefined)) return ['/raw', 'beside error_code, which is a body']
  if (isLost('response_headers', hasAnswer)) return ['/response_headers', 'needs an answer: status']
  if (isLost('slow', hasAnswer)) return ['/slow', 'needs an answer: status, raw or error_code']
  return undefined
}

function headerFlaw({ headers = {}, response_headers = {} }: FaultRule): Flaw | undefined {
  for (const [field, given] of Object.entries({ headers, response_headers })) {
    for (const [name, value] of Object.entries(given)) {
      try {
        validateHeaderName(name)
        validateHeaderValue(name, value)
      } catch {
        return [`/${field}`, `no header can be ${shown(`${name}: ${value}`)}`]
      }
    }
  }
  return undefined
}

function countFlaw({ delay, probability, seed }: FaultRule): Flaw | undefined {
  if (typeof delay === 'object' && delay.min > delay.max) return ['/delay', 'min is above max']
  if (probability !== undefined && seed === undefined) {
    return ['/seed', 'a probability needs a seed, so that every run is the same']
  }
  return undefined
}

/**
 * Arms these rules in place of all.
 * @param what what the message calls that which has them as `faults`: `seed`, `body`
 * @throws ApigError MOCK.0400 naming the first rule that is refused, MOCK.0409 if they are too many
 */
export async function armFaults(ctx: Context, rules: unknown, what = 'seed'): Promise<void> {
  if (!Array.isArray(rules)) {
    throw apigError('MOCK.0400', { what, path: '/faults', detail: 'expected an array' })
  }
  for (const [index, rule] of rules.entries()) {
    const at = `/faults/${index}`
    const flaw = explain(FaultRule, rule)
    if (flaw !== undefined) {
      throw apigError('MOCK.0400', { what, path: `${at}${flaw.path}`, detail: flaw.detail })
    }
    await refuseImpossible(rule, what, at)
  }
  ctx.faults.replace(rules)
}
