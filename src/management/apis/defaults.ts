import type {
  BackendApi,
  FuncInfo,
  MockInfo,
  PolicyFunction,
  PolicyHttp,
  PolicyMock,
} from './backends.ts'
import type { ApiCreate, Definition } from './definition.ts'
import type { BackendParam, Condition, ReqParam } from './parameters.ts'

/**
 * A definition with everything that has a default: what PUT leaves out goes back to it, and a
 * string that is not set is empty (as the Terraform provider's tests read them).
 */
export function withDefaults(given: ApiCreate): Definition {
  const { mock_info, func_info, backend_api, ...rest } = given
  return {
    version: '',
    cors: false,
    match_mode: 'NORMAL',
    remark: '',
    body_remark: '',
    result_normal_sample: '',
    result_failure_sample: '',
    authorizer_id: '',
    tags: [],
    response_id: '',
    content_type: '',
    trace_enabled: false,
    sampling_strategy: '',
    sampling_param: '',
    is_send_fg_body_base64: true,
    ...rest,
    auth_opt: { app_code_auth_type: 'DISABLE', ...given.auth_opt },
    req_params: given.req_params?.map(reqParam) ?? [],
    backend_params: given.backend_params?.map(backendParam) ?? [],
    policy_mocks: given.policy_mocks?.map(policyMock) ?? [],
    policy_functions: given.policy_functions?.map(policyFunction) ?? [],
    policy_https: given.policy_https?.map(policyHttp) ?? [],
    ...backendOf({ mock_info, func_info, backend_api }, given.backend_type),
  }
}

interface Backends {
  mock_info?: MockInfo | undefined
  func_info?: FuncInfo | undefined
  backend_api?: BackendApi | undefined
}

/** Of the backends sent the one that backend_type names. */
function backendOf(
  { mock_info, func_info, backend_api }: Backends,
  type: ApiCreate['backend_type'],
): Pick<Definition, 'mock_info' | 'func_info' | 'backend_api'> {
  if (type === 'MOCK') return mock_info === undefined ? {} : { mock_info: mockInfo(mock_info) }
  if (type === 'FUNCTION') {
    return func_info === undefined ? {} : { func_info: funcInfo(func_info) }
  }
  return backend_api === undefined ? {} : { backend_api: backendApi(backend_api) }
}

const mockInfo = (given: MockInfo): MockInfo => ({
  remark: '',
  result_content: '',
  version: '',
  authorizer_id: '',
  status_code: 200,
  ...given,
})

const funcInfo = (given: FuncInfo): FuncInfo => ({
  remark: '',
  version: '',
  alias_urn: '',
  authorizer_id: '',
  req_protocol: 'HTTPS',
  ...given,
})

const httpDefaults = {
  url_domain: '',
  authorizer_id: '',
  retry_count: '-1',
  enable_sm_channel: false,
}

const channelStatus = ({ vpc_channel_info }: Pick<BackendApi, 'vpc_channel_info'>) =>
  vpc_channel_info === undefined ? 2 : 1

const backendApi = (given: BackendApi): BackendApi => ({
  ...httpDefaults,
  remark: '',
  version: '',
  enable_client_ssl: false,
  vpc_channel_status: channelStatus(given),
  ...given,
})

/** Milliseconds that a policy's backend has unless it says otherwise. */
const TIMEOUT = 5000

const policyMock = (given: PolicyMock): PolicyMock => ({
  result_content: '',
  authorizer_id: '',
  status_code: 200,
  ...policyParts(given),
})

const policyFunction = (given: PolicyFunction): PolicyFunction => ({
  version: '',
  alias_urn: '',
  authorizer_id: '',
  req_protocol: 'HTTPS',
  timeout: TIMEOUT,
  ...policyParts(given),
})

const policyHttp = (given: PolicyHttp): PolicyHttp => ({
  ...httpDefaults,
  timeout: TIMEOUT,
  vpc_channel_status: channelStatus(given),
  ...policyParts(given),
})

const policyParts = <P extends { backend_params?: BackendParam[]; conditions: Condition[] }>(
  given: P,
): P & { backend_params: BackendParam[] } => ({
  ...given,
  backend_params: given.backend_params?.map(backendParam) ?? [],
})

const reqParam = (given: ReqParam): ReqParam => ({
  default_value: '',
  sample_value: '',
  required: given.location === 'PATH' ? 1 : 2,
  valid_enable: 2,
  remark: '',
  enumerations: '',
  pass_through: 2,
  ...given,
})

const backendParam = (given: BackendParam): BackendParam => ({ remark: '', ...given })
