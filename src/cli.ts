#!/usr/bin/env node
import { type DestinationStream, pino } from 'pino'
import { banner } from './banner.ts'
import { accessTo, clientEnv, clientNames } from './client/settings.ts'
import { help, readConfig } from './config.ts'
import { configured, serveContext, urlOf } from './server.ts'
import { version } from './version.ts'

const argv = process.argv.slice(2)
if (argv.includes('--help') || argv.includes('-h') || argv[0] === 'help') {
  process.stdout.write(help(clientNames.join(', ')))
} else if (argv.includes('--version') || argv.includes('-v')) {
  process.stdout.write(`${version}\n`)
} else {
  const command = argv[0] === 'env' ? printEnv : run
  await command().catch((error: Error) => {
    process.stderr.write(`apig-mock: ${error.message.split('\n', 1)[0]}\n`)
    process.exitCode = 2
  })
}

/** `apig-mock env --client NAME [options]`: what a client needs to reach a server so started. */
async function printEnv(): Promise<void> {
  const [client = '', others] = takeFlag('--client', argv.slice(1))
  const [token, options] = takeFlag('--token', others)
  const config = readConfig(options, process.env)
  const ctx = await configured(config, pino({ level: 'silent' }))
  process.stdout.write(clientEnv(client, accessTo(ctx, urlOf(config), token)))
}

/** The value of a flag that is no option of the server, and the arguments without it. */
function takeFlag(flag: string, from: string[]): [value: string | undefined, others: string[]] {
  const at = from.findIndex((argument) => argument === flag || argument.startsWith(`${flag}=`))
  const argument = from[at]
  if (argument === undefined) return [undefined, from]
  if (argument !== flag) return [argument.slice(flag.length + 1), from.toSpliced(at, 1)]
  return [from[at + 1], from.toSpliced(at, 2)]
}

async function run(): Promise<void> {
  const config = readConfig(argv[0] === 'start' ? argv.slice(1) : argv, process.env)
  const stream = process.stdout.isTTY ? await prettyStream() : lineStream()
  const ctx = await configured(config, pino({ level: config.logLevel }, stream))
  const mock = await serveContext(ctx)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => mock.close().then(() => process.exit(0)))
  }
  // The ready line, whatever the log level.
  pino(stream).info(
    { url: mock.url, version, mode: config.strict ? 'strict' : 'lenient' },
    `listening on ${mock.url}`,
  )
  if (process.stdout.isTTY) process.stdout.write(banner(ctx, mock.url))
}

/**
 * Lines for programs. Those of one turn of the event loop are written at once, when it ends: a line
 * costs a quarter of a write of its own.
 */
function lineStream(): DestinationStream {
  let lines = ''
  const flush = () => {
    process.stdout.write(lines)
    lines = ''
  }
  // To a file or a pipe, which it is, this write is over before the process is.
  process.on('exit', flush)
  return {
    write(line) {
      if (lines === '') setImmediate(flush)
      lines += line
    },
  }
}

/** One line per answer for people: `INFO: 201 POST /v2/… {"request_id":"…","ms":1.2}`. */
async function prettyStream(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    singleLine: true,
    ignore: 'pid,hostname,url,version,mode,status,method,path',
    messageFormat: (line, key) =>
      line.status === undefined ? String(line[key]) : `${line.status} ${line.method} ${line.path}`,
  })
}
