import type { Config } from './config.ts'
import { version } from './version.ts'

/** What a person at a terminal is told when the server is ready: its mode, and what to try. */
export function banner({ strict }: Config, url: string): string {
  const mode = strict
    ? 'strict: only known credentials and gateways, real quotas'
    : 'lenient: any token, any gateway, no quotas'
  return `
  apig-mock ${version}, ${mode}

  curl -i ${url}/v2/my-project/apigw/instances/my-gateway/apps \\
    -H 'X-Auth-Token: any' -d '{"name":"my_app"}'

  ${url}/_mock/docs for the API, Ctrl-C to stop

`
}
