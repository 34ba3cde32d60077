import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { missingTool } from '../clients/clients.ts'

export const VERSION = '1.97.1'
export const SOURCE = 'huaweicloud/huaweicloud'
const VARIABLE = 'APIG_MOCK_TERRAFORM_PROVIDER'

/** What to do where `terraform init` cannot have the provider. */
export const HOW = `Set ${VARIABLE} to the path of its program (docs/clients.md, Terraform).`

/** The name of the provider's program; Terraform looks for it in a folder. */
export const PROGRAM = 'terraform-provider-huaweicloud'

/** Something that the run needs is not on this machine. */
export class Missing extends Error {}

/**
 * The path of the provider's program if a variable names it; otherwise `terraform init` fetches the
 * provider.
 * @throws Missing if there is no such file, or no Terraform to run it
 */
export function namedProvider(): string | undefined {
  if (missingTool({ tools: ['terraform'] })) {
    throw new Missing('terraform is not on the PATH: install it.')
  }
  const named = process.env[VARIABLE]
  if (!named) return undefined
  if (statSync(named, { throwIfNoEntry: false })?.isFile()) return resolve(named)
  throw new Missing(`${VARIABLE} names no file: ${named}`)
}
