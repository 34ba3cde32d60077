import { accessKeys, type Caller, projects, tokens, users } from '../auth/identities.ts'
import { projectOf } from '../auth/permissions.ts'
import type { Context } from '../context.ts'
import { didYouMean } from '../core/nearest-name.ts'
import { instances } from '../management/instances/tables.ts'
import type { Table } from '../store/table.ts'

/** Where a client finds a server, and as whom it calls. */
export interface Access {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  url: string
  /** The project's name is that of the region. */
  project: { id: string; name: string }
  /** @throws Error if none may do everything on the project */
  key(): { access: string; secret: string }
  /** @throws Error if none may do everything on the project, or the one asked for is unknown */
  token(): string
  /** The id of a gateway of the project; in lenient mode it need not be there yet. */
  gateway: string
}

/** Values may come from a seed: quoted so that no shell reads more into them than text. */
const shell = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`

const exports = (variables: Record<string, string>) =>
  Object.entries(variables).map(([name, value]) => `export ${name}=${shell(value)}`)

const credentials = ({ key, project }: Access) => {
  const { access, secret } = key()
  return {
    HUAWEICLOUD_SDK_AK: access,
    HUAWEICLOUD_SDK_SK: secret,
    HUAWEICLOUD_SDK_PROJECT_ID: project.id,
  }
}

/** The SDKs read `HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>` as the endpoint of that region. */
const regionEndpoint = ({ url, project }: Access) => ({
  [`HUAWEICLOUD_SDK_REGION_APIG_${project.name.replaceAll('-', '_').toUpperCase()}`]: url,
})

/** Client → the lines that it needs, for `eval` or (Terraform) to paste. */
const clients = {
  curl: ({ url, project, token, gateway }: Access) => [
    ...exports({
      APIG_MOCK_API: `${url}/v2/${project.id}/apigw/instances/${gateway}`,
      APIG_MOCK_TOKEN: token(),
    }),
    '# curl -H "X-Auth-Token: $APIG_MOCK_TOKEN" "$APIG_MOCK_API/apps"',
  ],
  'sdk-python': (access: Access) => [
    ...exports({
      ...credentials(access),
      HUAWEICLOUD_SDK_IAM_ENDPOINT: access.url,
      ...regionEndpoint(access),
    }),
    `# ApigClient.new_builder().with_region(ApigRegion.value_of(${JSON.stringify(access.project.name)})).build()`,
  ],
  'sdk-java': (access: Access) => [
    ...exports({
      ...credentials(access),
      HUAWEICLOUD_SDK_IAM_ENDPOINT: access.url,
      ...regionEndpoint(access),
    }),
    `# ApigClient.newBuilder().withRegion(ApigRegion.valueOf(${JSON.stringify(access.project.name)})).build()`,
  ],
  'sdk-go': (access: Access) => [
    ...exports({ ...credentials(access), ...regionEndpoint(access) }),
    // The Go SDK puts https:// before HUAWEICLOUD_SDK_IAM_ENDPOINT: with a project id it asks no IAM.
    `# apig.ApigClientBuilder().WithRegion(region.ValueOf(${JSON.stringify(access.project.name)})).Build()`,
  ],
  'sdk-node': (access: Access) => [
    ...exports({ ...credentials(access), APIG_MOCK_URL: access.url }),
    '# new ClientBuilder(init).withEndpoint(process.env.APIG_MOCK_URL).build()',
  ],
  terraform: ({ url, project, key }: Access) => [
    'provider "huaweicloud" {',
    `  region     = ${JSON.stringify(project.name)}`,
    `  access_key = ${JSON.stringify(key().access)}`,
    `  secret_key = ${JSON.stringify(key().secret)}`,
    `  auth_url   = "${url}/v3"`,
    `  endpoints  = { apig = "${url}/", iam = "${url}/" }`,
    '',
    '  # Else the provider first asks the real billing service where the account is from.',
    '  skip_check_website_type = true',
    '}',
  ],
} satisfies Record<string, (access: Access) => string[]>

/** The clients that `clientEnv` knows. */
export const clientNames = Object.keys(clients) as (keyof typeof clients)[]

/**
 * How to call a server of this context: its first project, and its first key and token that may do
 * everything there, each looked up when a client needs it.
 * @param token one of the server's to take in place of the first
 * @throws Error if the seed has no project
 */
export function accessTo(ctx: Context, url: string, token?: string): Access {
  const [project] = ctx.state.rows(projects).values()
  if (project === undefined) throw new Error('the seed has no project')
  const gateway = [...ctx.state.rows(instances).values()].find(
    ({ project_id }) => project_id === '' || project_id === project.id,
  )
  return {
    url,
    project,
    key: () => firstFree(ctx, accessKeys, project.id, 'access key'),
    token: () =>
      token === undefined
        ? firstFree(ctx, tokens, project.id, 'token', '; choose one with --token').id
        : knownToken(ctx, token),
    gateway: gateway?.id ?? 'my-gateway',
  }
}

/**
 * The first of the credentials that may do everything on a project.
 * @param advice what to do without one
 * @throws Error if there is none
 */
function firstFree<Row extends Caller>(
  ctx: Context,
  table: Table<Row>,
  project: string,
  kind: string,
  advice = '',
): Row {
  const now = ctx.clock.now()
  for (const row of ctx.state.rows(table).values()) {
    const { user_id, role, deny, expires_at = Number.POSITIVE_INFINITY } = row
    const user = ctx.state.rows(users).get(user_id)
    const isFree = (role ?? user?.role) === 'administrator' && (deny ?? user?.deny)?.length === 0
    const isThere = projectOf(row) === '*' || projectOf(row) === project
    if (isFree && isThere && expires_at > now) return row
  }
  throw new Error(`the seed has no ${kind} that may do everything on project ${project}${advice}`)
}

/** @throws Error for a token that the server would refuse as unknown */
function knownToken(ctx: Context, token: string): string {
  const rows = ctx.state.rows(tokens)
  if (!ctx.config.strict || rows.get(token) !== undefined) return token
  const hint = didYouMean(
    token,
    [...rows.values()].map(({ id }) => id),
  )
  throw new Error(`the seed has no token ${JSON.stringify(token)}${hint}`)
}

/**
 * What a client needs to reach a server, ready for `eval` or to paste.
 * @throws TypeError for a client that is not in `clientNames`
 * @throws Error if there is no such key or token as the client needs
 */
export function clientEnv(client: string, access: Access): string {
  const name = clientNames.find((known) => known === client)
  if (name !== undefined) return `${clients[name](access).join('\n')}\n`
  const hint = didYouMean(client, clientNames) || `: one of ${clientNames.join(', ')}`
  throw new TypeError(`unknown client ${JSON.stringify(client)}${hint}`)
}
