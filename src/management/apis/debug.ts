import { type Static, Type } from '@sinclair/typebox'
import type { Context } from '../../context.ts'
import { apigError } from '../../core/errors.ts'
import { onlyIf, type Rule, withRules } from '../../schema/rules.ts'
import { debugDomainOf } from '../api-groups/rules.ts'
import { envs, RELEASE } from '../envs/tables.ts'
import type { Routes } from '../family.ts'
import { type Gateway, mustFind } from '../records.ts'
import { Id, instancePath, oneOf } from '../schemas.ts'
import { METHODS, type MockInfo } from './backends.ts'
import { publicationOf } from './publications.ts'
import { mustFindApi } from './rules.ts'
import { type Api, apiVersions } from './tables.ts'

/** Bytes of a body that a debug call sends. */
const MAX_BODY = 2_097_152

const lists = () => Type.Optional(Type.Record(Type.String(), Type.Array(Type.String())))

/** Names in a map are those of parameters, and none of the gateway's own. */
const namedRight = <Field extends string>(field: Field, pattern: RegExp): Rule<Field> => ({
  text: `the names in ${field} match ${pattern.source} and are not X-Stage, X-Apig-* or X-Sdk-*`,
  fault: (given) =>
    Object.keys(given[field] ?? {}).every(
      (name) => pattern.test(name) && !/^x-(stage$|apig-|sdk-)/i.test(name),
    )
      ? undefined
      : { field, isMissing: false },
})

const ApiDebugInfo = withRules(
  Type.Object({
    body: Type.Optional(Type.String()),
    header: lists(),
    method: oneOf(...METHODS),
    mode: oneOf('DEVELOPER', 'CONSUMER'),
    path: Type.String({ pattern: '^/', maxLength: 1024, examples: ['/demo'] }),
    query: lists(),
    scheme: oneOf('HTTP', 'HTTPS'),
    app_key: Type.Optional(Type.String()),
    app_secret: Type.Optional(Type.String()),
    domain: Type.Optional(Type.String()),
    stage: Type.Optional(Type.String({ examples: [RELEASE.name] })),
  }),
  onlyIf('stage', { mode: 'CONSUMER' }),
  namedRight('header', /^[A-Za-z][A-Za-z0-9.-]{0,31}$/),
  namedRight('query', /^[A-Za-z][A-Za-z0-9._-]{0,31}$/),
  {
    text: 'a consumer does not send X-Auth-Token or Authorization',
    fault: ({ mode, header = {} }) =>
      mode === 'CONSUMER' &&
      Object.keys(header as object).some((name) => /^(x-auth-token|authorization)$/i.test(name))
        ? { field: 'header', isMissing: false }
        : undefined,
  },
  {
    text: `body has at most ${MAX_BODY} bytes`,
    fault: ({ body }) =>
      typeof body === 'string' && Buffer.byteLength(body) > MAX_BODY
        ? { field: 'body', isMissing: false }
        : undefined,
  },
)
type ApiDebugInfo = Static<typeof ApiDebugInfo>

/** What a call is answered with, as in `response`. */
interface Answer {
  status: string
  headers?: { key: string; value: string }[]
  body: string
}

export const debugRoutes: Routes = (app, { ctx }, done) => {
  app.post(
    '/apis/debug/:api_id',
    {
      schema: {
        operationId: 'DebugApiV2',
        params: instancePath({ api_id: Id() }),
        body: ApiDebugInfo,
        response: {
          200: Type.Object({
            request: Type.String({ examples: ['GET /demo HTTP/1.1'] }),
            response: Type.String({ examples: ['HTTP/1.1 200 OK'] }),
            latency: Type.Integer({ description: 'milliseconds', examples: [1] }),
            log: Type.String({ examples: [''] }),
          }),
        },
      },
    },
    ({ params, body }) => {
      const draft = mustFindApi(ctx, params)
      if (draft.backend_type === 'GRPC' || draft.req_protocol === 'GRPCS') {
        throw apigError('APIG.2030').because('a gRPC API cannot be debugged')
      }
      const began = ctx.clock.now()
      const api = body.mode === 'DEVELOPER' ? draft : publishedIn(ctx, params, draft, body.stage)
      const answer = api === undefined || !matches(api, body) ? NOT_FOUND : answerOf(api)
      return {
        request: requestText(ctx, draft, body),
        response: responseText(ctx, answer),
        latency: Math.round(ctx.clock.now() - began),
        log: '',
      }
    },
  )

  done()
}

/** The definition in force in an environment, by its name. */
function publishedIn(
  ctx: Context,
  params: Gateway,
  { id }: Api,
  stage = RELEASE.name,
): Api | undefined {
  const env = ctx.state.rows(envs, params.instance_id).by('name', stage)
  const { version_id } = (env && publicationOf(ctx, params, id, env.id)) ?? {}
  if (version_id === undefined) return undefined
  return mustFind(ctx.state.rows(apiVersions, params.instance_id), version_id, 'APIG.3022')
    .definition
}

/** Whether a call of this method and path is one of the API. */
function matches(api: Api, { method, path }: ApiDebugInfo): boolean {
  if (api.req_method !== 'ANY' && api.req_method !== method) return false
  const wanted = api.req_uri.split('/')
  const given = (path.split('?', 1)[0] ?? '').split('/')
  const isRest = /^\{.*\+\}$/.test(wanted.at(-1) ?? '')
  const isPrefix = api.match_mode === 'SWA' || isRest
  if (isPrefix ? given.length < wanted.length : given.length !== wanted.length) return false
  return wanted.every((part, index) => {
    const isParameter = part.startsWith('{') && part.endsWith('}')
    return isParameter ? given[index] !== '' : part === given[index]
  })
}

const gatewayError = (status: string, error_code: string, error_msg: string): Answer => ({
  status,
  body: JSON.stringify({ error_code, error_msg }),
})

const NOT_FOUND = gatewayError(
  '404 Not Found',
  'APIG.0101',
  'The API does not exist or has not been published in the environment',
)

/** A mock's own answer; no other backend can be reached yet. */
const answerOf = ({ mock_info }: Api): Answer =>
  mock_info === undefined
    ? gatewayError('502 Bad Gateway', 'APIG.0202', 'Backend unavailable')
    : mockAnswer(mock_info)

const mockAnswer = ({ status_code = 200, header, result_content = '' }: MockInfo): Answer => ({
  status: String(status_code),
  ...(header && { headers: header }),
  body: result_content,
})

function requestText(ctx: Context, api: Api, sent: ApiDebugInfo): string {
  const { method, path, query = {}, header = {}, body = '', domain } = sent
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  )
  const target =
    pairs.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${pairs.join('&')}`
  const headers = Object.entries(header).flatMap(([name, values]) =>
    values.map((value) => `${name}: ${value}`),
  )
  return [
    `${method} ${target} HTTP/1.1`,
    `Host: ${domain || debugDomainOf(ctx, api.group_id)}`,
    'User-Agent: APIGatewayDebugClient/1.0',
    'X-Apig-Mode: debug',
    ...headers,
    '',
    body,
  ].join('\r\n')
}

const responseText = (ctx: Context, { status, headers = [], body }: Answer): string =>
  [
    `HTTP/1.1 ${status}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Content-Type: application/json',
    `X-Request-Id: ${ctx.ids.hex()}`,
    ...headers.map(({ key, value }) => `${key}: ${value}`),
    '',
    body,
  ].join('\r\n')
