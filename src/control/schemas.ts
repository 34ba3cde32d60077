import { Type } from '@sinclair/typebox'
import type { ApigError } from '../core/errors.ts'

/** What a route of its own refuses; what all may refuse, only the document adds. */
export const refusal = ({ code, message }: ApigError) =>
  Type.Object(
    { error_code: Type.String(), error_msg: Type.String() },
    { examples: [{ error_code: code, error_msg: message }] },
  )

const OpenApi = { 200: Type.Unknown({ description: 'a document of OpenAPI 3.1' }) }

export const ShowServiceDocument = {
  operationId: 'ShowServiceDocument',
  summary: "The service's API as served here",
  response: OpenApi,
}

export const ShowControlDocument = {
  operationId: 'ShowControlDocument',
  summary: 'This document',
  response: OpenApi,
}

export const ShowDocs = {
  operationId: 'ShowDocs',
  summary: 'Both documents as a page, with forms to try them',
  response: { 200: { content: { 'text/html': { schema: Type.String() } } } },
}
