import {
  Kind,
  type TArray,
  type TObject,
  type TRecord,
  type TSchema,
  type TUnion,
} from '@sinclair/typebox'
import { lazyCheck } from './check.ts'
import { writeJson } from './json.ts'
import { timeWriter } from './kinds.ts'
import { baseOf, isImmutable, recordOf } from './record.ts'

type JsonObject = Record<string, unknown>
type Write = (value: unknown) => string

/**
 * Fastify's serializer compiler: writes a response through its schema. Fields that the schema does
 * not name are not sent, and required ones must be there. Compiled on first use: a start has many
 * schemas, and most are never written.
 */
export function compileWriter({ schema }: { schema: TSchema }): Write {
  let write: Write = (value) => {
    write = createWriter(schema)
    return write(value)
  }
  return (value) => write(value)
}

/**
 * The function that writes the values of a schema as JSON.
 * @throws TypeError for a kind of schema that it cannot write
 */
export function createWriter(schema: TSchema): Write {
  switch (schema[Kind]) {
    case 'Object':
      return objectWriter(schema as TObject)
    case 'Array':
      return arrayWriter(schema as TArray)
    case 'Record':
      return recordWriter(schema as TRecord)
    case 'Union':
      return unionWriter(schema as TUnion)
    case 'Time': {
      const toText = timeWriter(schema)
      return (value) => `"${toText(value as number)}"`
    }
    case 'Integer':
    case 'Boolean':
    case 'Null':
      return String
    // JSON has no infinities.
    case 'Number':
      return (value) => (Number.isFinite(value) ? String(value) : 'null')
    case 'String':
    case 'Text':
      return (value) => writeText(value as string)
    case 'Literal':
      return writeScalar
    case 'Unknown':
    case 'Any':
      return writeJson
    default:
      // A kind of a family's own, such as AddressRule.
      if (schema.type === 'string') return (value) => writeText(value as string)
      throw new TypeError(`The writer does not know the kind ${schema[Kind]}`)
  }
}

const writeScalar: Write = (value) =>
  typeof value === 'string' ? writeText(value) : JSON.stringify(value)

/** What JSON may not write as it is: quotes, backslashes, control characters, surrogates. */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/

/** Most strings need no escapes, and for these a call of `JSON.stringify` is expensive. */
function writeText(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`
}

function arrayWriter(schema: TArray): Write {
  const item = createWriter(schema.items)
  return (value) => {
    let json = ''
    for (const element of value as unknown[]) json += `${json && ','}${item(element)}`
    return `[${json}]`
  }
}

/** A map: all its names, each value through the one schema. */
function recordWriter(schema: TRecord): Write {
  const [values, ...others] = Object.values(schema.patternProperties)
  if (
    values === undefined ||
    others.length > 0 ||
    typeof schema.additionalProperties === 'object'
  ) {
    throw new TypeError('The writer knows only maps whose values have one schema')
  }
  const write = createWriter(values)
  return (value) => {
    let json = ''
    for (const [name, member] of Object.entries(value as JsonObject)) {
      if (member === undefined) continue
      json += `${json && ','}${writeText(name)}:${write(member)}`
    }
    return `{${json}}`
  }
}

/** Kinds whose values are written alike, whichever member of a union they fit. */
const SCALARS = new Set(['String', 'Text', 'Literal', 'Integer', 'Boolean', 'Number'])

/** Through the first member that fits the value; a union of scalars needs no such choice. */
function unionWriter(schema: TUnion): Write {
  const others = schema.anyOf.filter((member) => member[Kind] !== 'Null')
  const write = others.every((member) => SCALARS.has(member[Kind]))
    ? writeScalar
    : choiceWriter(others)
  if (others.length === schema.anyOf.length) return write
  return (value) => (value === null ? 'null' : write(value))
}

function choiceWriter(members: TSchema[]): Write {
  const [only, ...more] = members.map((member) => ({
    fits: lazyCheck(() => member),
    write: createWriter(member),
  }))
  if (only !== undefined && more.length === 0) return only.write
  const choices = only === undefined ? more : [only, ...more]
  return (value) => {
    const choice = choices.find(({ fits }) => fits(value))
    if (choice === undefined) throw new TypeError('The response fits no member of its union')
    return choice.write(value)
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
  if (typeof schema.additionalProperties === 'object') {
    throw new TypeError('The writer does not know objects with additional properties of a schema')
  }
  const required = new Set(schema.required)
  const fields = Object.entries(schema.properties).map(([name, field]) => ({
    name,
    label: `${JSON.stringify(name)}:`,
    nextLabel: `,${JSON.stringify(name)}:`,
    write: createWriter(field),
    required: required.has(name),
  }))
  if (isImmutable(schema)) return keptWriter(fields)
  const base = baseOf(schema)
  if (base !== undefined && isImmutable(base)) return extendedWriter(schema, base, fields)
  return (value) => `{${writeMembers(fields, value as JsonObject)}}`
}

function writeMembers(fields: Field[], value: JsonObject): string {
  let json = ''
  for (const field of fields) {
    const given = value[field.name]
    if (given !== undefined) {
      json += (json === '' ? field.label : field.nextLabel) + field.write(given)
    } else if (field.required) {
      throw new TypeError(`The response lacks its field ${field.name}`)
    }
  }
  return json
}

/** Records whose JSON is kept for one schema; when there are more, all are written anew. */
const KEPT = 8192

/** Writes the members of records, which never change, and keeps the JSON of each. */
function keptMembers(fields: Field[]): (record: object) => string {
  let kept = new WeakMap<object, string>()
  let count = 0
  return (record) => {
    const known = kept.get(record)
    if (known !== undefined) return known
    const text = flat(writeMembers(fields, record as JsonObject))
    if (++count > KEPT) {
      kept = new WeakMap()
      count = 1
    }
    kept.set(record, text)
    return text
  }
}

function keptWriter(fields: Field[]): Write {
  const membersOf = keptMembers(fields)
  return (value) => `{${membersOf(value as object)}}`
}

/** Writes what `extend` made: the record's own fields from their kept JSON, then the others. */
function extendedWriter(schema: TObject, base: TObject, fields: Field[]): Write {
  const isOwn = ({ name }: Field) => schema.properties[name] === base.properties[name]
  const own = fields.filter(isOwn)
  const others = fields.filter((field) => !isOwn(field))
  const membersOf = keptMembers(own)
  return (value) => {
    const given = value as JsonObject
    const record = recordOf(given)
    const members = record === undefined ? writeMembers(own, given) : membersOf(record)
    const more = writeMembers(others, given)
    return `{${members}${members && more && ','}${more}}`
  }
}

/**
 * V8 keeps a concatenated string as the tree of its parts until somebody needs its characters:
 * many times its size, and walked again by each string that it becomes a part of.
 */
function flat(text: string): string {
  Buffer.byteLength(text)
  return text
}
