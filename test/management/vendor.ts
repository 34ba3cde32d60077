import { Kind, type TObject, type TSchema } from '@sinclair/typebox'
import operations from '../../openapi/operations.json' with { type: 'json' }
import facts from '../../openapi/schemas.json' with { type: 'json' }

/** A field of the vendor's fact table, openapi/schemas.json. */
interface VendorField {
  name: string
  type: string
  required?: boolean
  items?: string
  ref?: string
  mapOf?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  enum?: unknown[]
  deprecated?: boolean | string
  unsupported?: boolean | string
  /** Out of its limits the value is moved into them, not refused. */
  clamp?: object
}

type Side = 'request' | 'response'

const schemas: Record<string, { mapOf?: string; fields: VendorField[] }> = facts

/** What is compared of an operation. */
export interface Comparable {
  operationId: string
  body?: TSchema | undefined
  querystring?: TObject | undefined
  response: TSchema
}

/**
 * Every difference between what an operation serves and the vendor's fact table, a line each:
 * `AppCreate.name: pattern …`. Names, types, patterns, limits, enums and mandatory fields of a
 * request; names, types and enums of a response.
 */
export function differences({ operationId, body, querystring, response }: Comparable): string[] {
  const operation = operations.find((known) => known.operationId === operationId)
  if (operation === undefined) return [`${operationId}: no operation of the service`]
  return [
    ...ofQuery(operationId, operation.query as VendorField[], querystring),
    ...ofMessage(`${operationId} body`, operation.body, body, 'request'),
    ...ofMessage(`${operationId} response`, operation.response, response, 'response'),
  ]
}

function ofQuery(operationId: string, vendor: VendorField[], ours?: TObject): string[] {
  return ofFields(`${operationId}?`, vendor, ours?.properties ?? {}, ours?.required, 'request')
}

function ofMessage(
  what: string,
  name: string | null,
  ours: TSchema | undefined,
  side: Side,
): string[] {
  const isNone = ours === undefined || ours[Kind] === 'Null'
  if (name === null) return isNone ? [] : [`${what}: the vendor has none`]
  if (isNone) return [`${what}: missing, the vendor has ${name}`]
  return ofSchema(name, ours, side)
}

function ofSchema(name: string, schema: TSchema, side: Side): string[] {
  const vendor = schemas[name]
  if (vendor === undefined) return [`${name}: not in the fact table`]
  const ours = core(schema)
  if (vendor.mapOf !== undefined)
    return ofType(name, { ...vendor, name, type: 'object' }, ours, side)
  if (ours[Kind] !== 'Object') return [`${name}: not an object`]
  const { properties, required } = ours as TObject
  return ofFields(`${name}.`, vendor.fields, properties, required, side)
}

function ofFields(
  prefix: string,
  vendor: VendorField[],
  ours: Record<string, TSchema>,
  required: readonly string[] = [],
  side: Side,
): string[] {
  const known = new Set(vendor.map(({ name }) => name))
  const extra = Object.keys(ours).filter((name) => !known.has(name))
  return [
    ...extra.map((name) => `${prefix}${name}: not the vendor's`),
    ...vendor.flatMap((field) => {
      const mine = ours[field.name]
      const path = `${prefix}${field.name}`
      if (mine === undefined) {
        return field.deprecated || field.unsupported ? [] : [`${path}: missing`]
      }
      const isRequired = required.includes(field.name)
      return [
        ...(side === 'request' && isRequired !== (field.required ?? false) && !hasDefault(mine)
          ? [`${path}: ${isRequired ? 'required here only' : 'required by the vendor'}`]
          : []),
        ...ofType(path, field, core(mine), side),
      ]
    }),
  ]
}

const hasDefault = (schema: TSchema) => schema.default !== undefined

/** The schema itself where it may also be null. */
function core(schema: TSchema): TSchema {
  if (schema[Kind] !== 'Union') return schema
  const others = (schema.anyOf as TSchema[]).filter((one) => one[Kind] !== 'Null')
  const [first] = others
  return others.length === 1 && first !== undefined ? first : schema
}

