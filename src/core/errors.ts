/**
 * The errors of the service: code → [HTTP status, message], `{name}` marks a detail.
 *
 * Texts are those of the API reference's per-operation examples, which add details that the
 * error-code table lacks; where the two give different statuses the examples win (1005 is 403).
 * APIG.* is the service itself, APIC.* its gateway-management half, APIGW.* the shared front
 * gateway before both, whose bodies also carry `request_id`; MOCK.* is this server's own, and IAM.*
 * stands for a status of IAM, whose bodies have no code of that kind. Some codes have a second text in some
 * operations: `CODE/where`.
 */
export const errors = {
  'APIG.1001': [401, 'Session expired. Please try again later'],
  'APIG.1002': [401, 'Incorrect token or token resolution failed'],
  'APIG.1003': [401, 'Token contains no project information'],
  'APIG.1101': [403, 'No permissions to perform operations on this API group'],
  'APIG.1103': [403, 'No permissions to perform operations on this environment'],
  'APIG.1005': [403, 'No permissions to request this method'],
  'APIG.2000': [400, 'Parameter error: {detail}'],
  'APIG.2001': [
    400,
    'The request parameters must be specified,parameterName:{parameter}. Please refer to the support documentation',
  ],
  'APIG.2003': [
    400,
    'The parameter value is too large,parameterName:{parameter}. Please refer to the support documentation',
  ],
  'APIG.2011': [
    400,
    'Invalid parameter value,parameterName:{parameter}. Please refer to the support documentation',
  ],
  'APIG.2011/action': [400, 'Invalid parameter value: parameter action should be "{action}"'],
  'APIG.2011/publication': [
    400,
    'Invalid parameter value: parameter action should be "online" or "offline"',
  ],
  'APIG.2012': [
    400,
    'Invalid parameter value,parameterName:{parameter}. Please refer to the support documentation',
  ],
  'APIG.2024': [400, 'Invalid URL domain name'],
  'APIG.2026': [400, 'The request path parameters are not defined'],
  'APIG.2027': [400, 'The backend path parameters are not defined'],
  'APIG.2028': [400, 'The request parameters mapped to the backend parameters are not defined'],
  'APIG.2030': [400, 'Bad request for debugging the API'],
  'APIG.2036': [400, 'Only APIs that use custom authentication can have authorizer parameters'],
  'APIG.2049': [400, 'The port is not in the defined custom inbound ports'],
  'APIG.3001': [404, 'API group {id} does not exist'],
  'APIG.3002': [404, 'API {id} does not exist'],
  'APIG.3002/batch': [404, 'Api {id} not found'],
  'APIG.3003': [404, 'Environment {id} does not exist'],
  'APIG.3004': [404, 'App {id} does not exist'],
  'APIG.3006': [404, 'Access control policy {id} does not exist'],
  'APIG.3007': [404, 'The response does not exist,id:{id}'],
  'APIG.3009': [404, 'The app authorization record does not exist,id:{id}'],
  'APIG.3011': [404, 'The environment variable does not exist, id: {id}'],
  'APIG.3015': [404, 'The API publication record does not exist'],
  'APIG.3019': [404, 'The function URN does not exist'],
  'APIG.3020': [404, 'The URL domain does not exist'],
  'APIG.3022': [404, 'The API version does not exist,id:{id}'],
  'APIG.3023': [404, 'The VPC channel does not exist,id:{id}'],
  'APIG.3030': [404, 'The instance does not exist;id:{id}'],
  'APIG.3081': [404, 'authorizer with id: {id} not found'],
  'APIG.3082': [404, 'AppCode {id} does not exist'],
  'APIG.3082/ai-api-key': [404, 'AI API key {id} does not exist'],
  'APIG.3093': [404, 'App quota {id} does not exist'],
  'APIG.3093/binding': [404, 'The App quota {id} does not exist'],
  'APIG.3095': [404, 'The orchestrations does not exist'],
  'APIG.3100': [403, 'The number of resources exceeds the maximum allowed limit'],
  'APIG.3101': [403, 'The number of API groups exceeds the maximum allowed limit'],
  'APIG.3102': [403, 'The number of APIs exceeds the maximum allowed limit'],
  'APIG.3103': [403, 'The number of apps exceeds the maximum allowed limit'],
  'APIG.3104': [403, 'The number of environments exceeds the maximum allowed limit'],
  'APIG.3106': [403, 'The number of variables exceeds the maximum allowed limit'],
  'APIG.3108': [403, 'The number of domain names exceeds the maximum allowed limit'],
  'APIG.3111': [403, 'The number of parameters in req_params exceeds the maximum allowed limit'],
  'APIG.3112': [403, 'The number of access control policies exceeds the maximum allowed limit'],
  'APIG.3113': [403, 'The number of API backend policies exceeds the maximum allowed limit'],
  'APIG.3114': [403, 'The number of policy conditions exceeds the maximum allowed limit'],
  'APIG.3125': [403, 'The number of APIs in the API group exceeds the maximum allowed limit'],
  'APIG.3131': [403, 'The number of AppCodes exceeds the maximum allowed limit'],
  'APIG.3133': [403, 'The number of API tags exceeds the maximum allowed limit'],
  'APIG.3136': [403, 'The number of responses exceeds the maximum allowed limit'],
  'APIG.3201': [400, 'The API group name already exists'],
  'APIG.3202': [400, 'The API name already exists, api_name:{name}'],
  'APIG.3203': [400, 'The app name already exists'],
  'APIG.3205': [400, 'The environment name already exists'],
  'APIG.3206': [400, 'The access control policy name already exists'],
  'APIG.3209': [400, 'The parameter name already exists'],
  'APIG.3210': [400, 'The backend policy name already exists'],
  'APIG.3213': [400, 'The tag name already exists'],
  'APIG.3216': [400, 'The response name already exists'],
  'APIG.3301': [400, 'The API already exists, api_name:{name}'],
  'APIG.3303': [400, 'The environment variable already exists'],
  'APIG.3305': [400, 'The URL domain name already exists'],
  'APIG.3310': [400, 'The AppKey already exists'],
  'APIG.3325': [400, 'The API quota name already exists'],
  'APIG.3415': [412, 'The API group cannot be deleted because it contains APIs,id:{id}'],
  'APIG.3416': [409, 'The API cannot be deleted because it has been published'],
  'APIG.3418': [403, 'The environment contains published APIs'],
  'APIG.3447': [403, 'The access control policy has been bound to APIs'],
  'APIG.3474': [
    400,
    'The API group ID in the URL does not match the API group to which the URL domain has been bound',
  ],
  'APIG.3491': [409, 'The default response cannot be deleted'],
  'APIG.3492': [409, 'The default response name cannot be modified'],
  'APIG.3717': [400, 'Two-way TLS authentication not supported for HTTP or GRPC backend requests'],
  'APIG.9999': [500, 'System error'],

  'APIC.7102': [401, 'Incorrect token or token resolution failed'],
  'APIC.7106': [403, 'No permissions to request for the method'],
  'APIC.7302': [404, 'Instance not found'],
  'APIC.9000': [500, 'Failed to request internal service'],

  // The text of answers of 2021 and 2022: terraform-provider-huaweicloud #1434, #2050.
  'APIGW.0101': [404, 'The API does not exist or has not been published in the environment'],
  'APIGW.0201': [400, 'API request error: {detail}'],
  'MOCK.0400': [400, 'Invalid {what} at {path}: {detail}'],
  'MOCK.0401': [400, '{detail}'],
  'MOCK.0403': [403, '{detail}'],
  'MOCK.0409': [409, '{detail}'],
  'MOCK.0404/fault': [404, 'No fault {id}'],
  'MOCK.0404/snapshot': [404, 'No snapshot {name}'],
  'MOCK.0404/gateway': [404, 'No gateway {id}'],
  'MOCK.0404': [404, 'No such control operation: {path}'],
  'MOCK.0404/method': [404, 'No {method} of {path}: it has {methods}'],
  'MOCK.0501': [
    501,
    '{operation} is an operation of the service that apig-mock does not serve yet',
  ],

  'IAM.0400': [400, 'The request body is invalid'],
  'IAM.0401': [401, 'The request you have made requires authentication.'],
  'IAM.0401/password': [401, 'The username or password is wrong.'],
  'IAM.0403': [403, 'You are not authorized to perform the requested action.'],
  'IAM.0404': [404, 'Could not find {what}.'],
  'IAM.0409': [409, 'Conflict occurred attempting to store {what}.'],
  'IAM.0500': [500, 'An unexpected error prevented the server from fulfilling your request.'],

  'APIGW.0308': [429, 'The throttling threshold has been reached'],
  'APIGW.0301': [401, 'Incorrect IAM authentication information: {detail}'],
} as const satisfies Record<string, readonly [status: number, message: string]>

