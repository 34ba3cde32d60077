import { type Static, Type } from '@sinclair/typebox'

const Name = Type.String({ minLength: 1, maxLength: 256 })
const Id = Type.String({ pattern: '^[!-~]{1,64}$', description: '1 to 64 visible characters' })

/** What a fault looks for; what it leaves out matches everything. */
const Match = {
  operationId: Type.Optional(
    Type.String({ minLength: 1, description: "the vendor's, or IAM's; * or absent: any" }),
  ),
  instance_id: Type.Optional(Id),
  project_id: Type.Optional(Id),
  method: Type.Optional(Name),
  path: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'the path without its query; a * stands for any text',
    }),
  ),
  headers: Type.Optional(
    Type.Record(Name, Type.String(), { description: 'name → value that must be sent' }),
  ),
  query: Type.Optional(
    Type.Record(Name, Type.String(), {
      description: 'name → value that must be sent, decoded; of repeated ones any',
    }),
  ),
  where: Type.Optional(
    Type.Object(
      { body: Type.Unknown({ description: 'what the body must have, as in a verification' }) },
      { additionalProperties: false },
    ),
  ),
}

const Milliseconds = Type.Number({ minimum: 0, maximum: 600_000 })

/** Seconds: a year. */
const LONGEST_RETRY = 31_536_000

/** What a fault does: a delay alone goes on to the ordinary answer. */
const Effect = {
  error_code: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'any that the service has, with its status and message: APIG.3103',
    }),
  ),
  error_msg: Type.Optional(
    Type.String({ minLength: 1, description: 'with error_code: in place of its message' }),
  ),
  status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599, description: 'of the answer' })),
  body: Type.Optional(Type.Unknown({ description: 'with status: sent as JSON' })),
  raw: Type.Optional(
    Type.Object(
      { text: Type.Optional(Type.String()), base64: Type.Optional(Type.String()) },
      {
        additionalProperties: false,
        description: 'the bytes of the body, as text or base64; 200 unless a status is given',
      },
    ),
  ),
  response_headers: Type.Optional(
    Type.Record(Name, Type.String(), {
      description: 'beside the answer; after a Content-Length that is wrong the connection ends',
    }),
  ),
  slow: Type.Optional(
    Type.Object(
      {
        bytes: Type.Integer({ minimum: 1, maximum: 1_048_576 }),
        interval: Type.Number({ minimum: 1, maximum: 60_000 }),
      },
      { additionalProperties: false, description: 'so many bytes of the body per milliseconds' },
    ),
  ),
  retry_after: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: LONGEST_RETRY,
      description: 'seconds; 429 unless a status is given',
    }),
  ),
  delay: Type.Optional(
    Type.Union(
      [
        Milliseconds,
        Type.Object({ min: Milliseconds, max: Milliseconds }, { additionalProperties: false }),
      ],
      { description: 'milliseconds from 0 to 600000, fixed or {min, max}, a range (seeded)' },
    ),
  ),
  connection: Type.Optional(
    Type.Union([Type.Literal('drop'), Type.Literal('reset'), Type.Literal('half')], {
      description: 'drop (closed without an answer), reset, or half (cut within the answer)',
    }),
  ),
}

const Matches = { minimum: 0, maximum: 1_000_000_000 }

/** When it does: the first `times` matches after `after` of them. */
const Count = {
  times: Type.Optional(Type.Integer({ ...Matches, minimum: 1, description: 'then it is gone' })),
  after: Type.Optional(Type.Integer({ ...Matches, description: 'matches let through before' })),
  probability: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'needs seed' }),
  ),
  seed: Type.Optional(Type.String({ minLength: 1, description: 'of probability and delay range' })),
}

export const FaultRule = Type.Object(
  { ...Match, ...Effect, ...Count },
  { additionalProperties: false },
)
export type FaultRule = Static<typeof FaultRule>

export const Fault = Type.Object({
  id: Type.String(),
  ...FaultRule.properties,
  hits: Type.Integer({ description: 'matches that it answered' }),
})
export type Fault = Static<typeof Fault>
