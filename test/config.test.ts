import { describe, expect, test } from 'vitest'
import { Config, createConfig, help, readConfig } from '../src/config.ts'

const defaults = Object.fromEntries(
  Object.entries(Config.properties).map(([name, schema]) => [name, schema.default]),
)

test('without options every option has its default', () => {
  expect(readConfig([], {})).toEqual(defaults)
  expect(createConfig()).toEqual(defaults)
})

describe('an option', () => {
  test('is read from its flag', () => {
    const argv = ['--host', '::1', '--port=0', '--strict', '--allowed-hosts', 'apig,gw.test']
    const config = { host: '::1', port: 0, strict: true, allowedHosts: 'apig,gw.test' }
    expect(readConfig(argv, {})).toEqual({ ...defaults, ...config })
  })

  test('is read from its variable', () => {
    const env = {
      HOST: '0.0.0.0',
      PORT: '9000',
      APIG_MOCK_STRICT: '1',
      APIG_MOCK_SEED: 'seed.yaml',
      APIG_MOCK_ALLOWED_HOSTS: '*',
      APIG_MOCK_LOG_LEVEL: 'warn',
    }
    expect(readConfig([], env)).toMatchObject({
      host: '0.0.0.0',
      port: 9000,
      strict: true,
      seed: 'seed.yaml',
      allowedHosts: '*',
      logLevel: 'warn',
    })
  })

  test('is the flag where both are given', () => {
    const env = { PORT: '9000', APIG_MOCK_STRICT: 'true' }
    expect(readConfig(['--port', '1', '--no-strict'], env)).toMatchObject({
      port: 1,
      strict: false,
    })
  })

  test('is not given by an empty variable, nor by a variable of another program', () => {
    expect(readConfig([], { PORT: '', APIG_MOCK_STRICT: '', STRICT: '1' })).toEqual(defaults)
  })
})

test.each([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])('a boolean variable may be %s', (text, strict) => {
  expect(readConfig([], { APIG_MOCK_STRICT: text }).strict).toBe(strict)
})

test.each(['80.5', '-1', '0x50', '1e3', ' 80', '99999999999'])('%j is no port', (text) => {
  expect(() => readConfig([`--port=${text}`], {})).toThrow(/for port \(--port, PORT\): expected/)
})

test('code is told what it gives wrongly', () => {
  expect(() => createConfig({ prot: 1 } as object)).toThrow('unknown option prot')
  expect(() => createConfig({ port: '80' } as object)).toThrow('bad value "80" for port')
})

test.each([
  [['--sed', 'x'], {}, /Unknown option '--sed'; did you mean "--seed"\?/],
  [['--alowed-hosts=x'], {}, /did you mean "--allowed-hosts"\?/],
  [[], { APIG_MOCK_SEDE: '1' }, /APIG_MOCK_SEDE; did you mean APIG_MOCK_SEED\?/],
  [['--journal-size', '-1'], {}, /"-1" for journalSize .* a whole number from 0 to 1000000/],
  [['--port', '-1'], {}, /"-1" for port .* from 0 to 65535/],
])('%j with %j is refused with what was probably meant', (argv, env, message) => {
  expect(() => readConfig(argv, env)).toThrow(message)
})

test('code is told the name that it probably means', () => {
  expect(() => createConfig({ prot: 0 } as object)).toThrow(
    'unknown option prot; did you mean "port"?',
  )
})

test('variables that Kubernetes or a client sets for a server of this name are no options', () => {
  const env = {
    APIG_MOCK_SERVICE_HOST: '10.0.0.1',
    APIG_MOCK_PORT: 'tcp://10.0.0.1:8080',
    APIG_MOCK_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
    APIG_MOCK_API: 'http://127.0.0.1:8080',
    APIG_MOCK_TOKEN: 'mock-token',
  }
  expect(readConfig([], env)).toEqual(defaults)
})

test('no two options share a flag or a variable', () => {
  const rows = help('')
    .split('\n')
    .filter((line) => line.startsWith('--'))
    .map((line) => line.split(/ {2,}/))
  const flags = rows.map(([flag]) => flag)
  const variables = rows.map(([, variable]) => variable)
  expect(new Set(flags).size).toBe(flags.length)
  expect(new Set(variables).size).toBe(variables.length)
})