/** A code, or `CODE/where` for its second text. */
export type ErrorKey = keyof typeof errors

/** The `{names}` in a message, as the keys of the details that it needs. */
type Details<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? { [K in Name]: string } & Details<Rest>
  : unknown

type DetailsOf<K extends ErrorKey> = Details<(typeof errors)[K][1]>

/** Nothing to pass for a message without details, the details themselves otherwise. */
type DetailArguments<K extends ErrorKey> =
  unknown extends DetailsOf<K> ? [] : [details: DetailsOf<K>]

/**
 * The errors whose messages need no details but these: `ErrorWith<'id'>`, or `ErrorWith` for those
 * without any. A helper that is given a code states what it can fill in: a wrong one does not
 * compile.
 */
export type ErrorWith<Name extends string = never> = {
  [K in ErrorKey]: Record<Name, string> extends DetailsOf<K> ? K : never
}[ErrorKey]

/**
 * An answer of the service that is not a success. Thrown anywhere below a plane, whose error
 * handler turns it into the body.
 */
export class ApigError extends Error {
  readonly code: string
  readonly statusCode: number
  /** For the tester alone, beside the answer: what exactly was refused, and why. */
  readonly reason: string | undefined
  /** Of a MOCK.0400: the part of the document that is at fault, `/instances/0/apps/1/name`. */
  readonly path: string | undefined

