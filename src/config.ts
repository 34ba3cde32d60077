import { parseArgs } from 'node:util'
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { parseTime } from './core/clock.ts'
import { didYouMean, nearestName } from './core/nearest-name.ts'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/**
 * Every option of the server. Flags (`--log-level`), environment variables
 * (`APIG_MOCK_LOG_LEVEL`; `HOST` and `PORT` by their usual names), `--help` and the options of
 * `start()` all derive from this schema.
 */
export const Config = Type.Object({
  host: Type.String({
    default: '127.0.0.1',
    env: 'HOST',
    description: 'address to listen on',
    minLength: 1,
  }),
  port: Type.Integer({
    default: 8080,
    env: 'PORT',
    description: 'port to listen on; 0 picks a free one',
    minimum: 0,
    maximum: 65_535,
  }),
  strict: Type.Boolean({
    default: false,
    description: 'only known credentials, only existing gateways, real quotas',
  }),
  seed: Type.String({
    default: '',
    description: 'state to start from and to reset to: a JSON or YAML file',
  }),
  data: Type.String({
    default: '',
    description: 'file to persist the state in; without it the state is in memory only',
  }),
  allowedHosts: Type.String({
    default: '',
    description: 'host names besides loopback that may reach /_mock, comma-separated; * for any',
  }),
  journalSize: Type.Integer({
    default: 500,
    description: 'requests kept in the journal for each gateway; 0 disables it',
    minimum: 0,
    maximum: 1_000_000,
  }),
  journalSecrets: Type.Boolean({
    default: false,
    description: 'show tokens, signatures and secrets in the journal',
  }),
  idSeed: Type.String({
    default: '',
    description: 'seed for ids, keys and secrets: the same seed gives the same sequence',
  }),
  clock: Type.String({
    default: '',
    pattern: '^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z)?$',
    description: 'freeze the clock at this time, 2026-01-02T03:04:05Z (default: real time)',
  }),
  signatureWindow: Type.Integer({
    default: 15,
    description: 'minutes by which the date of a signature may be off; 0 compares no dates',
    minimum: 0,
    maximum: 100_000_000,
  }),
  groupDomain: Type.String({
    default: 'apic.localhost',
    pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$',
    description: 'a domain name: the debug domain of an API group is its id below it',
  }),
  logLevel: Type.Union(
    LEVELS.map((level) => Type.Literal(level)),
    { default: 'info', description: `minimum log level: ${LEVELS.join(', ')}` },
  ),
})

export type Config = Static<typeof Config>

const options = Object.entries(Config.properties) as [keyof Config, TSchema][]

/** Whether there is such a day: the pattern knows no calendar. */
const isTime = (clock: string): boolean => clock === '' || parseTime(clock) !== undefined

/** Of the variables without a usual name. */
const PREFIX = 'APIG_MOCK_'

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const variableOf = (name: string, schema: TSchema): string =>
  schema.env ?? `${PREFIX}${kebab(name).replaceAll('-', '_').toUpperCase()}`

/**
 * A configuration of the options given and the defaults of the others.
 * @throws TypeError naming the first option that is unknown or has a bad value
 */
export function createConfig(given: Partial<Config> = {}): Config {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(Config.properties, name))
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, Object.keys(Config.properties))
    throw new TypeError(`unknown option ${unknown}${hint}`)
  }
  const config = { ...Value.Create(Config), ...given }
  const isBad = ([name, schema]: (typeof options)[number]) =>
    !Value.Check(schema, config[name]) || (name === 'clock' && !isTime(config.clock))
  const bad = options.find(isBad)
  if (bad === undefined) return config
  const [name, schema] = bad
  throw new TypeError(
    `bad value ${JSON.stringify(config[name])} for ${name} (--${kebab(name)}, ` +
      `${variableOf(name, schema)}): expected ${expected(schema)}`,
  )
}

/**
 * Reads the command line, then the environment: a flag wins over a variable.
 * @throws TypeError as `createConfig`, or for a flag or a variable that does not exist
 */
export function readConfig(argv: string[], env: NodeJS.ProcessEnv): Config {
  refuseMisspelt(env)
  const values = readFlags(argv)
  const given = options.flatMap(([name, schema]) => {
    const text = values[kebab(name)] ?? (env[variableOf(name, schema)] || undefined)
    return text === undefined ? [] : [[name, fromText(schema, text)]]
  })
  return createConfig(Object.fromEntries(given))
}

