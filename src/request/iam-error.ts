import { STATUS_CODES } from 'node:http'
import { type ApigError, apigError } from '../core/errors.ts'

/** Whether a path is IAM's. */
export const isIamPath = (path: string): boolean => /^\/v3(\.0)?\//.test(path)

/** IAM's own words for a refusal by what all planes share. */
export function asIam(error: ApigError): ApigError {
  const { code, statusCode } = error
  if (code.startsWith('IAM.')) return error
  if (statusCode === 401) return apigError('IAM.0401')
  if (statusCode >= 500) return apigError('IAM.0500')
  return statusCode === 403 ? apigError('IAM.0403') : apigError('IAM.0400')
}

/** `{"error": {code, message, title}}`: Keystone's shape, which IAM kept. */
export function iamErrorBody({ statusCode, message }: Pick<ApigError, 'statusCode' | 'message'>) {
  return { error: { code: statusCode, message, title: STATUS_CODES[statusCode] ?? '' } }
}
