/** Code → status and message. */
type Codes = Readonly<Record<string, readonly [status: number, message: string]>>

/**
 * What a dedicated gateway answers to calls of published APIs: the table of its runtime error codes
 * in the user guide. Of a code with several rows the first, which is the general one. Codes that the
 * management API has too are left to it.
 */
export const dataPlaneCodes: Codes = {
  'APIG.0101': [404, 'The API does not exist or has not been published in the environment'],
  'APIG.0103': [500, 'The backend does not exist'],
  'APIG.0104': [500, 'The plug-ins do not exist'],
  'APIG.0105': [500, 'The backend configurations do not exist'],
  'APIG.0106': [400, 'Orchestration error'],
  'APIG.0107': [500, 'The custom lua script encountered an unexpected error'],
  'APIG.0201': [400, 'API request error'],
  'APIG.0202': [502, 'Backend unavailable'],
  'APIG.0203': [504, 'Backend timeout'],
  'APIG.0204': [400, 'SSL protocol is not supported: TLSv1.1'],
  'APIG.0205': [400, 'Verify client certificate failed'],
  'APIG.0301': [401, 'Incorrect IAM authentication information'],
  'APIG.0302': [403, 'The IAM user is not authorized to access the API'],
  'APIG.0303': [401, 'Incorrect app authentication information'],
  'APIG.0304': [403, 'The app is not authorized to access the API'],
  'APIG.0305': [401, 'Incorrect authentication information'],
  'APIG.0306': [403, 'API access denied'],
  'APIG.0307': [401, 'The token must be updated'],
  'APIG.0308': [429, 'The throttling threshold has been reached'],
  'APIG.0310': [403, 'The project is unavailable'],
  'APIG.0311': [401, 'Incorrect debugging authentication information'],
  'APIG.0312': [401, 'Incorrect third-party authentication information,auth fail'],
  'APIG.0313': [401, 'Incorrect third-party authentication information,identities error'],
  'APIG.0314': [403, 'Incorrect third-party authentication information,access deny'],
  'APIG.0401': [403, 'Unknown client IP address'],
  'APIG.0402': [403, 'The IP address is not authorized to access the API'],
  'APIG.0404': [403, 'Access to the backend IP address has been denied'],
  'APIG.0405': [403, 'The app is not accessed from a trusted IP address'],
  'APIG.0501': [405, 'The app quota has been used up'],
  'APIG.0502': [405, 'The app has been frozen'],
  'APIG.0601': [500, 'Internal server error'],
  'APIG.0602': [400, 'Bad request'],
  'APIG.0605': [500, 'Domain name resolution failed'],
  'APIG.0606': [500, 'Failed to load the API configurations'],
  'APIG.0607': [400, 'The following protocol is supported: {xxx}'],
  'APIG.0608': [500, 'Failed to obtain the admin token'],
  'APIG.0609': [500, 'The VPC backend does not exist'],
  'APIG.0610': [502, 'No backend available'],
  'APIG.0611': [500, 'The backend port does not exist'],
  'APIG.0612': [500, 'An API cannot call itself'],
  'APIG.0613': [503, 'The IAM service is currently unavailable'],
  'APIG.0615': [500, 'Incorrect third-party authentication VPC information'],
  'APIG.0616': [500, 'Incorrect third-party authentication request information'],
  'APIG.0617': [500, 'Incorrect third-party authentication response information'],
  'APIG.0705': [500, 'Backend signature calculation failed'],
  'APIG.0802': [403, 'The IAM user is forbidden in the currently selected region'],
  'APIG.1004': [401, 'App not exist'],
  'APIG.2201': [400, 'Appkey or SecretKey is invalid'],
  'APIG.2202': [400, 'Refresh token is invalid'],
  'APIG.2203': [400, 'Access token is invalid'],
  'APIG.2204': [400, 'ContentType invalid'],
  'APIG.2205': [400, 'Auth parameter invalid'],
  'APIG.2206': [400, 'Auth method invalid'],
  'APIG.2208': [400, 'The length of through_data is out of range'],
  'APIG.2209': [400, 'The value of grant_type is not in enum List'],
  'APIG.2210': [400, 'Lack of grant_type'],
  'APIG.2211': [400, 'Lack of client_id'],
  'APIG.2212': [400, 'Lack of client_secret'],
  'APIG.2213': [400, 'Lack of refresh_token'],
}

/** The statuses that the shared front gateway has for the same numbers. */
const frontStatuses: Readonly<Record<string, number>> = {
  'APIGW.0103': 404,
  'APIGW.0104': 400,
  'APIGW.0105': 400,
}

/** The codes of the shared front gateway, before the management API: the same numbers. */
export const frontCodes: Codes = Object.fromEntries(
  Object.entries(dataPlaneCodes)
    .filter(([code]) => code.startsWith('APIG.0'))
    .map(([code, [status, message]]) => {
      const front = code.replace('APIG.', 'APIGW.')
      return [front, [frontStatuses[front] ?? status, message]]
    }),
)
