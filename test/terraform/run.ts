/**
 * The official Terraform provider, unmodified, against a strict server: `npm run test:terraform`.
 * Exit code 1 where something goes wrong, 3 where Terraform or the provider is missing, 130 when
 * interrupted.
 */
import assert from 'node:assert/strict'
import { type Mock, start } from '../../src/index.ts'
import { bundle } from '../bundle.ts'
import { environment, seed } from '../clients/environment.ts'
import {
  coverage,
  readEvidence,
  succeeded,
  withDriven,
  writeEvidence,
} from '../clients/evidence.ts'
import { run } from '../process.ts'
import { Missing, namedProvider, VERSION } from './provider.ts'
import { createWorkspace, type Workspace } from './workspace.ts'

const GATEWAY = environment.APIG_MOCK_GATEWAY
const PREFIX = 'huaweicloud_apig_'

/** Resource → what stands behind the gateway in the id to import it by. */
const RESOURCES: Record<string, (values: Values) => string | undefined> = {
  'application.app': ({ id }) => id,
  'appcode.generated': ({ application_id, id }) => `${application_id}/${id}`,
  'appcode.given': ({ application_id, id }) => `${application_id}/${id}`,
  'application_acl.acl': ({ application_id }) => application_id,
  'application_ai_api_key.key': ({ application_id, id }) => `${application_id}/${id}`,
  'application_quota.quota': ({ id }) => id,
  'application_quota_associate.quota': ({ quota_id }) => quota_id,
}
/** Those that differ from revision to revision. */
const REVISED = ['application.app', 'application_acl.acl', 'application_quota.quota']

/** Tables of a gateway, and of them what the provider can show. */
const TABLES = {
  apps: ['id', 'name', 'remark', 'app_key', 'app_secret'],
  app_codes: ['id', 'app_id', 'app_code'],
  app_acls: ['app_id', 'app_acl_type', 'app_acl_values'],
  ai_api_keys: ['id', 'app_id', 'ai_api_key'],
  app_quotas: ['app_quota_id', 'name', 'call_limits'],
  app_quota_bindings: ['app_id', 'app_quota_id'],
}

interface Values {
  id: string
  application_id?: string
  quota_id?: string
}
type Row = Record<string, unknown>

async function main(signal: AbortSignal): Promise<void> {
  const provider = namedProvider()
  report('provider', provider ?? `version ${VERSION}, by terraform init`)
  const workspace = await createWorkspace(provider, signal)
  bundle()
  const mock = await start({ port: 0, strict: true, seed: { instances: seed.instances } })
  try {
    await drive(mock, workspace)
    await keepEvidence(mock)
  } finally {
    await mock.close()
    await workspace.remove()
  }
}

async function drive(mock: Mock, workspace: Workspace): Promise<void> {
  const { terraform, write } = workspace
  const revise = (revision: number) =>
    write('terraform.tfvars.json', JSON.stringify({ gateway: GATEWAY, revision }))
  const block = await run(['env', '--client', 'terraform', '--port', String(mock.port)])
  assert.equal(block.code, 0, block.stderr)
  await write('provider.tf', block.stdout)
  report('with', (await terraform('version')).trim().replaceAll('\n', ', '))

  await revise(1)
  report('apply', verdict(await terraform('apply -auto-approve -no-color')))
  await check(mock, workspace, 1)

  await revise(2)
  report('update', await update(workspace))
  await check(mock, workspace, 2)

  report('import', await reimport(workspace))
  await check(mock, workspace, 2)

  const [before] = (await held(mock)).apps
  await revise(3)
  report('update', await update(workspace))
  await check(mock, workspace, 3)
  const [after] = (await held(mock)).apps
  assert.notEqual(after?.app_secret, before?.app_secret, 'the secret was not reset')

  report('destroy', verdict(await terraform('destroy -auto-approve -no-color')))
  const left = Object.values(await held(mock)).flat()
  assert.deepEqual(left, [], 'the server still has what was destroyed')
}

