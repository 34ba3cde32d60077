import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { Type } from '@sinclair/typebox'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createClock } from '../../src/core/clock.ts'
import { createIds } from '../../src/core/ids.ts'
import { type DataFile, openDataFile } from '../../src/store/data-file/data-file.ts'
import { replay } from '../../src/store/data-file/replay.ts'
import { exportState } from '../../src/store/document.ts'
import { State } from '../../src/store/state.ts'
import { table } from '../../src/store/table.ts'

const instances = table('instances', Type.Object({ id: Type.String() }), { scope: 'account' })
const things = table(
  'things',
  Type.Object({ id: Type.String(), name: Type.String(), size: Type.Optional(Type.Number()) }),
  { unique: ['name'] },
)
const parts = table(
  'parts',
  Type.Object({ id: Type.String(), thing: Type.String(), weight: Type.Number() }),
  {
    belongsTo: { thing: things },
    complete: (given: { id: string; thing: string; weight?: number }) => ({ weight: 1, ...given }),
  },
)
const tables = [instances, things, parts]
const stamp = { clock: createClock(), ids: createIds() }

const root = mkdtempSync(join(tmpdir(), 'apig-mock-data-'))
afterAll(() => rmSync(root, { recursive: true }))

let folder = root
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(root, 'test-'))
  file = join(folder, 'data')
})

interface Opened {
  state: State
  data: DataFile
  /** Messages of level warn and above. */
  log: string[]
}

async function opened({ slack = 10_000, seed = new State(tables), path = file } = {}) {
  const state = new State(tables)
  state.adopt(seed)
  const log: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line) => log.push(JSON.parse(line).msg) })
  const data = await openDataFile(path, { state, log: logger, ...stamp }, slack)
  return { state, data, log } satisfies Opened
}

/** What the next start finds. */
async function found(path = file): Promise<unknown> {
  const { state, data } = await opened({ path })
  await data.close()
  return exportState(state)
}

/** The state of the commits in a file. */
async function replayed(path: string) {
  const state = new State(tables)
  const { end, size } = await replay(path, state, stamp)
  return { state: exportState(state), end, size }
}

/** A small file: its bytes, and after every commit its size and the state. */
async function smallFile() {
  const { state, data } = await opened()
  const commits: { size: number; state: unknown }[] = []
  const commit = async (write?: () => void) => {
    write?.()
    await data.written()
    commits.push({ size: statSync(file).size, state: structuredClone(exportState(state)) })
  }
  await commit()
  await commit(() => {
    state.rows(instances).put({ id: 'gw' })
    state.rows(things, 'gw').put({ id: 't1', name: 'één' })
  })
  await commit(() => {
    state.rows(parts, 'gw').put({ id: 'p1', thing: 't1', weight: 2 })
    state.rows(things, 'gw').put({ id: 't2', name: 'zwei' })
  })
  await commit(() => state.rows(things, 'gw').delete('t1'))
  await data.close()
  return { bytes: readFileSync(file), commits }
}

describe('a restart', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd')
  const gateway = fc.constantFrom('gw1', 'gw2')
  const operation = fc.oneof(
    fc.record({ put: id, gateway, size: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
    fc.record({ part: id, of: id, gateway }),
    fc.record({ delete: id, gateway }),
    fc.record({ save: fc.boolean() }),
    fc.record({ adopt: fc.constantFrom('gw1', 'gw2', undefined) }),
    fc.constant('wait' as const),
  )

  test('finds what was written, in its order, whatever was written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 40 }), fc.nat(20), async (ops, slack) => {
        const path = join(mkdtempSync(join(folder, 'run-')), 'data')
        const { state, data } = await opened({ path, slack })
        let saved = new State(tables)
        for (const op of ops) {
          if (op === 'wait') {
            await data.written()
            expect((await replayed(path)).state).toEqual(exportState(state))
          } else if ('put' in op) {
            state.rows(instances).put({ id: op.gateway })
            const { put: id, gateway, size } = op
            state.rows(things, gateway).put({ id, name: `name ${id}`, size: size + 0 })
          } else if ('part' in op) {
            state.rows(parts, op.gateway).put({ id: op.part, thing: op.of, weight: 2 })
          } else if ('delete' in op) {
            state.rows(things, op.gateway).delete(op.delete)
          } else if ('save' in op) {
            saved = new State(tables)
            saved.adopt(state)
          } else {
            state.adopt(saved, op.adopt)
          }
        }
        await data.close()
        expect(await found(path)).toEqual(exportState(state))
      }),
      { numRuns: 60 },
    )
  })

  test('begins with the seed only when there is no file', async () => {
    const seed = new State(tables)
    seed.rows(instances).put({ id: 'seeded' })
    const first = await opened({ seed })
    expect(exportState(first.state)).toEqual(exportState(seed))
    first.state.rows(instances).delete('seeded')
    await first.data.close()
    const second = await opened({ seed })
    expect([...second.state.rows(instances).values()]).toEqual([])
    second.state.adopt(seed)
    await second.data.close()
    expect(await found()).toEqual(exportState(seed))
  })

  test('completes a record of an earlier version, and refuses what is none of this one', async () => {
    type Part = NonNullable<typeof parts.row>
    const { state, data } = await opened()
    state.rows(instances).put({ id: 'gw' })
    state.rows(parts, 'gw').put({ id: 'p', thing: 't' } as Part)
    await data.close()
    expect(await found()).toMatchObject({
      instances: [{ id: 'gw', parts: [{ id: 'p', thing: 't', weight: 1 }] }],
    })

    const again = await opened()
    const { size } = statSync(file)
    again.state.rows(parts, 'gw').put({ id: 'p', thing: 't', weight: Number.NaN })
    await again.data.close()
    await expect(opened()).rejects.toThrow(
      `data file ${file}: no record of the table parts in this version at byte ${size}`,
    )
  })

  test('follows a link to the file', async () => {
    const link = join(folder, 'link')
    await (await opened()).data.close()
    symlinkSync(file, link)
    const { state, data } = await opened({ path: link })
    const other = new State(tables)
    other.rows(instances).put({ id: 'gw' })
    state.adopt(other)
    await data.close()
    expect(await found()).toMatchObject({ instances: [{ id: 'gw' }] })
  })
})

