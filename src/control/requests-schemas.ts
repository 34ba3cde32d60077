import { type Static, Type } from '@sinclair/typebox'
import { RecordedRequest } from '../instruments/journal-view.ts'
import { MomentText, NoContent } from '../schema/kinds.ts'

/** Milliseconds that a verification may wait for requests to come. */
const LONGEST_WAIT = 60_000

const Filter = {
  operationId: Type.Optional(Type.String()),
  instance_id: Type.Optional(Type.String({ minLength: 1 })),
  status: Type.Optional(Type.Integer({ description: '0: the connection was cut' })),
  since: Type.Optional(MomentText({ description: 'not before' })),
}

const Times = Type.Union([
  Type.Integer({ minimum: 0 }),
  Type.Object({
    min: Type.Optional(Type.Integer({ minimum: 0 })),
    max: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
])

export const Verification = Type.Object(
  {
    ...Filter,
    where: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'what a request must have, as the list shows it: {"body": {"name": "x"}}',
      }),
    ),
    times: Type.Optional(Times),
    within: Type.Optional(
      Type.Integer({ minimum: 0, maximum: LONGEST_WAIT, description: 'milliseconds to wait' }),
    ),
  },
  { additionalProperties: false },
)
export type Verification = Static<typeof Verification>

const Verified = Type.Object({ matched: Type.Integer(), requests: Type.Array(RecordedRequest) })
/** Of a verification that does not hold, or of which nobody can tell. */
const Refuted = Type.Object({
  error_code: Type.String(),
  error_msg: Type.String(),
  matched: Type.Integer(),
  seen: Type.Array(Type.String(), { description: 'of the gateway asked for, the newest last' }),
  nearest: Type.Optional(
    Type.Object({ request: RecordedRequest, differences: Type.Array(Type.String()) }),
  ),
})

export type Refuted = Static<typeof Refuted>

export const ListRequests = {
  operationId: 'ListRequests',
  summary: 'The requests that the journal holds, newest first',
  querystring: Type.Object({
    ...Filter,
    limit: Type.Integer({ default: 100, minimum: 0, maximum: 100_000 }),
  }),
  response: {
    200: Type.Object({
      total: Type.Integer({ description: 'that match' }),
      size: Type.Integer({ description: 'of this answer' }),
      requests: Type.Array(RecordedRequest),
    }),
  },
}

export const ClearRequests = {
  operationId: 'ClearRequests',
  summary: 'Forget the requests, of all gateways or of one',
  querystring: Type.Object({ instance_id: Type.Optional(Type.String()) }),
  response: { 204: NoContent },
}

export const VerifyRequests = {
  operationId: 'VerifyRequests',
  summary: 'Assert how often a request was made',
  body: Verification,
  response: { 200: Verified, 409: Refuted },
}

export const StreamRequests = {
  operationId: 'StreamRequests',
  summary: 'Every request from now on, as server-sent events',
  querystring: Type.Object(Filter),
  response: {
    200: {
      content: {
        'text/event-stream': {
          schema: Type.String({ description: 'the id and, as JSON, the request of each event' }),
        },
      },
    },
  },
}
