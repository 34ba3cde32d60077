/**
 * Failures that Schemathesis reports and that are right: each begins with the code of its check.
 * ST201 is a request that the document excludes and the server accepted, ST202 the opposite.
 */
export const INTENDED: { failure: RegExp; reason: string }[] = [
  {
    failure: /ST202 .* APIG\.(3201|3203|3205|3206|3216|3310|3325) .* already exists$/,
    reason:
      'a name or key is unique in its gateway, and the service answers 400, not 409, to a second one',
  },
  {
    failure: /ST202 .*,parameterName:(app_code|ai_api_key)\./,
    reason: 'an AppCode and an AI API key are unique, and the service answers 400 to a second one',
  },
  {
    failure: /ST202 .*\/acls.*,parameterName:(acl_value|entity_type)\./,
    reason: 'what an acl_value may be depends on the entity_type, which a schema does not say',
  },
  {
    failure: /ST202 .*\/app-acl: .*,parameterName:app_acl_values\./,
    reason: 'each value has to be an IP address, a range or a CIDR block, in order',
  },
  {
    failure: /ST202 PUT .*\/acls: .* parameter action should be "delete"$/,
    reason: 'the page gives action no list of values, and the service accepts this one alone',
  },
  {
    failure: /ST201 .*: in body - .*(\(null\)|became null\))$/,
    reason: 'null counts as absent, as for the Go decoder of the service',
  },
  {
    failure: /ST202 POST \/_mock\/faults: .* MOCK\.0400 Invalid fault at /,
    reason: 'a fault needs an effect, a code that exists, and a seed if it is drawn by probability',
  },
  {
    failure:
      /ST202 PUT \/_mock\/state: .* (no such record in \w+|another record has this value|not of one gateway: .*|no user is left: .*)$/,
    reason:
      'records name others that exist and share no key; with instance_id there is one gateway, no more',
  },
  {
    failure:
      /ST202 PUT \/_mock\/state: .* at \/instances\/0(\/id: expected \S+|: expected an object)$/,
    reason: 'with instance_id the state is that of the gateway with this id',
  },
  {
    failure: /ST201 .* in query.*\(""(, "")*\)$/,
    reason: 'an empty query parameter counts as absent',
  },
  {
    failure: /ST202 GET .*\/env-variables: .*,parameterName:group_id\./,
    reason: 'an empty query parameter counts as absent, here one that must be there',
  },
  {
    failure: /ST202 POST .*\/features: .* APIG\.2000 Parameter error: unrecognized feature /,
    reason: 'a feature has to be one of the catalogue, which the page does not list as values',
  },
  {
    failure: /ST202 (POST|PUT) .*\/apis(\/\{api_id\})?: .* APIG\.(2001|2011|2026|2027|3717) /,
    reason:
      'which fields of an API go together depends on its backend, its authentication and its parameters',
  },
  {
    failure: /ST202 POST .*\/apis\/check: .* APIG\.2001 /,
    reason: 'which fields have to be there depends on the type of the check',
  },
  {
    failure: /ST202 POST .*\/apis\/publish: .* parameter action should be "online" or "offline"$/,
    reason: 'the schema gives action no list of values, and the service accepts these two alone',
  },
  {
    failure: /ST202 POST .*\/gateway-responses: .*,parameterName:responses\./,
    reason: 'the keys of responses have to be the error types of the service',
  },
  {
    failure: /ST202 POST .*\/domains: .* APIG\.2024 Invalid URL domain name$/,
    reason: 'a domain name has rules that its schema does not state',
  },
  {
    failure: /ST202 DELETE .*\/api-groups\/\{group_id\}: .* APIG\.3415 /,
    reason: 'a group that has APIs is kept, and the service answers 400',
  },
  {
    failure: /ST202 PUT .*\/envs\/\{env_id\}: .* APIG\.2011 .*,parameterName:name\./,
    reason: 'the environment RELEASE keeps its name',
  },
  {
    failure: /ST202 .* \/_mock\/.*: .* at \/(time|since): expected a time as in RFC 3339: /,
    reason: 'a time is a string that a schema cannot bound',
  },
  {
    failure: /ST202 .* \/_mock\/.*: .* Invalid querystring at \/\w+: empty; /,
    reason: 'an empty parameter is an unset variable of a script, which must not mean everything',
  },
  {
    failure: /ST202 (GET|POST) \/_mock\/requests.*: .* at \/operationId: no operation /,
    reason: 'an operation has to exist, and the document does not list all of them',
  },
  {
    failure: /ST202 POST \/_mock\/requests\/verify: .* at \/times: min \d+ is above max \d+$/,
    reason: 'a schema does not compare two fields',
  },
  {
    failure: /ST202 POST \/_mock\/requests\/verify: .* at \/where\/.*: unknown/,
    reason: 'where names fields of a recorded request, at any depth',
  },
  {
    failure: /ST202 GET .*\/app-auths\/(un)?binded-apis: .*,parameterName:app_id\./,
    reason: 'an empty query parameter counts as absent, here one that must be there',
  },
  {
    failure: /ST202 POST .*\/apis\/debug\/\{api_id\}: .*,parameterName:(header|query|stage)\./,
    reason: 'names of headers and of the stage have rules that depend on the mode',
  },
]
