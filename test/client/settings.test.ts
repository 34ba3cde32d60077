import { describe, expect, test } from 'vitest'
import { accessTo, clientEnv, clientNames } from '../../src/client/settings.ts'
import { ACCESS_KEY } from '../auth/sign.ts'
import { server } from '../helpers.ts'
import { run } from '../process.ts'

const URL = 'http://127.0.0.1:8080'

describe('apig-mock env', () => {
  test.each(clientNames.filter((name) => name !== 'terraform'))(
    'prints for %s what a shell can evaluate, and nothing else',
    async (client) => {
      const { code, stdout, stderr } = await run(['env', '--client', client])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const shell = await run(['-ec', `${stdout}\nenv`], {}, ['sh'])
      expect(shell.code).toBe(0)
      const wanted = client === 'curl' ? ['mock-token'] : [ACCESS_KEY.access, ACCESS_KEY.secret]
      for (const value of [URL, ...wanted]) expect(shell.stdout).toContain(value)
    },
  )

  test('prints for Terraform a provider block that calls nobody else', async () => {
    const { stdout } = await run(['env', '--client', 'terraform', '--port', '9999'])
    expect(stdout).toContain(
      'endpoints  = { apig = "http://127.0.0.1:9999/", iam = "http://127.0.0.1:9999/" }',
    )
    expect(stdout).toContain('auth_url   = "http://127.0.0.1:9999/v3"')
    expect(stdout).toContain(`access_key = "${ACCESS_KEY.access}"`)
    expect(stdout).toContain('skip_check_website_type = true')
  })

  test.each([
    [['env'], /unknown client ""/],
    [['env', '--client', 'perl'], /unknown client "perl": one of curl, .*terraform/],
    [['env', '--client', 'curl', '--prot', '1'], /prot/],
  ])('refuses %j with exit code 2 and one line', async (args, message) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test('takes the identities of the seed, and lets no shell read more into them than text', async () => {
    const secret = `a'b$(exit 1)"c`
    const { ctx } = server({}, { access_keys: [{ access: 'MINE', secret }] })
    const text = clientEnv('sdk-python', accessTo(ctx, URL))
    const { code, stdout } = await run(['-ec', `${text}\nprintf %s "$HUAWEICLOUD_SDK_SK"`], {}, [
      'sh',
    ])
    expect({ code, stdout }).toEqual({ code: 0, stdout: secret })
  })

  test.each([
    [{ projects: [], tokens: [] }, 'the seed has no project'],
    [{ access_keys: [] }, 'the seed has no access key that may do everything'],
    [{ tokens: [] }, 'the seed has no token that may do everything'],
  ])('says what the seed lacks: %j', (seed, message) => {
    const { ctx } = server({}, seed)
    expect(() => accessTo(ctx, URL)).toThrow(message)
  })
})
