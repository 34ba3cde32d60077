#!/usr/bin/env node
import { type DestinationStream, pino } from 'pino'
import { type Config, help, readConfig } from './config.ts'
import { type Mock, serve } from './index.ts'
import { version } from './version.ts'

const argv = process.argv.slice(2)
if (argv.includes('--help')) {
  process.stdout.write(help())
} else if (argv.includes('--version')) {
  process.stdout.write(`${version}\n`)
} else {
  await run().catch((error: Error) => {
    process.stderr.write(`apig-mock: ${error.message.split('\n', 1)[0]}\n`)
    process.exitCode = 2
  })
}

async function run(): Promise<void> {
  const config = readConfig(argv, process.env)
  const stream = process.stdout.isTTY ? await prettyStream() : process.stdout
  const mock = await serve(config, pino({ level: config.logLevel }, stream))
  announce(config, mock, stream)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => mock.close().then(() => process.exit(0)))
  }
}

async function prettyStream(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty')
  return pretty({ ignore: 'pid,hostname' })
}

/** The ready line, whatever the log level; on a terminal also what to try next. */
function announce(config: Config, { url }: Mock, stream: DestinationStream): void {
  pino(stream).info(
    { url, version, mode: config.strict ? 'strict' : 'lenient' },
    `listening on ${url}`,
  )
  if (!process.stdout.isTTY) return
  process.stdout.write(`
  apig-mock ${version}, ${config.strict ? 'strict: only known credentials and gateways' : 'lenient: any token, any gateway'}

  curl -i ${url}/v2/my-project/apigw/instances/my-gateway/apps \\
    -H 'X-Auth-Token: any' -d '{"name":"my_app"}'

  ${url}/_mock/docs for the API, Ctrl-C to stop

`)
}
