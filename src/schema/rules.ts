import {
  Kind,
  type Static,
  type TArray,
  type TObject,
  type TRecord,
  type TSchema,
} from '@sinclair/typebox'
import type { ErrorWith } from '../core/errors.ts'
import { type Check, lazyCheck } from './check.ts'

/** What a rule finds wrong with an object. */
export interface RuleFault {
  /** The field to name in the error. */
  field: string
  isMissing: boolean
  /** The error of a rule that has one of its own; otherwise APIG.2001 or APIG.2011. */
  code?: ErrorWith<'parameter'>
}

/** A rule between the fields of one object. */
export interface Rule<Field extends string = string> {
  /** The rule in words, for reasons and documents. */
  text: string
  fault(given: Readonly<Partial<Record<Field, unknown>>>): RuleFault | undefined
}

/** Which values siblings must have for a rule to apply: `{ protocol: ['http', 'https'] }`. */
type When<Sibling extends string> = { readonly [S in Sibling]: unknown }

const RULES = Symbol('rules')

/**
 * The schema of an object with rules between its fields. Bodies, seeds and state documents are
 * checked by them, and the OpenAPI documents list them as `x-rules`.
 */
export function withRules<S extends TObject>(
  schema: S,
  ...rules: Rule<keyof Static<S> & string>[]
): S {
  // Enumerable, so that Type.Optional and the like copy it.
  return { ...schema, 'x-rules': rules.map(({ text }) => text), [RULES]: rules }
}

const rulesOf = (schema: TSchema): Rule[] => (schema as { [RULES]?: Rule[] })[RULES] ?? []

const isAbsent = (value: unknown) => value === undefined || value === null

function holds(when: object, given: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(when).every(([field, wanted]) => {
    const value = given[field]
    return Array.isArray(wanted) ? wanted.includes(value) : value === wanted
  })
}

const inWords = (when: object) =>
  Object.entries(when)
    .map(([field, wanted]) => `${field} is ${[wanted].flat().join(' or ')}`)
    .join(' and ')

/** The field is mandatory where the siblings have these values. */
export const requiredIf = <Field extends string, Sibling extends string>(
  field: Field,
  when: When<Sibling>,
): Rule<Field | Sibling> => ({
  text: `${field} is required if ${inWords(when)}`,
  fault: (given) =>
    isAbsent(given[field]) && holds(when, given) ? { field, isMissing: true } : undefined,
})

/** The field is mandatory where the sibling is absent. */
export const requiredIfAbsent = <Field extends string>(
  field: Field,
  sibling: Field,
): Rule<Field> => ({
  text: `${field} is required if ${sibling} is absent`,
  fault: (given) =>
    isAbsent(given[field]) && isAbsent(given[sibling]) ? { field, isMissing: true } : undefined,
})

/** Exactly one of the fields must be there; the first is named when none is. */
export const oneOfRequired = <Field extends string>(...fields: Field[]): Rule<Field> => ({
  text: `exactly one of ${fields.join(', ')} is required`,
  fault: (given) => {
    const [field = '', second] = fields.filter((name) => !isAbsent(given[name]))
    if (field === '') return { field: String(fields[0]), isMissing: true }
    return second === undefined ? undefined : { field: second, isMissing: false }
  },
})

/** At least one of the fields must be there. */
export const anyOfRequired = <Field extends string>(...fields: Field[]): Rule<Field> => ({
  text: `at least one of ${fields.join(', ')} is required`,
  fault: (given) =>
    fields.every((name) => isAbsent(given[name]))
      ? { field: String(fields[0]), isMissing: true }
      : undefined,
})

/** The field may be there only where the siblings have these values. */
export const onlyIf = <Field extends string, Sibling extends string>(
  field: Field,
  when: When<Sibling>,
): Rule<Field | Sibling> => ({
  text: `${field} is allowed only if ${inWords(when)}`,
  fault: (given) =>
    isAbsent(given[field]) || holds(when, given) ? undefined : { field, isMissing: false },
})

/** Where the siblings have these values, the field has a further rule. */
export const limitedIf = <Field extends string, Sibling extends string>(
  field: Field,
  when: When<Sibling>,
  schema: TSchema,
): Rule<Field | Sibling> => {
  const check = lazyCheck(() => schema)
  return {
    text: `if ${inWords(when)}, ${field} is ${schema.description ?? 'limited further'}`,
    fault: (given) =>
      isAbsent(given[field]) || !holds(when, given) || check(given[field])
        ? undefined
        : { field, isMissing: false },
  }
}

function compared<Field extends string>(
  field: Field,
  other: Field,
  {
    text,
    isBad,
    code,
  }: { text: string; isBad: (a: number, b: number) => boolean } & {
    code: ErrorWith<'parameter'> | undefined
  },
): Rule<Field> {
  return {
    text: `${field} ${text} ${other}`,
    fault: (given) => {
      const [value, limit] = [given[field], given[other]]
      if (typeof value !== 'number' || typeof limit !== 'number' || !isBad(value, limit)) {
        return undefined
      }
      return { field, isMissing: false, ...(code !== undefined && { code }) }
    },
  }
}

