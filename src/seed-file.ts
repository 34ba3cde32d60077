import { readFile } from 'node:fs/promises'
import type { ParsedNode } from 'yaml'
import { ApigError } from './core/errors.ts'

/** A seed as it was read. */
export interface SeedFile {
  document: unknown
  /**
   * The error as one line that begins with the file and, if it can be told, the line at fault:
   * `seed file seed.yaml:7: Invalid state at /instances/0/apps/1/name: …`
   */
  located(error: Error): Promise<Error>
}

/**
 * Reads a state document: YAML by its name, otherwise JSON.
 * @throws Error of one line, naming the file and, for a syntax error, the line
 */
export async function readSeedFile(file: string): Promise<SeedFile> {
  const faultAt = (line: number | undefined, error: Error) => {
    const place = line === undefined ? file : `${file}:${line}`
    return new Error(`seed file ${place}: ${oneLine(error.message)}`, { cause: error })
  }
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw faultAt(undefined, error)
  })
  const isYaml = /\.ya?ml$/i.test(file)
  try {
    return {
      document: isYaml ? (await import('yaml')).parse(text) : JSON.parse(text),
      async located(error) {
        const path = error instanceof ApigError ? error.path : undefined
        return faultAt(path === undefined ? undefined : await lineOf(text, path), error)
      },
    }
  } catch (error) {
    throw faultAt(await lineOfSyntax(text, error as Error), error as Error)
  }
}

/** Parsers quote the text around the fault, on lines of its own (YAML) or among theirs (JSON). */
function oneLine(message: string): string {
  const [fault = ''] = message.split(/ at line \d+, column \d+:?\n|:\n\n/)
  return fault.replace(/\s+/g, ' ')
}

/**
 * The line on which a value begins, or else the innermost one around it that there is: a field that
 * is missing has no line. JSON is read as YAML, which it is a part of.
 * @param path `/instances/0/apps/1/name`
 */
async function lineOf(text: string, path: string): Promise<number | undefined> {
  const { isMap, isSeq, LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  let node: ParsedNode | null = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false,
  }).contents
  let offset = node?.range[0]
  for (const name of path.split('/').slice(1)) {
    let next: ParsedNode | null | undefined
    if (isSeq(node)) {
      next = node.items[Number(name)]
      offset = next?.range[0] ?? offset
    } else if (isMap<ParsedNode, ParsedNode | null>(node)) {
      const pair = node.items.find(({ key }) => String(key) === name)
      next = pair?.value
      offset = pair?.key.range[0] ?? offset
    }
    if (next === undefined || next === null) break
    node = next
  }
  return offset === undefined ? undefined : lines.linePos(offset).line
}

/** The line of a syntax error, of which JSON's parser tells the offset, if anything. */
async function lineOfSyntax(text: string, error: Error): Promise<number | undefined> {
  const [, offset] = / at position (\d+)/.exec(error.message) ?? []
  if (offset !== undefined) return text.slice(0, Number(offset)).split('\n').length
  const { parseDocument, YAMLError } = await import('yaml')
  const fault =
    error instanceof YAMLError ? error : parseDocument(text, { schema: 'json' }).errors[0]
  return fault?.linePos?.[0].line
}