describe('damage', () => {
  test('at any byte refuses to start, unless nothing but the last commit is damaged', async () => {
    const { bytes, commits } = await smallFile()
    const last = commits.at(-2)
    const damaged = join(folder, 'damaged')
    for (let offset = 0; offset < bytes.length; offset++) {
      for (const change of [1, 0x0a ^ (bytes[offset] ?? 0), bytes[offset] ?? 0]) {
        if (change === 0) continue
        const copy = Buffer.from(bytes)
        copy[offset] = (copy[offset] ?? 0) ^ change
        writeFileSync(damaged, copy)
        const outcome = await replayed(damaged).catch((error: Error) => error.message)
        if (offset < (last?.size ?? 0)) {
          const start = bytes.lastIndexOf(10, offset - 1) + 1
          expect(outcome, `byte ${offset}`).toMatch(/^damaged/)
          expect(outcome).toContain(`at byte ${offset === 0 ? 0 : start}`)
        } else {
          expect(outcome, `byte ${offset}`).toEqual({
            state: last?.state,
            end: last?.size,
            size: bytes.length,
          })
        }
      }
    }
  })

  test('that cuts the file at any byte leaves the whole commits before it', async () => {
    const { bytes, commits } = await smallFile()
    const cut = join(folder, 'cut')
    for (let size = 0; size <= bytes.length; size++) {
      writeFileSync(cut, bytes.subarray(0, size))
      const outcome = await replayed(cut).catch((error: Error) => error.message)
      const whole = commits.findLast((commit) => commit.size <= size)
      if (whole === undefined) expect(outcome).toMatch(/^damaged, or no data file/)
      else expect(outcome, `${size} bytes`).toEqual({ state: whole.state, end: whole.size, size })
    }
  })

  test('that takes a line out, doubles or moves it is no other state', async () => {
    const { bytes, commits } = await smallFile()
    const lines = bytes.toString().split(/(?<=\n)/)
    const states = commits.map(({ state }) => state)
    const changed = join(folder, 'changed')
    const outcome = async (text: string[]) => {
      writeFileSync(changed, text.join(''))
      return replayed(changed).then(({ state }) => state, String)
    }
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at] ?? ''
      const variants = [lines.toSpliced(at, 1), lines.toSpliced(at, 0, line)]
      for (const variant of variants) {
        const result = await outcome(variant)
        if (typeof result === 'string') expect(result).toMatch(/damaged/)
        else expect(states).toContainEqual(result)
      }
    }
  })

  test('in the tail is cut off with a warning, and the file goes on from there', async () => {
    const { bytes, commits } = await smallFile()
    writeFileSync(file, Buffer.concat([bytes, Buffer.from('0badc0de [4,"pu'), Buffer.alloc(4096)]))
    const { state, data, log } = await opened()
    expect(log).toEqual(['cut a damaged tail off the data file'])
    expect(exportState(state)).toEqual(commits.at(-1)?.state)
    expect(statSync(file).size).toBe(bytes.length)
    state.rows(instances).put({ id: 'gw2' })
    await data.close()
    const again = await opened()
    expect(again.log).toEqual([])
    expect(exportState(again.state)).toEqual(exportState(state))
    await again.data.close()
  })

  test('in the middle refuses to start, naming file and offset, and changes nothing', async () => {
    const { bytes, commits } = await smallFile()
    const damaged = Buffer.from(bytes)
    const offset = commits[1]?.size ?? 0
    damaged[offset + 20] = 0
    writeFileSync(file, damaged)
    await expect(opened()).rejects.toThrow(
      new RegExp(`^data file ${file}: damaged at byte ${offset}$`),
    )
    expect(readFileSync(file).equals(damaged)).toBe(true)
    expect(readdirSync(folder)).toEqual(['data'])
  })

  test('that is no data file at all refuses to start', async () => {
    for (const text of ['', '{}', '{"version": 1}\n', '\n\n\n']) {
      writeFileSync(file, text)
      await expect(opened()).rejects.toThrow(/no data file of apig-mock at byte 0$/)
    }
  })
})