/**
 * The variables that set these options: what `readConfig` reads.
 * @throws TypeError as `createConfig`
 */
export function variablesOf(given: Partial<Config>): Record<string, string> {
  const config = createConfig(given)
  return Object.fromEntries(
    options
      .filter(([name]) => Object.hasOwn(given, name))
      .map(([name, schema]) => [variableOf(name, schema), String(config[name])]),
  )
}

function readFlags(argv: string[]): Record<string, unknown> {
  const type = (schema: TSchema) => (schema.type === 'boolean' ? 'boolean' : 'string')
  const flags = options.map(([name, schema]) => [kebab(name), { type: type(schema) }] as const)
  try {
    const args = withNegatives(argv)
    return parseArgs({ args, allowNegative: true, options: Object.fromEntries(flags) }).values
  } catch (error) {
    // The parser goes on about arguments that begin with a dash.
    const [fault = ''] = (error as Error).message.split('. ', 1)
    const [, flag] = /^Unknown option '(--[^']*)'/.exec(fault) ?? []
    const known = flags.map(([name]) => `--${name}`)
    const hint = flag === undefined ? '' : didYouMean(flag, known)
    throw new TypeError(`${fault}${hint || '; --help lists the options'}`)
  }
}

/** `--port -1` as `--port=-1`: the parser takes a negative number for a flag. */
function withNegatives(argv: string[]): string[] {
  return argv.flatMap((argument, i) => {
    const next = argv[i + 1]
    if (/^-\d/.test(argument) && argv[i - 1]?.startsWith('--')) return []
    const isNegative = argument.startsWith('--') && next !== undefined && /^-\d/.test(next)
    return isNegative ? [`${argument}=${next}`] : [argument]
  })
}

/** Variables of this prefix that tests and `env` set, for clients. */
const OF_CLIENTS = ['API', 'TOKEN', 'URL', 'GATEWAY', 'PROJECT', 'REGION', 'AK', 'SK']

/**
 * Refuses a variable that is nearly one of ours. Others of the prefix are not: Kubernetes sets some
 * of its own for a service named apig-mock.
 * @throws TypeError naming the nearest variable
 */
function refuseMisspelt(env: NodeJS.ProcessEnv): void {
  const known = options.map(([name, schema]) => variableOf(name, schema))
  const foreign = new Set([...known, ...OF_CLIENTS.map((name) => `${PREFIX}${name}`)])
  const ours = known.filter((name) => name.startsWith(PREFIX)).map(withoutPrefix)
  for (const variable of Object.keys(env)) {
    if (!variable.startsWith(PREFIX) || foreign.has(variable)) continue
    const nearest = nearestName(withoutPrefix(variable), ours)
    if (nearest === undefined) continue
    throw new TypeError(`unknown variable ${variable}; did you mean ${PREFIX}${nearest}?`)
  }
}

const withoutPrefix = (variable: string): string => variable.slice(PREFIX.length)

/** What is no integer or boolean stays text, which the check refuses. */
function fromText(schema: TSchema, text: unknown): unknown {
  if (schema.type === 'boolean') {
    const known: Record<string, boolean> = { true: true, 1: true, false: false, 0: false }
    return known[String(text)] ?? text
  }
  return schema.type === 'integer' && /^\d{1,9}$/.test(String(text)) ? Number(text) : text
}

function expected(schema: TSchema): string | undefined {
  if (schema.anyOf) {
    return `one of ${schema.anyOf.map((choice: TSchema) => choice.const).join(', ')}`
  }
  if (schema.type === 'integer') {
    return `a whole number from ${schema.minimum} to ${schema.maximum}`
  }
  if (schema.type === 'boolean') return 'true or false'
  return schema.pattern === undefined ? 'some text' : schema.description
}

/**
 * The text of `--help`: every option with its flag, variable, default and meaning.
 * @param clients the names that `env` knows
 */
export function help(clients: string): string {
  const rows = options.map(([name, schema]) => [
    `--${kebab(name)}`,
    variableOf(name, schema),
    String(schema.default),
    schema.description ?? '',
  ])
  rows.unshift(['option', 'variable', 'default', 'meaning'])
  rows.push(['-h, --help', '', '', 'this text'], ['-v, --version', '', '', 'the version'])
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `apig-mock: a local emulator of Huawei Cloud API Gateway

apig-mock [start] [options]            starts a server
apig-mock env --client NAME [options]  prints the settings a client needs to reach this server:
                                       ${clients};
                                       --token ID chooses the token (curl)

${lines.join('\n')}
`
}
