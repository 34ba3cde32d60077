import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
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
  if (!existsSync(kept)) build(kept)
  return kept
}

/**
 * A module that depends on the provider, with what the provider's own go.mod replaces:
 * `go install` refuses a module that replaces others (go.dev/issue/44840).
 */
const GO_MOD = `module provider
require ${MODULE} v${VERSION}
replace golang.org/x/crypto => golang.org/x/crypto v0.48.0
replace github.com/go-git/go-git/v5 => github.com/go-git/go-git/v5 v5.18.0
`

/** Has Go make the provider, from the module proxy that it is set up for. */
function build(kept: string): void {
  if (missingTool({ tools: ['go'] })) throw new Missing(`no provider, and no go to make it. ${HOW}`)
  mkdirSync(join(cache, VERSION), { recursive: true })
  // Made aside, so that what stands in its place is always whole.
  const folder = mkdtempSync(join(cache, 'build-'))
  try {
    writeFileSync(join(folder, 'go.mod'), GO_MOD)
    const go = spawnSync('go', ['build', '-mod=mod', '-o', PROGRAM, MODULE], {
      cwd: folder,
      encoding: 'utf8',
    })
    const said = go.stderr.trim().replaceAll(/\s+/g, ' ')
    if (go.status !== 0) throw new Missing(`no provider: go build fails. ${HOW}\n${said}`)
    renameSync(join(folder, PROGRAM), kept)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
