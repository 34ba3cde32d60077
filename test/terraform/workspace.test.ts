import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Missing, namedProvider } from './provider.ts'
import { createWorkspace } from './workspace.ts'

const VARIABLE = 'APIG_MOCK_TERRAFORM_PROVIDER'
const folder = mkdtempSync(join(tmpdir(), 'apig-mock-fake-terraform-'))
const log = join(folder, 'log')
const never = new AbortController().signal

/** A `terraform` that writes down its arguments, its environment and its configuration, and fails if told to. */
const FAKE = `#!/bin/sh
{ echo "args: $*"; env; cat "$TF_CLI_CONFIG_FILE" version_override.tf; ls; } >>"${log}" 2>/dev/null
case "$*" in *fail*|"$FAILS"*) echo "what it printed"; echo "why it failed" >&2; exit 1;; esac
echo "it printed $1"
`

afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => void vi.unstubAllEnvs())
beforeEach(() => {
  writeFileSync(log, '')
  writeFileSync(join(folder, 'terraform'), FAKE)
  chmodSync(join(folder, 'terraform'), 0o755)
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`)
  vi.stubEnv(VARIABLE, '')
  vi.stubEnv('FAILS', 'nothing')
  vi.stubEnv('TF_LOG', 'trace')
  vi.stubEnv('HW_ACCESS_KEY', 'of the developer')
  vi.stubEnv('TF_PLUGIN_CACHE_DIR', folder)
})

const logged = () => readFileSync(log, 'utf8')

describe('the provider', () => {
  test('is the program that the variable names, or none', () => {
    expect(namedProvider()).toBeUndefined()
    vi.stubEnv(VARIABLE, log)
    expect(namedProvider()).toBe(log)
  })

  test('is missing where the variable names no file, or there is no Terraform', () => {
    vi.stubEnv(VARIABLE, folder)
    expect(namedProvider).toThrow(new Missing(`${VARIABLE} names no file: ${folder}`))
    vi.stubEnv('PATH', join(folder, 'empty'))
    expect(namedProvider).toThrow('terraform is not on the PATH: install it.')
  })
})

describe('a workspace', () => {
  test('has Terraform fetch the provider as its user would, in one version', async () => {
    const workspace = await createWorkspace(undefined, never)
    try {
      expect(logged()).toMatch(/^args: init -no-color$/m)
      expect(logged()).toMatch(/source = "huaweicloud\/huaweicloud", version = "\d+\.\d+\.\d+"/)
      expect(logged()).toContain(`TF_PLUGIN_CACHE_DIR=${folder}`)
      expect(logged()).not.toMatch(/^(TF_LOG|HW_ACCESS_KEY|HTTPS_PROXY)=/m)
    } finally {
      await workspace.remove()
    }
  })

  test('needs no init with a program, and lets Terraform reach nothing else', async () => {
    const workspace = await createWorkspace('/path/of/the provider', never)
    try {
      expect(logged()).toBe('')
      await workspace.write('file.tf', '')
      expect(await workspace.terraform('plan -out=a', 'b c')).toBe('it printed plan\n')
      expect(logged()).toMatch(/^args: plan -out=a b c$/m)
      expect(logged()).toMatch(/dev_overrides \{ "huaweicloud\/huaweicloud" = ".* .*\/plugins" \}/)
      expect(logged()).toMatch(/^HTTPS_PROXY=http:\/\/127\.0\.0\.1:9$/m)
      expect(logged()).not.toMatch(/^(TF_LOG|TF_PLUGIN_CACHE_DIR|HW_ACCESS_KEY)=/m)
      expect(logged()).toMatch(/^cli\.tfrc\nfile\.tf\nmain\.tf\nplugins$/m)
      await expect(workspace.terraform('fail')).rejects.toThrow(/why it failed\s+what it printed/)
    } finally {
      await workspace.remove()
    }
  })

  test('says what to do where Terraform cannot fetch the provider', async () => {
    vi.stubEnv('FAILS', 'init')
    await expect(createWorkspace(undefined, never)).rejects.toThrow(
      /^terraform init cannot fetch the provider\. Set APIG_MOCK_TERRAFORM_PROVIDER to .*\n.*why it failed/,
    )
  })

  test('starts no Terraform once the run is interrupted', async () => {
    const stop = new AbortController()
    const workspace = await createWorkspace('/path', stop.signal)
    try {
      stop.abort()
      await expect(workspace.terraform('plan')).rejects.toThrow('aborted')
      expect(logged()).toBe('')
    } finally {
      await workspace.remove()
    }
  })
})
