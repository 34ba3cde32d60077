import { Kind, type TSchema } from '@sinclair/typebox'

/**
 * The rule of a field in words, for messages: its schema's description, or what its keywords say (of a
 * number always these).
 * @returns undefined if the schema has no rule that can be said
 */
export function ruleOf(schema: TSchema): string | undefined {
  const isNumber = schema.type === 'integer' || schema.type === 'number'
  if (schema.description !== undefined && !isNumber) return schema.description
  const values = valuesOf(schema)
  if (values !== undefined) return `one of ${values.join(', ')}`
  if (schema[Kind] === 'Time') return 'milliseconds since 1970'
  switch (schema.type) {
    case 'integer':
    case 'number':
      return `${schema.type === 'integer' ? 'an integer' : 'a number'}${range(schema.minimum, schema.maximum)}`
    case 'boolean':
      return 'true or false'
    case 'array':
      return `an array${range(schema.minItems, schema.maxItems, ' items')}`
    case 'object':
      return 'an object'
    case 'string':
      if (schema.pattern !== undefined) return `a string that matches ${schema.pattern}`
      return `a string${range(schema.minLength, schema.maxLength, ' characters')}`
    default:
      return undefined
  }
}

function range(least: unknown, most: unknown, what = ''): string {
  if (least !== undefined && most !== undefined) return ` of ${least} to ${most}${what}`
  if (least !== undefined) return ` of at least ${least}${what}`
  return most === undefined ? '' : ` of at most ${most}${what}`
}

/** The literals of a union, or the one of a literal. */
function valuesOf(schema: TSchema): unknown[] | undefined {
  if (schema[Kind] === 'Literal') return [schema.const]
  if (schema[Kind] !== 'Union') return undefined
  const values = (schema.anyOf as TSchema[]).map(valuesOf)
  return values.every((value) => value !== undefined) ? values.flat() : undefined
}