describe('a line with a right checksum', () => {
  const line = (json: string) => `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`
  const row = (id: string) => `[4,"put","things","gw2",{"id":"${id}","name":"same"}]`

  test.each([
    ['that is no JSON', ['{'], 'a line with a right checksum that is no JSON'],
    ['of a record that is null', ['[4,"put","things","gw2",null]', '[4,"end",1]'], 'no record of'],
    ['of a table that there is not', ['[4,"put","x","gw2",{}]', '[4,"end",1]'], 'unknown table x'],
  ])('%s refuses to start, naming the byte', async (_, lines, message) => {
    const { bytes } = await smallFile()
    writeFileSync(file, `${bytes}${lines.map(line).join('')}`)
    await expect(opened()).rejects.toThrow(`data file ${file}: ${message}`)
    await expect(opened()).rejects.toThrow(`at byte ${bytes.length}`)
  })

  test('of a record whose unique value another one has refuses to start', async () => {
    const { bytes } = await smallFile()
    const first = `${bytes}${line(row('a'))}`
    writeFileSync(file, `${first}${line(row('b'))}${line('[4,"end",2]')}`)
    await expect(opened()).rejects.toThrow(
      `two records of the table things share a unique value at byte ${Buffer.byteLength(first)}`,
    )
  })

  test.each(['null', '3', '[]'])('that says %s is damage', async (json) => {
    const { bytes, commits } = await smallFile()
    appendFileSync(file, line(json))
    const outcome = await replayed(file).catch((error: Error) => error.message)
    // A commit with another number can be nothing but damage; a tail that says nothing is cut off.
    const cut = {
      state: commits.at(-1)?.state,
      end: bytes.length,
      size: bytes.length + 9 + json.length + 1,
    }
    expect(outcome).toEqual(json === '[]' ? `damaged at byte ${bytes.length}` : cut)
  })

  test('does not stand for the version that a file begins with', async () => {
    writeFileSync(file, line('[0,"end",0]'))
    await expect(opened()).rejects.toThrow(`data file ${file}: no version of the format at byte 0`)
    writeFileSync(file, `${line('[0,"version",2]')}${line('[0,"end",1]')}`)
    await expect(opened()).rejects.toThrow(`written in another format, version 2 at byte 0`)
  })
})

test('a long tail without a line feed is joined once, however long it is', async () => {
  const { bytes } = await smallFile()
  const size = 50 * 1024 * 1024
  truncateSync(file, bytes.length + size)
  const concat = vi.spyOn(Buffer, 'concat')
  try {
    expect(await replayed(file)).toMatchObject({ end: bytes.length, size: bytes.length + size })
    const joined = concat.mock.results.reduce((sum, { value }) => sum + value.length, 0)
    expect(joined).toBeLessThanOrEqual(size)
  } finally {
    concat.mockRestore()
  }
})

describe('a file that has grown much larger than the state', () => {
  async function churned() {
    const { state, data } = await opened({ slack: 50 })
    state.rows(instances).put({ id: 'gw' })
    let largest = 0
    for (let size = 0; size < 300; size++) {
      state.rows(things, 'gw').put({ id: 't', name: 'n', size })
      await data.written()
      largest = Math.max(largest, statSync(file).size)
    }
    return { state, data, largest }
  }

  test('is written anew', async () => {
    const { state, data, largest } = await churned()
    expect(largest).toBeLessThan(6000)
    await data.close()
    expect(await found()).toEqual(exportState(state))
  })

  test('is not written anew for records that are all there', async () => {
    const { state, data } = await opened({ slack: 50 })
    const { ino } = statSync(file)
    for (let i = 0; i < 300; i++) {
      state.rows(things, 'gw').put({ id: `t${i}`, name: `n${i}` })
      if (i % 3 === 0) await data.written()
    }
    await data.close()
    expect(statSync(file).ino).toBe(ino)
  })

  test('is whole at every moment of that', async () => {
    const { state, data } = await churned()
    await data.close()
    const before = readFileSync(file)
    const expected = exportState(state)
    const again = await opened()
    again.state.adopt(state)
    await again.data.close()
    const fresh = readFileSync(file)
    // A crash left as much of the new file as was written.
    for (let size = 0; size <= fresh.length; size += 97) {
      writeFileSync(file, before)
      writeFileSync(`${file}.new`, fresh.subarray(0, size))
      expect(await found()).toEqual(expected)
      expect(existsSync(`${file}.new`)).toBe(false)
    }
    // It had taken the place of the old one.
    writeFileSync(file, fresh)
    expect(await found()).toEqual(expected)
  })
})