function ofType(path: string, vendor: VendorField, ours: TSchema, side: Side): string[] {
  const type = typeOf(ours)
  if (vendor.type === 'array') {
    if (type !== 'array') return [`${path}: ${type}, the vendor has an array`]
    const item = core(ours.items)
    const limits = side === 'request' ? compared(path, vendor, ours, ['minItems', 'maxItems']) : []
    if (vendor.ref !== undefined) return [...limits, ...ofSchema(vendor.ref, item, side)]
    const wanted = vendor.items ?? 'string'
    const same = typeOf(item) === wanted
    return [...limits, ...(same ? [] : [`${path}[]: ${typeOf(item)}, the vendor has ${wanted}`])]
  }
  const mapOf = vendor.mapOf ?? (vendor.type === 'map' ? vendor.ref : undefined)
  if (mapOf !== undefined) {
    return ours[Kind] === 'Record'
      ? ofSchema(mapOf, Object.values(ours.patternProperties as object)[0], side)
      : [`${path}: ${type}, the vendor has a map`]
  }
  if (vendor.ref !== undefined) {
    return type === 'object'
      ? ofSchema(vendor.ref, ours, side)
      : [`${path}: ${type}, not an object`]
  }
  if (type !== vendor.type) return [`${path}: ${type}, the vendor has ${vendor.type}`]
  return [
    ...ofEnum(path, vendor, ours, side),
    ...(side === 'request' ? ofLimits(path, vendor, ours) : []),
  ]
}

function ofEnum(path: string, vendor: VendorField, ours: TSchema, side: Side): string[] {
  const mine = valuesOf(ours)
  if (mine === undefined) {
    return vendor.enum !== undefined && side === 'request' ? [`${path}: any ${vendor.type}`] : []
  }
  const theirs = new Set(vendor.enum ?? mine)
  const beyond = mine.filter((value) => !theirs.has(value))
  const absent = side === 'request' ? [...theirs].filter((value) => !mine.includes(value)) : []
  return [
    ...(beyond.length > 0 ? [`${path}: also ${beyond.join(', ')}`] : []),
    ...(absent.length > 0 ? [`${path}: not ${absent.join(', ')}`] : []),
  ]
}

function ofLimits(path: string, vendor: VendorField, ours: TSchema): string[] {
  // A pattern says the lengths as well.
  if (ours.pattern !== undefined && ours.pattern === vendor.pattern) return []
  if (valuesOf(ours) !== undefined) return []
  if (vendor.clamp !== undefined) return []
  return [
    ...compared(path, vendor, ours, ['minimum', 'maximum', 'minLength', 'maxLength']),
    ...(vendor.pattern !== ours.pattern
      ? [`${path}: pattern ${ours.pattern ?? 'none'}, the vendor has ${vendor.pattern ?? 'none'}`]
      : []),
  ]
}

function compared(
  path: string,
  vendor: VendorField,
  ours: TSchema,
  limits: ('minimum' | 'maximum' | 'minLength' | 'maxLength' | 'minItems' | 'maxItems')[],
): string[] {
  const isTrivial = (limit: string, value: unknown) =>
    /^min(Length|Items)$/.test(limit) && value === 0
  return limits
    .filter((limit) => vendor[limit] !== ours[limit] && !isTrivial(limit, vendor[limit]))
    .map(
      (limit) =>
        `${path}: ${limit} ${ours[limit] ?? 'none'}, the vendor has ${vendor[limit] ?? 'none'}`,
    )
}

function valuesOf(schema: TSchema): unknown[] | undefined {
  if (schema[Kind] === 'Literal') return [schema.const]
  if (schema[Kind] !== 'Union') return undefined
  const values = (schema.anyOf as TSchema[]).flatMap(valuesOf)
  return values.includes(undefined) ? undefined : values
}

function typeOf(schema: TSchema): string {
  const values = valuesOf(schema)
  if (values !== undefined) return Number.isInteger(values[0]) ? 'integer' : typeof values[0]
  return schema.type ?? 'any'
}
