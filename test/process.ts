import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** The command line, as test/bundle.ts makes it. */
export const CLI = [process.execPath, '.cache/test/cli.js']

interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

export interface Running {
  child: ChildProcess
  /** The ready line, parsed. */
  ready: { url: string; mode: string; msg: string }
  url: string
  /** All that it wrote to stdout after the ready line, once it has ended. */
  rest(): string[]
  /** Ends it with SIGTERM and waits for that. */
  stop(): Promise<number | null>
}

/** The environment without the options of the one who runs the tests. */
function environment(given: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(HOST|PORT|APIG_MOCK_.*)$/.test(name),
  )
  return { ...Object.fromEntries(inherited), ...given }
}

/** Runs a command to its end. */
export async function run(
  args: string[],
  env: Record<string, string> = {},
  command = CLI,
): Promise<Finished> {
  const [program = '', ...before] = command
  const child = spawn(program, [...before, ...args], { env: environment(env) })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code, stdout, stderr }
}

/** Starts a server and waits for its ready line. */
export async function launch(
  args: string[],
  env: Record<string, string> = {},
  command = CLI,
): Promise<Running> {
  const [program = '', ...before] = command
  const child = spawn(program, [...before, ...args], {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout ?? Readable.from([]) })
  reader.on('line', (line) => lines.push(line))
  await Promise.race([once(reader, 'line'), exit])
  if (lines[0] === undefined) throw new Error('the server ended before it was ready')
  const ready = JSON.parse(lines[0])
  return {
    child,
    ready,
    url: ready.url,
    rest: () => lines.slice(1),
    async stop() {
      child.kill('SIGTERM')
      return (await exit)[0]
    },
  }
}
