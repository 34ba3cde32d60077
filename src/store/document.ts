import { type TObject, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type ApigError, apigError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest-name.ts'
import { ruleOf } from '../schema/rule.ts'
import { ruleChecker } from '../schema/rules.ts'
import { GATEWAYS, State } from './state.ts'
import type { Stamp, Table } from './table.ts'

/**
 * The whole state as JSON: what `GET /_mock/state` answers, what `PUT /_mock/state` and `--seed`
 * read. The tables of a gateway are inside its instance:
 * `{ "version": 1, "instances": [{ "id": "…", "apps": [{ "name": "…" }] }] }`.
 */
export type StateDocument = { version: 1 } & JsonObject

type JsonObject = Record<string, unknown>

const VERSION = 1

/** Every record of the state, in the order of creation. */
export function exportState(state: State): StateDocument {
  const document: StateDocument = { version: VERSION }
  for (const table of state.tables) {
    if (table.scope !== 'account') continue
    const rows = [...state.rows(table).values()]
    document[table.name] =
      table.name === GATEWAYS ? rows.map((row) => ({ ...row, ...gatewayRows(state, row) })) : rows
  }
  return document
}

function gatewayRows(state: State, instance: JsonObject): JsonObject {
  const tables = state.tables.filter((table) => table.scope === 'gateway')
  return Object.fromEntries(
    tables.map((table) => [table.name, [...state.rows(table, String(instance.id)).values()]]),
  )
}

/** Characters of one piece. */
const PIECE = 1024 * 1024

/**
 * The JSON of a document, in pieces: as one text it could be longer than a text may be (half a
 * gigabyte), and would double the records on the heap. All are made at once, hence of one
 * and the same moment.
 */
export function documentPieces(document: StateDocument): Buffer[] {
  const pieces: Buffer[] = []
  let text = ''
  // Document, instances, instance, table: what is below is a record.
  for (const part of jsonParts(document, 4)) {
    text += part
    if (text.length < PIECE) continue
    pieces.push(Buffer.from(text))
    text = ''
  }
  return [...pieces, Buffer.from(text)]
}

function* jsonParts(value: unknown, depth: number): Generator<string> {
  if (depth === 0 || typeof value !== 'object' || value === null) {
    yield JSON.stringify(value)
  } else if (Array.isArray(value)) {
    yield '['
    for (const [index, item] of value.entries()) {
      if (index > 0) yield ','
      yield* jsonParts(item, depth - 1)
    }
    yield ']'
  } else {
    let before = '{'
    for (const [name, field] of Object.entries(value)) {
      if (field === undefined) continue
      yield `${before}${JSON.stringify(name)}:`
      yield* jsonParts(field, depth - 1)
      before = ','
    }
    yield before === '{' ? '{}' : '}'
  }
}

/**
 * The part of one gateway, in the same format.
 * @returns undefined if there is no such gateway
 */
export function exportGateway(state: State, instanceId: string): StateDocument | undefined {
  const instances = state.tables.find(({ name }) => name === GATEWAYS)
  const row = instances && state.rows(instances).get(instanceId)
  if (row === undefined) return undefined
  return { version: VERSION, [GATEWAYS]: [{ ...row, ...gatewayRows(state, row) }] }
}

/**
 * Builds a state from a document. A record may leave out what a create would generate. The built-in
 * records of a kind that the document does not mention are kept, as far as what they name exists.
 * @throws ApigError MOCK.0400 with the path of the first fault, e.g. `/instances/0/apps/3/name`
 */
export function importState(tables: readonly Table[], document: unknown, stamp: Stamp): State {
  const state = new State(tables)
  const root = objectAt('', document)
  if (root.version !== undefined && root.version !== VERSION) {
    throw faultAt('/version', `expected ${VERSION}`)
  }
  const account = tables.filter((table) => table.scope === 'account')
  refuseUnknown('', root, ['version', ...account.map((table) => table.name)])
  for (const table of account) {
    for (const [path, given] of rowsAt('', root, table)) {
      if (table.name === GATEWAYS) importInstance(state, stamp, path, given, table)
      else importRow(state, stamp, path, given, table)
    }
    if (root[table.name] === undefined) dropDangling(state, table)
    else refuseDangling(state, '', table)
  }
  return state
}

/**
 * Builds a state of one gateway alone from its document.
 * @throws ApigError MOCK.0400 as `importState`, or if the document is about anything else
 */
export function importGateway(
  tables: readonly Table[],
  document: unknown,
  instanceId: string,
  stamp: Stamp,
): State {
  const { version, [GATEWAYS]: instances, ...others } = objectAt('', document)
  const [other] = Object.keys(others)
  if (other !== undefined) throw faultAt(`/${other}`, 'not of one gateway: leave instance_id out')
  const [instance] = Array.isArray(instances) && instances.length === 1 ? instances : []
  const { id = instanceId } = objectAt(`/${GATEWAYS}/0`, instance)
  if (id !== instanceId) throw faultAt(`/${GATEWAYS}/0/id`, `expected ${instanceId}`)
  return importState(tables, { version, [GATEWAYS]: [{ ...Object(instance), id }] }, stamp)
}

function importInstance(
  state: State,
  stamp: Stamp,
  path: string,
  given: JsonObject,
  instances: Table,
): void {
  const tables = state.tables.filter((table) => table.scope === 'gateway')
  const names = new Set(tables.map((table) => table.name))
  const instance = Object.fromEntries(Object.entries(given).filter(([name]) => !names.has(name)))
  const known = [...instances.fields, ...names]
  refuseUnknown(path, instance, known)
  const row = importRow(state, stamp, path, instance, instances)
  const gateway = { ...row, id: String(row[instances.key]) }
  for (const table of tables) {
    for (const [rowPath, row] of rowsAt(path, given, table)) {
      importRow(state, stamp, rowPath, row, table, gateway.id)
    }
    // What nobody can delete is there even if the document lists the others only.
    state.addBirthRows(table, gateway, stamp)
    refuseDangling(state, path, table, gateway.id)
  }
}

function importRow(
  state: State,
  stamp: Stamp,
  path: string,
  given: JsonObject,
  table: Table,
  instanceId?: string,
): JsonObject {
  refuseUnknown(path, given, table.fields)
  const row = table.accepts(given) ? { ...given } : completed(path, given, table, stamp)
  const taken = state.rows(table, instanceId).add(row)
  if (taken !== undefined) throw faultAt(`${path}/${taken[0]}`, 'another record has this value')
  return row
}

function completed(path: string, given: JsonObject, table: Table, stamp: Stamp): JsonObject {
  if (!table.acceptsPart(given)) refuseInvalid(path, Type.Partial(table.schema), given)
  const row = table.complete(given, stamp)
  if (!table.accepts(row)) {
    refuseMissing(path, table.schema, row)
    refuseInvalid(path, table.schema, row)
    throw faultAt(path, 'breaks a rule of its kind')
  }
  return row
}

/** A field by which a record names another. */
interface Relation {
  field: string
  named: Table
  /** Values that name none. */
  exceptions: readonly string[]
}

function relationsOf({ belongsTo, keeps, refers }: Table): Relation[] {
  return [
    ...Object.entries(belongsTo).map(([field, named]) => ({ field, named, exceptions: [] })),
    ...Object.entries(keeps).map(([field, [named]]) => ({ field, named, exceptions: [] })),
    ...Object.entries(refers).map(([field, [named, ...exceptions]]) => ({
      field,
      named,
      exceptions,
    })),
  ]
}

/** A field by which a record names another that does not exist, and the table to look it up in. */
interface DanglingReference {
  field: string
  named: Table
}

/** @returns undefined if all that a record names is there */
function danglingOf(
  state: State,
  table: Table,
  row: JsonObject,
  instanceId?: string,
): DanglingReference | undefined {
  for (const { field, named, exceptions } of relationsOf(table)) {
    const value = row[field]
    if (value === undefined || value === null || exceptions.includes(String(value))) continue
    if (state.rows(named, instanceId).get(String(value)) === undefined) return { field, named }
  }
  return undefined
}

/** Every record must name what exists: an AppCode its app, a token its user. */
function refuseDangling(state: State, path: string, table: Table, instanceId?: string): void {
  let index = 0
  for (const row of state.rows(table, instanceId).values()) {
    const dangling = danglingOf(state, table, row, instanceId)
    if (dangling !== undefined) {
      const { field, named } = dangling
      throw faultAt(`${path}/${table.name}/${index}/${field}`, `no such record in ${named.name}`)
    }
    index++
  }
}

/** A document that brings users of its own has no use for the built-in tokens of another one. */
function dropDangling(state: State, table: Table): void {
  const rows = state.rows(table)
  for (const row of [...rows.values()]) {
    if (danglingOf(state, table, row) !== undefined) rows.delete(String(row[table.key]))
  }
}

function faultAt(path: string, detail: string): ApigError {
  return apigError('MOCK.0400', { what: 'state', path: path || '/', detail })
}

function objectAt(path: string, value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject
  }
  throw faultAt(path, 'expected an object')
}

