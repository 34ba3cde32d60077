import { METHODS } from 'node:http'
import { RecordedRequest } from '../instruments/journal-view.ts'
import type { RequestFilter } from '../instruments/request-filter.ts'
import { refuseUnknownOperation } from './known-names.ts'
import type { Verification } from './requests-schemas.ts'
import { invalid, unknownName } from './validation.ts'
import { rangeOf } from './verification.ts'

/**
 * Refuses a filter that can match no request: what it asks for can never have been made, and "none
 * was" would be true for the wrong reason.
 * @param what `querystring` or `body`
 * @throws ApigError MOCK.0400
 */
export async function refuseImpossibleFilter(
  what: string,
  { operationId, status }: RequestFilter,
): Promise<void> {
  if (operationId !== undefined) await refuseUnknownOperation(operationId, what, '/operationId')
  refuseImpossibleStatus(what, '/status', status)
}

/** @throws ApigError MOCK.0400, as `refuseImpossibleFilter` and for `where` and `times` */
export async function refuseImpossibleVerification(expected: Verification): Promise<void> {
  await refuseImpossibleFilter('body', expected)
  const { where = {}, times } = expected
  const fields = Object.keys(RecordedRequest.properties)
  const unknown = Object.keys(where).find((name) => !fields.includes(name))
  if (unknown !== undefined) {
    throw invalid('body', `/where/${unknown}`, unknownName(unknown, fields))
  }
  const { operationId, method, status } = where
  if (typeof operationId === 'string') {
    await refuseUnknownOperation(operationId, 'body', '/where/operationId')
  }
  if (method !== undefined && !METHODS.includes(String(method))) {
    const meant = METHODS.find((known) => known === String(method).toUpperCase())
    throw invalid('body', '/where/method', `expected ${meant ?? 'a method of HTTP, such as POST'}`)
  }
  refuseImpossibleStatus('body', '/where/status', status)
  const { min, max } = rangeOf(times)
  if (min > max) throw invalid('body', '/times', `min ${min} is above max ${max}`)
}

function refuseImpossibleStatus(what: string, path: string, status: unknown): void {
  if (status === undefined || status === 0) return
  if (Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599) return
  throw invalid(what, path, 'expected 200 to 599, or 0 for a connection that was cut')
}
