import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { missingTool } from '../clients/clients.ts'

export const VERSION = '1.97.1'
const MODULE = 'github.com/huaweicloud/terraform-provider-huaweicloud'
const VARIABLE = 'APIG_MOCK_TERRAFORM_PROVIDER'
const HOW = `Set ${VARIABLE} to the path of its program (docs/clients.md, Terraform).`
const cache = join(import.meta.dirname, '../../.cache/terraform')

/** The name of the provider's program; Terraform looks for it in a folder. */
export const PROGRAM = 'terraform-provider-huaweicloud'

/** Something that the run needs is not on this machine. */
export class Missing extends Error {}

/**
 * The provider's program: the one that is named, else the one kept, else one that Go makes.
 * @throws Missing if there is none, or no Terraform to run it
 */
export function findProvider(): string {
  if (missingTool({ tools: ['terraform'] })) {
    throw new Missing('terraform is not on the PATH: install it.')
  }
  const named = process.env[VARIABLE]
  if (named) {
    if (statSync(named, { throwIfNoEntry: false })?.isFile()) return resolve(named)
    throw new Missing(`${VARIABLE} names no file: ${named}`)
  }
  const kept = join(cache, VERSION, PROGRAM)
  if (!existsSync(kept)) install(kept)
  return kept
}

/**
 * `go install`, as far as it goes: Go refuses it for modules that replace others, as this version
 * does (go.dev/issue/44840), so that today the provider must be named.
 */
function install(kept: string): void {
  if (missingTool({ tools: ['go'] })) throw new Missing(`no provider, and no go to make it. ${HOW}`)
  mkdirSync(join(cache, VERSION), { recursive: true })
  // Made aside, so that what stands in its place is always whole.
  const folder = mkdtempSync(join(cache, 'install-'))
  try {
    const go = spawnSync('go', ['install', `${MODULE}@v${VERSION}`], {
      env: { ...process.env, GOBIN: folder },
      encoding: 'utf8',
    })
    const said = go.stderr.trim().replaceAll(/\s+/g, ' ')
    if (go.status !== 0) throw new Missing(`no provider: go install fails. ${HOW}\n${said}`)
    renameSync(join(folder, PROGRAM), kept)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