/** The records of a table with their paths: those given, else the built-in ones. */
function* rowsAt(
  path: string,
  parent: JsonObject,
  table: Table,
): Generator<[path: string, row: JsonObject]> {
  const tablePath = `${path}/${table.name}`
  const rows = parent[table.name] ?? table.builtIn
  if (!Array.isArray(rows)) throw faultAt(tablePath, 'expected an array')
  for (const [index, row] of rows.entries()) {
    const rowPath = `${tablePath}/${index}`
    yield [rowPath, objectAt(rowPath, row)]
  }
}

function refuseUnknown(path: string, value: JsonObject, known: readonly string[]): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    throw faultAt(`${path}/${name}`, `unknown field${didYouMean(name, known)}`)
  }
}

/** A field that is there but undefined is a missing one, as it is in JSON. */
function refuseMissing(path: string, schema: TObject, row: JsonObject): void {
  const missing = schema.required?.find((name) => row[name] === undefined)
  if (missing !== undefined) throw faultAt(`${path}/${missing}`, 'required, but missing')
}

function refuseInvalid(path: string, schema: TSchema, value: unknown): void {
  const error = Value.Errors(schema, value).First()
  if (error !== undefined)
    throw faultAt(path + error.path, `expected ${ruleOf(error.schema) ?? 'another value'}`)
  const broken = ruleChecker(schema)?.(value)
  if (broken !== undefined) throw faultAt(`${path}${broken.path}/${broken.field}`, broken.text)
}
