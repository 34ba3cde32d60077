import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')
const here = join(root, 'test/clients')
/** What the clients are made of, kept between runs; not in Git. */
export const cache = join(root, '.cache/clients')

const venv = join(cache, 'python')
const python = join(venv, 'bin/python')
const goEnv = { GOMODCACHE: join(cache, 'go/mod'), GOFLAGS: '-modcacherw' }
const maven = [
  'mvn',
  '--batch-mode',
  '--no-transfer-progress',
  '-Dstyle.color=never',
  `-Dmaven.repo.local=${join(cache, 'java/repository')}`,
]
const classpath = join(cache, 'java/classpath')

/** A command line, and where it runs if not in the folder of its client. */
type Command = readonly string[]

/** One official client: how it is installed, how its suite and its snippet are run. */
export interface Client {
  name: string
  /** The programs that it needs; what else it needs, `setUp` installs. */
  tools: string[]
  folder: string
  env?: Record<string, string>
  setUp: Command[]
  suite?: Command
  /** The language of its snippet in docs/clients.md, and the file to keep it in. */
  snippet: { language: string; file: string; run(file: string): Command }
}

export const clients: Client[] = [
  {
    name: 'curl',
    tools: ['sh', 'curl'],
    folder: root,
    setUp: [],
    snippet: { language: 'sh', file: 'snippet.sh', run: (file) => ['sh', '-eux', file] },
  },
  {
    name: 'python',
    tools: ['python3'],
    folder: join(here, 'python'),
    env: { PYTHONDONTWRITEBYTECODE: '1' },
    setUp: [
      ['python3', '-m', 'venv', venv],
      [python, '-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt'],
    ],
    suite: [python, '-m', 'pytest'],
    snippet: { language: 'python', file: 'snippet.py', run: (file) => [python, file] },
  },
  {
    name: 'go',
    tools: ['go'],
    folder: join(here, 'go'),
    env: goEnv,
    setUp: [['go', 'mod', 'download']],
    suite: ['go', 'test', '-count=1', '.'],
    snippet: { language: 'go', file: 'snippet.go', run: (file) => ['go', 'run', file] },
  },
  {
    name: 'java',
    tools: ['java', 'mvn'],
    folder: join(here, 'java'),
    setUp: [[...maven, `-Dmdep.outputFile=${classpath}`, 'dependency:build-classpath']],
    suite: [...maven, 'test'],
    snippet: {
      language: 'java',
      file: 'Example.java',
      run: (file) => ['java', '-cp', `@${classpath}`, file],
    },
  },
  {
    name: 'node',
    tools: ['node'],
    folder: root,
    setUp: [],
    suite: ['node', 'node_modules/vitest/vitest.mjs', 'run', 'test/clients/node.test.ts'],
    snippet: { language: 'js', file: 'snippet.mjs', run: (file) => ['node', file] },
  },
]

/** The first program that a client needs and that is not on the path. */
export function missingTool({ tools }: Pick<Client, 'tools'>): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return tools.find((tool) => !folders.some((folder) => existsSync(join(folder, tool))))
}

/**
 * Runs a command in the folder of a client and resolves to what it printed.
 * @throws Error with all that it printed, if it failed
 */
export async function run(
  { folder, env }: Client,
  [program = '', ...args]: Command,
  extra?: Record<string, string>,
): Promise<string> {
  const outer = Object.entries(process.env).filter(([name]) => !/^VITEST|^NODE_ENV$/.test(name))
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      cwd: folder,
      env: { ...Object.fromEntries(outer), NO_COLOR: '1', ...env, ...extra },
      maxBuffer: 2 ** 26,
    })
    return stdout
  } catch (error) {
    const { message, stdout, stderr } = error as {
      message: string
      stdout?: string
      stderr?: string
    }
    throw new Error([message.split('\n', 1)[0], stdout, stderr].filter(Boolean).join('\n'))
  }
}
