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
    [['env', '--client', 'sdk-pyton'], /unknown client "sdk-pyton"; did you mean "sdk-python"\?$/m],
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
    ['curl', { projects: [], tokens: [] }, 'the seed has no project'],
    ['terraform', { access_keys: [] }, /^the seed has no access key .* on project a0+1$/],
    ['curl', { tokens: [] }, /^the seed has no token that may do everything .*; choose .*--token$/],
  ])('says what the seed lacks for %s: %j', (client, seed, message) => {
    const { ctx } = server({}, seed)
    expect(() => clientEnv(client, accessTo(ctx, URL))).toThrow(message)
  })

  test('needs no key for a client that sends a token, and no token for one that signs', () => {
    const noKey = server({}, { access_keys: [] })
    expect(clientEnv('curl', accessTo(noKey.ctx, URL))).toContain("APIG_MOCK_TOKEN='mock-token'")
    const noToken = server({}, { tokens: [] })
    const text = clientEnv('sdk-go', accessTo(noToken.ctx, URL))
    expect(text).toContain(ACCESS_KEY.secret)
  })

  test('skips what has expired, and what belongs to another project', () => {
    const project_id = 'p1'
    const other = 'p2'
    const seed = {
      projects: [
        { id: 'p1', name: 'one' },
        { id: 'p2', name: 'two' },
      ],
      tokens: [
        { id: 'expired', project_id, expires_at: 1 },
        { id: 'foreign', project_id: other },
        { id: 'of-the-domain' },
        { id: 'good', project_id },
      ],
      access_keys: [
        { access: 'EXPIRED', secret: 's1', expires_at: 1 },
        { access: 'FOREIGN', secret: 's2', project_id: other },
        { access: 'GOOD', secret: 's3', project_id },
      ],
    }
    const access = accessTo(server({}, seed).ctx, URL)
    expect(clientEnv('curl', access)).toContain("APIG_MOCK_TOKEN='good'")
    expect(clientEnv('sdk-go', access)).toContain("HUAWEICLOUD_SDK_AK='GOOD'")
  })

  test('takes the token that it is told to', async () => {
    for (const flag of [['--token', 'mock-read-only-token'], ['--token=mock-read-only-token']]) {
      const { code, stdout } = await run(['env', '--client=curl', '--strict', ...flag])
      expect(code).toBe(0)
      expect(stdout).toContain("APIG_MOCK_TOKEN='mock-read-only-token'")
    }
  })

  test('refuses in strict mode a token that is unknown, with the nearest one', () => {
    const strict = server({ strict: true }, {})
    const toRead = accessTo(strict.ctx, URL, 'mock-tokne')
    expect(() => clientEnv('curl', toRead)).toThrow(
      'the seed has no token "mock-tokne"; did you mean "mock-token"?',
    )
    expect(clientEnv('curl', accessTo(server().ctx, URL, 'any'))).toContain("='any'")
  })
})
