/** A feature of a gateway that can be configured, as it is before anybody does. */
export interface Feature {
  name: string
  enable: boolean
  /** Text; of some features a word, of others JSON. */
  config: string
}

const off = (name: string, config = 'off'): Feature => ({ name, enable: false, config })
const on = (name: string, config = 'on'): Feature => ({ name, enable: true, config })

/**
 * The features that the API reference, the SDKs and the Terraform provider name, with the default
 * values of the reference's table.
 */
export const FEATURES: readonly Feature[] = [
  off('lts', ''),
  on('ratelimit', '{"api_limits":200}'),
  on('request_body_size', '12582912'),
  on('backend_timeout', '{"max_timeout":60000}'),
  off(
    'app_token',
    '{"enable":"off","app_token_expire_time":3600,"app_token_uri":"/v1/apigw/oauth2/token","refresh_token_expire_time":7200}',
  ),
  off('app_api_key'),
  off('app_basic'),
  off('app_secret'),
  off('app_jwt', '{"enable":"off","auth_header":"Authorization"}'),
  off('public_key', '{"enable":"off","public_key_uri_prefix":"/apigw/authadv/v2/public-key/"}'),
  off('backend_token_allow', '{"backend_token_allow_users":[]}'),
  off('backend_client_certificate', '{"enable":"off"}'),
  off('ssl_ciphers', '{"ssl_ciphers":[]}'),
  off('real_ip_from_xff', '{"enable":"off","xff_index":-1}'),
  off('app_route'),
  on('vpc_name_modifiable'),
  off('default_group_host_trustlist', '{"enable":"off","hosts":[]}'),
  off('throttle_strategy', '{"enable":"off"}'),
  off('custom_log', '{"custom_logs":[]}'),
  off('real_ip_header_getter', '{"enable":"off"}'),
  off('policy_cookie_param'),
  off('route', '{"user_routes":null}'),
  off('custom_auth_header', '{"enable":"off"}'),
  on('mock_status_code_and_header'),
  off('api_uri_no_escape'),
  off('gzip', '{"enable":"off"}'),
  off('ai_api_key_enabled'),
]

/** What every gateway can do without being configured (the page of ListInstanceFeatures). */
export const BUILT_IN = [
  'health_check_in_instance_etcd',
  'shubao_support_add_node',
  'resize_huge_flavor',
  'upgrade_uninterrupted',
  'shubao_support_pp2',
  'shubao_support_full_pp2',
  'etcd_cert_update',
  'scc_material_update',
]