describe('the lock', () => {
  const lock = () => `${file}.lock`

  test('keeps a second server out, until the first has closed', async () => {
    const first = await opened()
    await expect(opened()).rejects.toThrow(
      `data file ${file}: in use by the process ${process.pid}; if that is no apig-mock, delete ${lock()}`,
    )
    await first.data.close()
    expect(existsSync(lock())).toBe(false)
    await (await opened()).data.close()
  })

  test('of a process that is gone does not count', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    for (const text of [`${pid} 1`, `${pid}`, '', 'nonsense']) {
      writeFileSync(lock(), text)
      await found()
      expect(readdirSync(folder)).toEqual(['data'])
    }
  })

  test.skipIf(!existsSync('/proc/self/stat'))(
    'of an earlier process with the same id does not count',
    async () => {
      writeFileSync(lock(), `${process.pid} 1`)
      await found()
    },
  )

  test.skipIf(!existsSync('/proc/self/stat'))(
    'of a process that was killed, and whose parent does not ask for it, does not count',
    async () => {
      // The shell leaves its child to `sleep`, which never asks: a zombie, until `sleep` ends too.
      const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'])
      try {
        const [pid] = String((await once(parent.stdout, 'data'))[0]).split('\n')
        const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8')
        // A shell that is still one would ask for it.
        const name = () => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')
        await vi.waitFor(() => expect(name()).toBe('sleep\n'), { timeout: 30_000 })
        process.kill(Number(pid), 'SIGKILL')
        await vi.waitFor(() => expect(stat()).toContain(') Z '), { timeout: 30_000 })
        const [, began] = / Z (?:\S+ ){18}(\S+)/.exec(stat()) ?? []
        for (const text of [`${pid} ${began}`, `${pid}`]) {
          writeFileSync(lock(), text)
          await found()
        }
      } finally {
        parent.kill('SIGKILL')
      }
    },
  )

  test('of a running process counts, also when it is not known since when it runs', async () => {
    writeFileSync(lock(), String(process.ppid))
    await expect(opened()).rejects.toThrow(/in use by the process/)
    expect(readFileSync(lock(), 'utf8')).toBe(String(process.ppid))
  })
})

describe('a second name of the file', () => {
  test('is refused: the lock is that of one name', async () => {
    await (await opened()).data.close()
    const other = join(folder, 'other')
    linkSync(file, other)
    for (const path of [file, other]) {
      await expect(opened({ path })).rejects.toThrow(
        `data file ${path}: 2 hard links to one file: copy it in place of linking it`,
      )
    }
    rmSync(other)
    await found()
  })
})

describe('what cannot be written', () => {
  test.each(['before the first write', 'later'])(
    'since the file was removed %s is not acknowledged',
    async (when) => {
      await (await opened()).data.close()
      const { state, data } = await opened()
      if (when === 'later') {
        state.rows(instances).put({ id: 'gw' })
        await data.written()
      }
      rmSync(file)
      state.rows(instances).put({ id: 'gw2' })
      await expect(data.written()).rejects.toThrow(/ENOENT|the file was removed or replaced/)
      expect(existsSync(file)).toBe(false)
      await data.close()
    },
  )

  test('is refused at the start in one line', async () => {
    const path = join(folder, 'missing', 'data')
    await expect(opened({ path })).rejects.toThrow(`data file ${path}: ENOENT: no such file`)
  })

  test('rejects for good, and is logged once', async () => {
    const { state, data, log } = await opened()
    copyFileSync(file, join(root, 'kept'))
    rmSync(folder, { recursive: true })
    state.rows(instances).put({ id: 'gw' })
    state.adopt(new State(tables))
    await expect(data.written()).rejects.toThrow('ENOENT')
    state.rows(instances).put({ id: 'gw2' })
    await expect(data.written()).rejects.toThrow('ENOENT')
    expect(log).toEqual(['cannot write the data file: every request gets 500 until restart'])
    await data.close()
  })
})
