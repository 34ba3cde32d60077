import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { HOW, Missing, PROGRAM, SOURCE, VERSION } from './provider.ts'

/** Variables of the developer by which Terraform or the provider would do something else. */
const FOREIGN = /^(TF|HW|OS|HUAWEICLOUD|SKIP_CHECK)_/

/** A folder of its own for one run, in which Terraform works. */
export interface Workspace {
  /** Writes a file into it. */
  write(name: string, text: string): Promise<void>
  /**
   * Runs Terraform and resolves to what it printed.
   * @throws Error with all that it printed, if its exit code is not 0
   */
  terraform(command: string, ...args: string[]): Promise<string>
  remove(): Promise<void>
}

/**
 * @param provider the path of its program; without it `terraform init` fetches the provider
 * @param signal lets no further Terraform start: one that is killed leaves its provider behind
 * @throws Missing if `terraform init` cannot fetch the provider
 */
export async function createWorkspace(
  provider: string | undefined,
  signal: AbortSignal,
): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'apig-mock terraform '))
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  const remove = () => rm(folder, { recursive: true, maxRetries: 5 })
  const config = join(folder, 'cli.tfrc')
  await copyFile(join(import.meta.dirname, 'main.tf'), join(folder, 'main.tf'))
  await write('cli.tfrc', provider === undefined ? '' : await overridesOf(folder, provider))

  const terraform = async (args: string[], env: NodeJS.ProcessEnv) => {
    signal.throwIfAborted()
    try {
      const options = { cwd: folder, env, maxBuffer: 2 ** 26 }
      return (await promisify(execFile)('terraform', args, options)).stdout
    } catch (error) {
      const { message, stdout } = error as { message: string; stdout?: string }
      throw new Error([message, stdout].filter(Boolean).join('\n'))
    }
  }
  if (provider === undefined) {
    await write('version_override.tf', VERSION_BLOCK)
    try {
      await terraform(['init', '-no-color'], onlineEnvironment())
    } catch (error) {
      await remove()
      if (signal.aborted) throw error
      const said = String((error as Error).message).replaceAll(/\s+/g, ' ')
      throw new Missing(`terraform init cannot fetch the provider. ${HOW}\n${said}`)
    }
  }
  const env = environment(config)
  return {
    write,
    terraform: (command, ...args) => terraform([...command.split(' '), ...args], env),
    remove,
  }
}

/** Has `terraform init` take the version that the documentation names. */
const VERSION_BLOCK = `terraform {
  required_providers {
    huaweicloud = { source = "${SOURCE}", version = "${VERSION}" }
  }
}
`

/** A configuration with which there is nothing to fetch: neither `terraform init` nor a registry. */
async function overridesOf(folder: string, provider: string): Promise<string> {
  const plugins = join(folder, 'plugins')
  await mkdir(plugins)
  await symlink(provider, join(plugins, PROGRAM))
  return `provider_installation {
  dev_overrides { "${SOURCE}" = ${JSON.stringify(plugins)} }
  direct { exclude = ["*/*"] }
}
`
}

/** Where a user of Terraform says from where providers come, and where they are kept. */
const ORIGIN = ['TF_CLI_CONFIG_FILE', 'TF_PLUGIN_CACHE_DIR']

function inherited(kept: string[] = []): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !FOREIGN.test(name) || kept.includes(name)),
    ),
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
  }
}

const onlineEnvironment = () => inherited(ORIGIN)

const environment = (config: string): NodeJS.ProcessEnv => ({
  ...inherited(),
  // No way out, should it want one: what listens on loopback is never asked through a proxy.
  HTTPS_PROXY: 'http://127.0.0.1:9',
  TF_CLI_CONFIG_FILE: config,
})