  constructor(code: string, statusCode: number, message: string, reason?: string, path?: string) {
    super(message)
    this.code = code
    this.statusCode = statusCode
    this.reason = reason
    this.path = path
  }

  /**
   * The same refusal with its reason in plain words: the log line, the journal and `X-Mock-Reason`
   * carry it; the body never does. `throw apigError('APIG.1005').because('token t is read-only')`
   */
  because(reason: string): ApigError {
    return new ApigError(this.code, this.statusCode, this.message, reason, this.path)
  }
}

/** `apigError('APIG.3004', { id })`: a misspelt code or a forgotten detail does not compile. */
export function apigError<K extends ErrorKey>(key: K, ...details: DetailArguments<K>): ApigError {
  const [values = {}] = details as [Record<string, string>?]
  return errorOf(key, values)
}

/** An error whose code is handed on, with all that its message may need: `{ id }`. */
export const errorAbout = <Name extends string>(
  key: ErrorWith<Name>,
  details: Record<Name, string>,
): ApigError => errorOf(key, details)

function errorOf(key: ErrorKey, values: Record<string, string>): ApigError {
  const [status, text] = errors[key]
  const message = text.replace(/\{(\w+)\}/g, (mark, name) => values[name] ?? mark)
  const code = key.replace(/\/.*/, '')
  return new ApigError(code, status, message, undefined, values.path)
}
