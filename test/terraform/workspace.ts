import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PROGRAM } from './provider.ts'

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

/** @param signal lets no further Terraform start: one that is killed leaves its provider behind */
export async function createWorkspace(provider: string, signal: AbortSignal): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'apig-mock terraform '))
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  const config = join(folder, 'cli.tfrc')
  const plugins = join(folder, 'plugins')
  await mkdir(plugins)
  await symlink(provider, join(plugins, PROGRAM))
  await copyFile(join(import.meta.dirname, 'main.tf'), join(folder, 'main.tf'))
  // With an override there is nothing to fetch: neither `terraform init` nor a registry.
  await write('cli.tfrc', overrides(plugins))
  const options = { cwd: folder, env: environment(config), maxBuffer: 2 ** 26 }
  return {
    write,
    async terraform(command, ...args) {
      signal.throwIfAborted()
      try {
        return (await promisify(execFile)('terraform', [...command.split(' '), ...args], options))
          .stdout
      } catch (error) {
        const { message, stdout } = error as { message: string; stdout?: string }
        throw new Error([message, stdout].filter(Boolean).join('\n'))
      }
    },
    remove: () => rm(folder, { recursive: true, maxRetries: 5 }),
  }
}

function overrides(folder: string): string {
  return `provider_installation {
  dev_overrides { "huaweicloud/huaweicloud" = ${JSON.stringify(folder)} }
  direct { exclude = ["*/*"] }
}
`
}

function environment(config: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name))
  return {
    ...Object.fromEntries(inherited),
    CHECKPOINT_DISABLE: '1',
    // No way out, should it want one: what listens on loopback is never asked through a proxy.
    HTTPS_PROXY: 'http://127.0.0.1:9',
    TF_CLI_CONFIG_FILE: config,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
  }
}
