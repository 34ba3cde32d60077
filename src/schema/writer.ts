import { Kind, type TArray, type TObject, type TSchema } from '@sinclair/typebox'
import { Extended } from './extended.ts'
import { timeWriter } from './kinds.ts'

type JsonObject = Record<string, unknown>
type Write = (value: unknown) => string

/**
 * Fastify's serializer compiler: writes an answer through its schema. What the schema does not
 * name is not sent, and what it requires must be there.
 */
export function compileWriter({ schema }: { schema: TSchema }): Write {
  let write: Write = (value) => {
    write = writer(schema)
    return write(value)
  }
  return (value) => write(value)
}

function writer(schema: TSchema): Write {
  switch (schema[Kind]) {
    case 'Object':
      return objectWriter(schema as TObject)
    case 'Array':
      return arrayWriter(schema as TArray)
    case 'Time': {
      const toText = timeWriter(schema)
      return (value) => `"${toText(value as number)}"`
    }
    case 'Integer':
      return String
    case 'String':
    case 'Text':
      return (value) => writeText(value as string)
    default:
      // Literals and unions, most of them texts.
      return (value) => (typeof value === 'string' ? writeText(value) : JSON.stringify(value))
  }
}

/** What JSON may not write as it is: quotes, backslashes, control characters, surrogates. */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/

/** Most texts are written as they are, for which a call of `JSON.stringify` is dear. */
function writeText(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`
}

function arrayWriter(schema: TArray): Write {
  const item = writer(schema.items)
  return (value) => {
    let json = ''
    for (const element of value as unknown[]) json += `${json && ','}${item(element)}`
    return `[${json}]`
  }
}

interface Field {
  name: string
  /** `"name":`, and the same after another field. */
  label: string
  nextLabel: string
  write: Write
  required: boolean
}

function objectWriter(schema: TObject): Write {
  const required = new Set(schema.required)
  const fields = Object.entries(schema.properties).map(([name, field]) => ({
    name,
    label: `${JSON.stringify(name)}:`,
    nextLabel: `,${JSON.stringify(name)}:`,
    write: writer(field),
    required: required.has(name),
  }))
  const writeExtended = extendedWriter(fields)
  return (value) =>
    value instanceof Extended
      ? writeExtended(value)
      : `{${writeMembers(fields, value as JsonObject)}}`
}

function writeMembers(fields: Field[], value: JsonObject): string {
  let json = ''
  for (const field of fields) {
    const given = value[field.name]
    if (given !== undefined) {
      json += (json === '' ? field.label : field.nextLabel) + field.write(given)
    } else if (field.required) {
      throw new TypeError(`The answer lacks its field ${field.name}`)
    }
  }
  return json
}

/** Texts of records that are kept for one schema; when there are more, all are written anew. */
const KEPT = 8192

function extendedWriter(fields: Field[]): (value: Extended<object, JsonObject>) => string {
  const byName = new Map(fields.map((field) => [field.name, field]))
  let kept = new WeakMap<object, string>()
  let count = 0

  function membersOf(record: object, beside: JsonObject): string {
    const known = kept.get(record)
    if (known !== undefined) return known
    const own = fields.filter(({ name }) => !(name in beside))
    const text = flat(writeMembers(own, record as JsonObject))
    if (++count > KEPT) {
      kept = new WeakMap()
      count = 1
    }
    kept.set(record, text)
    return text
  }

  return ({ record, fields: beside }) => {
    let json = membersOf(record, beside)
    for (const name in beside) {
      const field = byName.get(name)
      if (field !== undefined) json += field.nextLabel + field.write(beside[name])
    }
    return `{${json}}`
  }
}

/**
 * V8 keeps a text that was put together as the tree of its parts until somebody needs its
 * characters: many times its size, and walked again by each text that it is put into.
 */
function flat(text: string): string {
  Buffer.byteLength(text)
  return text
}