/** The server has what was applied, the provider shows it, and a plan finds nothing to do. */
async function check(mock: Mock, { terraform }: Workspace, revision: number): Promise<void> {
  const has = await held(mock)
  assert.equal(has.apps[0]?.remark, `revision ${revision}`)
  assert.deepEqual(has.app_acls[0]?.app_acl_values, [`192.168.0.${revision}`, '10.0.0.0/8'])
  assert.equal(has.app_quotas[0]?.call_limits, revision * 100)
  const counts = Object.values(has).map((rows) => rows.length)
  assert.deepEqual(counts, [1, 2, 1, 1, 1, 1])
  const { gateways, authed, unauthed, ...shown } = JSON.parse(await terraform('output -json shown'))
  assert.deepEqual({ gateways, authed, unauthed }, { gateways: [GATEWAY], authed: 0, unauthed: 1 })
  assert.deepEqual(shown, has)
  report('plan', verdict(await terraform('plan -detailed-exitcode -no-color')))
}

/** Applies the new revision, once the plan is known to replace nothing. */
async function update({ terraform }: Workspace): Promise<string> {
  await terraform('plan -out=revision.plan -no-color')
  const plan = JSON.parse(await terraform('show -json revision.plan'))
  const changes: [string, string[]][] = plan.resource_changes
    .filter(({ mode }: Row) => mode === 'managed')
    .map(({ address, change }: { address: string; change: { actions: string[] } }) => [
      address.replace(PREFIX, ''),
      change.actions,
    ])
  const wanted = Object.keys(RESOURCES).map((name) => [
    name,
    REVISED.includes(name) ? ['update'] : ['no-op'],
  ])
  assert.deepEqual(Object.fromEntries(changes), Object.fromEntries(wanted))
  return verdict(await terraform('apply -no-color', 'revision.plan'))
}

/** Forgets all resources and takes them from the server again, by their ids. */
async function reimport({ terraform }: Workspace): Promise<string> {
  const state = JSON.parse(await terraform('show -json'))
  const resources: { address: string; mode: string; values: Values }[] =
    state.values.root_module.resources
  const managed = resources.filter(({ mode }) => mode === 'managed')
  await terraform('state rm', ...managed.map(({ address }) => address))
  for (const { address, values } of managed) {
    const id = RESOURCES[address.replace(PREFIX, '')]?.(values)
    await terraform('import -no-color', address, `${GATEWAY}/${id}`)
  }
  return `${managed.length} resources imported.`
}

/** What the server has of the gateway, newest first. */
async function held(mock: Mock): Promise<Record<keyof typeof TABLES, Row[]>> {
  const { instances } = await mock.snapshot()
  const [gateway] = instances as Record<string, Row[]>[]
  const tables = Object.entries(TABLES).map(([table, columns]) => {
    const rows = gateway?.[table]?.toReversed() ?? []
    const shown = rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]])))
    return [table, shown]
  })
  return Object.fromEntries(tables)
}

/** Which operations the run drove goes to docs/coverage.json; in CI it must stand there. */
async function keepEvidence(mock: Mock): Promise<void> {
  const rows = await coverage(mock)
  const driven = succeeded(rows)
  report('drove', `${driven.length} operations: ${driven.join(', ')}`)
  const refused = rows.filter(({ errors }) => errors > 0).map((row) => row.operationId)
  assert.deepEqual(refused, [], 'requests of the provider were refused')
  const known = await readEvidence()
  const evidence = withDriven(known, new Map([['terraform', driven]]))
  if (process.env.CI) assert.deepEqual(evidence, known, 'run npm run test:terraform')
  else await writeEvidence(evidence)
}

/** The line of a command's output that says how it ended. */
function verdict(output: string): string {
  return output.match(/^(Apply complete|Destroy complete|No changes).*$/m)?.[0] ?? output
}

function report(step: string, result: string): void {
  console.log(`${step.padEnd(8)} ${result}`)
}

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
try {
  await main(stop.signal)
} catch (error) {
  if (stop.signal.aborted) fail(130, 'interrupted')
  else if (error instanceof Missing) fail(3, error.message)
  else fail(1, error)
}

function fail(code: number, reason: unknown): void {
  console.error('test:terraform:', reason)
  process.exitCode = code
}
