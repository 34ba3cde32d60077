import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { ApigError, apigError } from '../core/errors.ts'

/** What Fastify itself refuses, in the words of the front gateway, and why. */
const refusals: Record<string, [status: number, detail: string, reason: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    413,
    'Request entity too large',
    'a body may have up to 12 MB, that of PUT /_mock/state up to 512 MB',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    400,
    'Content-Length does not match the body',
    'the body is longer or shorter than its Content-Length',
  ],
  FST_ERR_BAD_URL: [
    400,
    'the path is not a valid URL',
    'the path has a % without two hex digits of UTF-8 behind it',
  ],
  FST_ERR_MAX_PARAM_LENGTH: [414, 'Request URI too large', 'a part of the path is too long'],
}

/** The error to answer: as thrown, or as the service would say what the framework refused. */
export function serviceError(error: unknown): ApigError {
  if (error instanceof ApigError) return error
  const { code = '', statusCode = 500 } = error as Partial<FastifyError>
  const refusal = refusals[code]
  if (refusal !== undefined) {
    const [status, detail, reason] = refusal
    return frontError(status, detail).because(reason)
  }
  return statusCode < 500 ? frontError(statusCode, 'bad request') : apigError('APIG.9999')
}

/** An APIGW.0201: the front gateway uses one code with several statuses. */
export function frontError(status: number, detail: string): ApigError {
  const { code, message } = apigError('APIGW.0201', { detail })
  return new ApigError(code, status, message)
}

/**
 * `{error_code, error_msg}`; the shared front gateway (APIGW.*) and dedicated ones, in answers to
 * calls of published APIs (APIG.0*), add `request_id`.
 */
export function errorBody({ code, message }: ApigError, request_id: string) {
  const body = { error_code: code, error_msg: message }
  return /^APIG(W\.|\.0)/.test(code) ? { ...body, request_id } : body
}

/** Whether an error is a defect of this server, which is logged and answered as APIG.9999. */
export function isUnexpected(error: unknown): boolean {
  return !(error instanceof ApigError) && serviceError(error).statusCode >= 500
}

/** Bytes of a header value: what is longer is cut, since clients refuse long headers. */
const REASON_LIMIT = 4096

/** A reason as one line of visible ASCII, for a header and for the log. */
export const reasonText = (reason: string): string =>
  reason.slice(0, REASON_LIMIT).replace(/[^ -~]/g, '?')

/** An error handler for Fastify. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const answer = serviceError(error)
  const reason = request.maskedReason ?? answer.reason
  if (reason !== undefined) reply.header('X-Mock-Reason', reasonText(reason))
  reply.code(answer.statusCode).send(errorBody(answer, request.id))
}

/** An error handler for operations that have codes of their own for what all can answer. */
export const answerErrorAs =
  (own: Readonly<Record<string, ApigError>>) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const { code, reason } = serviceError(error)
    const renamed = own[code]
    if (renamed === undefined) answerError(error, request, reply)
    else answerError(reason === undefined ? renamed : renamed.because(reason), request, reply)
  }
