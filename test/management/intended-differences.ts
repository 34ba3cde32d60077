const LENIENT_FILTER = 'a filter takes any value, and matches nothing if it is no known one'

const MOCK_STATUS = 'the Terraform provider sends it and needs it back'
const MOCK_HEADER = 'the console and the feature mock_status_code_and_header know mock headers'
const SDK_VALUE = 'a value of the SDKs, which their users can send'
const UNSET = 'the Terraform provider sends an empty string where it is unset'

/** Each difference from the vendor's fact table (see vendor.ts) that is intended, with its reason. */
export const INTENDED: Record<string, string> = {
  'ApiAuthCreate.api_ids: minItems 1, the vendor has none': 'authorizing nothing is a mistake',
  'ApiAuthCreate.app_ids: minItems 1, the vendor has none': 'authorizing nothing is a mistake',
  'ApiConditionBase.condition_origin: also orchestration': SDK_VALUE,
  'ApiCreate.content_type: also ': UNSET,
  'ApiCreate.cors: any boolean': 'there are no others than true and false',
  'ApiCreate.sampling_strategy: also ': UNSET,
  'ApiCreate.tags: maxItems none, the vendor has 10': 'one more has an error of its own, APIG.3133',
  'ApiDebugInfo.header: object, the vendor has map': 'a map is an object in JSON',
  'ApiDebugInfo.query: object, the vendor has map': 'a map is an object in JSON',
  'ApiInfoPerPage.req_params: missing': 'a list shows no parameters',
  "ApiMock.header: not the vendor's": MOCK_HEADER,
  "ApiMock.status_code: not the vendor's": MOCK_STATUS,
  "ApiMockCreate.header: not the vendor's": MOCK_HEADER,
  "ApiMockCreate.status_code: not the vendor's": MOCK_STATUS,
  'ApiPolicyHttpCreate.req_protocol: also GRPC': SDK_VALUE,
  'ApiPolicyHttpCreate.vpc_channel_status: also 3, 4': SDK_VALUE,
  'ApiPolicyHttpResp.req_protocol: also GRPC': SDK_VALUE,
  'ApiPolicyHttpResp.vpc_channel_status: also 3, 4': SDK_VALUE,
  "ApiPolicyMockCreate.header: not the vendor's": MOCK_HEADER,
  "ApiPolicyMockCreate.status_code: not the vendor's": MOCK_STATUS,
  "ApiPolicyMockResp.header: not the vendor's": MOCK_HEADER,
  "ApiPolicyMockResp.status_code: not the vendor's": MOCK_STATUS,
  'AppAclCreate.app_acl_values: minItems 1, the vendor has none':
    'an empty list would permit or deny nobody',
  'AppQuotaCreate.remark: pattern ^[^<>]*$, the vendor has ^[^<>]{0,255}$':
    'its length is counted in characters, not UTF-16 units',
  'AppQuotaCreate.reset_time: pattern ^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$, the vendor has none':
    'the vendor states the form in words',
  'BackendApi.req_protocol: also GRPC': SDK_VALUE,
  'BackendApi.vpc_channel_status: also 3, 4': SDK_VALUE,
  'BackendApiCreate.req_protocol: also GRPC': SDK_VALUE,
  'BackendApiCreate.vpc_channel_status: also 3, 4': SDK_VALUE,
  'BatchDeleteAclV2?action: any string': 'another action has an APIG.2011 with a text of its own',
  'BatchDeleteAclV2?action: required by the vendor': 'the same text when it is missing',
  'BatchPublishOrOfflineApiV2?action: any string':
    'another action has an APIG.2011 with a text of its own',
  'BatchPublishOrOfflineApiV2?action: required by the vendor': 'the same text when it is missing',
  'CoditionResp.condition_origin: also orchestration': SDK_VALUE,
  'CreateAppQuotaBindingApp.app_ids: minItems 1, the vendor has none':
    'binding nothing is a mistake',
  "ListAclStrategiesV2?acl_name: not the vendor's": 'the Terraform provider sends it for name',
  'ListAclStrategiesV2?acl_type: any string': LENIENT_FILTER,
  'ListAclStrategiesV2?entity_type: any string': LENIENT_FILTER,
  'ListApisV2?auth_type: any string': LENIENT_FILTER,
  'ListApisV2?type: any integer': LENIENT_FILTER,
  'ListAppsV2?creator: any string': LENIENT_FILTER,
  'ListAppsV2?status: any integer': LENIENT_FILTER,
  'ListAppsBindedToApiV2?api_id: required here only':
    'the list is that of one API; the Terraform provider always sends it',
  'ListInstancesV2?instance_id: pattern ^[!-~]{1,64}$, the vendor has none':
    'it may make the gateway, whose id has this rule',
  'ListInstancesV2?status: any string': LENIENT_FILTER,
  'ResponseInfo.body: required here only':
    'the SDKs always send it; a type without one says nothing',
  'ResponseInfoHeader.key: maxLength none, the vendor has 128': 'the pattern says it',
  'ResponseInfoHeader.key: minLength none, the vendor has 1': 'the pattern says it',
  'ResponseInfoHeader.key: pattern ^[A-Za-z0-9_-]{1,128}$, the vendor has ^[A-Za-z0-9-]{1,128}$':
    'the user guide allows _, the tests of the Terraform provider use -',
  'ResponseInfoHeader.key: required here only': 'a header has a name',
  'ResponseInfoHeader.value: required here only': 'a header has a value',
  "UrlDomain.is_http_redirect_to_https: not the vendor's": 'the Terraform provider reads it',
  'UrlDomainCreate.url_domain: pattern none, the vendor has ^(?:([a-zA-Z0-9]([a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_])?\\.){1,7}[a-zA-Z]{2,64}\\.?|[*](\\.[a-zA-Z0-9_]([a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_])?){1,6}\\.[a-zA-Z]{2,64}\\.?)$':
    'a name against it has an error of its own, APIG.2024',
}
