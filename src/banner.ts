import { accessTo } from './client/settings.ts'
import type { Context } from './context.ts'
import { version } from './version.ts'

/** The banner on a terminal when the server is ready: its mode, and what to try. */
export function banner(ctx: Context, url: string): string {
  const mode = ctx.config.strict
    ? 'strict: only known credentials and gateways, real quotas'
    : 'lenient: any token, any gateway, no quotas'
  const { project, gateway, token } = toTry(ctx, url)
  return `
  apig-mock ${version}, ${mode}

  curl -i ${url}/v2/${project.id}/apigw/instances/${gateway}/apps \\
    -H 'X-Auth-Token: ${token}' -d '{"name":"my_app"}'

  ${url}/_mock/docs for the API, Ctrl-C to stop

`
}

const ANYBODY = { project: { id: 'my-project' }, gateway: 'my-gateway', token: 'any' }

/** Who calls in the example: in lenient mode anybody may, in strict mode one whom the seed knows. */
function toTry(ctx: Context, url: string): typeof ANYBODY {
  if (!ctx.config.strict) return ANYBODY
  try {
    const { project, gateway, token } = accessTo(ctx, url)
    return { project, gateway, token: token() }
  } catch {
    return { ...ANYBODY, token: 'a-token-of-the-seed' }
  }
}
