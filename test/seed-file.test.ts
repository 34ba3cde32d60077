import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Mock, start } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'apig-mock-seed-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What a start with this seed file says after the name of the file. */
async function refusalOf(name: string, text: string): Promise<string> {
  const file = join(folder, name)
  writeFileSync(file, text)
  const outcome = await start({ seed: file }).catch((error: Error) => error.message)
  if (typeof outcome !== 'string') {
    await (outcome as Mock).close()
    throw new Error('the seed was accepted')
  }
  expect(outcome.startsWith(`seed file ${file}`)).toBe(true)
  const said = outcome.slice(`seed file ${file}`.length)
  expect(said).not.toContain('\n')
  expect(said.length).toBeLessThan(200)
  return said
}

const yaml = (...lines: string[]) =>
  `# A comment, and what other tools read.\n${lines.join('\n')}\n`

describe('a seed file with a fault', () => {
  test.each<[string, string[], string]>([
    [
      'a name that breaks its rule',
      ['instances:', '  - id: gw1', '    apps:', '      - name: fine', '      - name: 1x'],
      ':6: Invalid state at /instances/0/apps/1/name: expected 3 to 64 characters, first a letter; letters, digits, _',
    ],
    [
      'an unknown field',
      ['instances:', '  - id: gw1', '    apps:', '      - name: fine', '        remrk: x'],
      ':6: Invalid state at /instances/0/apps/0/remrk: unknown field; did you mean "remark"?',
    ],
    [
      'an unknown kind',
      ['', 'instnces: []'],
      ':3: Invalid state at /instnces: unknown field; did you mean "instances"?',
    ],
    [
      'a role that there is not',
      ['users:', '  - name: me', '    role: reader'],
      ':4: Invalid state at /users/0/role: expected one of administrator, read-only, none',
    ],
    [
      'a missing field, on the line of its record',
      ['instances:', '  - id: gw1', '    apps:', '', '      - remark: x'],
      ':6: Invalid state at /instances/0/apps/0/name: required, but missing',
    ],
    [
      'a record that names another one that does not exist',
      ['tokens:', '  - id: t', '    user_id: nobody'],
      ':4: Invalid state at /tokens/0/user_id: no such record in users',
    ],
    [
      'a denial of what is no operation',
      ['users:', '  - name: me', '    deny:', '      - CreateApp'],
      ':4: Invalid state at /users/0/deny: CreateApp is no operation of the service',
    ],
    [
      'a list in the place of the whole',
      ['- instances'],
      ':2: Invalid seed at /: expected an object: { "instances": [{ "id": "…" }] }',
    ],
    ['nothing', [], ': Invalid seed at /: expected an object: { "instances": [{ "id": "…" }] }'],
    [
      'null',
      ['null'],
      ':2: Invalid seed at /: expected an object: { "instances": [{ "id": "…" }] }',
    ],
    ['a number for a kind', ['apps: 1'], ':2: Invalid state at /apps: unknown field'],
    ['a line that is no YAML', ['instances:', '  - id: [gw1'], ':4: '],
  ])('in YAML names the line: %s', async (_, lines, expected) => {
    const said = await refusalOf('seed.yaml', yaml(...lines))
    expect(said.slice(0, expected.length)).toBe(expected)
  })

  test.each<[string, string, RegExp]>([
    [
      'a value that breaks its rule',
      '{\n"instances": [\n\t{"id": "gw1", "apps": [\n{"name": 1}]}]}',
      /^:4: Invalid state at \/instances\/0\/apps\/0\/name: expected 3 to 64/,
    ],
    [
      'a key given twice',
      '{\n"instances": [],\n"x": 1, "x": 2}',
      /^:3: Invalid state at \/x: unknown field/,
    ],
    ['a name without quotes', '{\n"a": x\n}', /^:2: Unexpected token/],
    ['a comma too many', '{\n"a": 1,\n}', /^:3: Expected double-quoted property name/],
    ['no end', '{\n"a": [', /^(:2)?: Unexpected end of JSON input|^:2: /],
    ['nothing', '', /^: Unexpected end of JSON input/],
    ['a list', '[]', /^:1: Invalid seed at \/: expected an object/],
  ])('in JSON names the line: %s', async (_, text, expected) => {
    expect(await refusalOf('seed.json', text)).toMatch(expected)
  })
})