/** A number that is at most its sibling, where both are there. */
export const notGreaterThan = <Field extends string>(
  field: Field,
  other: Field,
  code?: ErrorWith<'parameter'>,
): Rule<Field> =>
  compared(field, other, { text: 'is not greater than', isBad: (a, b) => a > b, code })

/** A number that is below its sibling, where both are there. */
export const lessThan = <Field extends string>(
  field: Field,
  other: Field,
  code?: ErrorWith<'parameter'>,
): Rule<Field> => compared(field, other, { text: 'is less than', isBad: (a, b) => a >= b, code })

/** An hour `hh:mm:ss` that is so many hours after its sibling, around midnight too. */
export const hoursAfter = <Field extends string>(
  field: Field,
  other: Field,
  hours: number,
): Rule<Field> => ({
  text: `${field} is ${hours} hours after ${other}`,
  fault: (given) => {
    const [hour, since] = [field, other].map((name) => Number(String(given[name]).slice(0, 2)))
    if (hour === undefined || since === undefined) return undefined
    if (isAbsent(given[field]) || isAbsent(given[other])) return undefined
    return (since + hours) % 24 === hour % 24 ? undefined : { field, isMissing: false }
  },
})

/** One value that the limits of the field would allow. */
export const except = <Field extends string>(field: Field, value: unknown): Rule<Field> => ({
  text: `${field} is not ${value}`,
  fault: (given) => (given[field] === value ? { field, isMissing: false } : undefined),
})

/** The items of a list are all different. */
export const distinct = <Field extends string>(field: Field, by?: string): Rule<Field> => ({
  text: by === undefined ? `the items of ${field} differ` : `the items of ${field} differ in ${by}`,
  fault: (given) => {
    const items = given[field]
    if (!Array.isArray(items)) return undefined
    const keys = items.map((item) => (by === undefined ? item : (item as never)?.[by]))
    return new Set(keys).size === keys.length ? undefined : { field, isMissing: false }
  },
})

/** A fault with the path of its object, `/backend/0`, and the words of the rule. */
export interface PlacedFault extends RuleFault {
  path: string
  text: string
}

type FindFault = (value: unknown) => PlacedFault | undefined

/**
 * The function that finds the first broken rule of a value and of what is inside it, outer ones
 * first; undefined for a schema without rules.
 */
export function ruleChecker(schema: TSchema): FindFault | undefined {
  if (schema[Kind] === 'Array') return itemsChecker(schema as TArray)
  if (schema[Kind] === 'Union') {
    const [only, ...others] = (schema.anyOf as TSchema[]).filter((one) => one[Kind] !== 'Null')
    return only !== undefined && others.length === 0 ? ruleChecker(only) : undefined
  }
  if (schema[Kind] === 'Record') return membersChecker(schema as TRecord)
  if (schema[Kind] !== 'Object') return undefined
  const rules = rulesOf(schema)
  const inner = Object.entries((schema as TObject).properties).flatMap(([name, field]) => {
    const find = ruleChecker(field)
    return find === undefined ? [] : [{ name, find }]
  })
  if (rules.length === 0 && inner.length === 0) return undefined
  return (value) => {
    if (typeof value !== 'object' || value === null) return undefined
    for (const { text, fault } of rules) {
      const found = fault(value as Record<string, unknown>)
      if (found !== undefined) return { ...found, path: '', text }
    }
    for (const { name, find } of inner) {
      const found = find((value as Record<string, unknown>)[name])
      if (found !== undefined) return { ...found, path: `/${name}${found.path}` }
    }
    return undefined
  }
}

function membersChecker(schema: TRecord): FindFault | undefined {
  const [member] = Object.values(schema.patternProperties)
  const find = member && ruleChecker(member)
  if (find === undefined) return undefined
  return (value) => {
    if (typeof value !== 'object' || value === null) return undefined
    for (const [name, item] of Object.entries(value)) {
      const found = find(item)
      if (found !== undefined) return { ...found, path: `/${name}${found.path}` }
    }
    return undefined
  }
}

function itemsChecker(schema: TArray): FindFault | undefined {
  const find = ruleChecker(schema.items)
  if (find === undefined) return undefined
  return (value) => {
    if (!Array.isArray(value)) return undefined
    for (const [index, item] of value.entries()) {
      const found = find(item)
      if (found !== undefined) return { ...found, path: `/${index}${found.path}` }
    }
    return undefined
  }
}

/** A check of a schema together with its rules between fields. */
export function checkWithRules(schemaOf: () => TSchema): Check {
  const check = lazyCheck(schemaOf)
  let find: FindFault | undefined | null = null
  return (value) => {
    if (!check(value)) return false
    if (find === null) find = ruleChecker(schemaOf())
    return find === undefined || find(value) === undefined
  }
}
