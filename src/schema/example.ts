import { Kind, OptionalKind, type TArray, type TObject, type TSchema } from '@sinclair/typebox'

/**
 * The documented example of an answer, as on the wire: made of its schema's examples and literals.
 * An optional field without an example is left out.
 */
export function exampleOf(schema: TSchema): unknown {
  if (schema.examples !== undefined) return schema.examples[0]
  switch (schema[Kind]) {
    case 'Object':
      return Object.fromEntries(
        Object.entries((schema as TObject).properties)
          .filter(([, field]) => !(OptionalKind in field) || field.examples !== undefined)
          .map(([name, field]) => [name, exampleOf(field)]),
      )
    case 'Record':
      return {}
    case 'Array':
      return [exampleOf((schema as TArray).items)]
    case 'Union':
      return exampleOf(schema.anyOf[0])
    case 'Literal':
      return schema.const
    case 'Integer':
      return 1
    case 'Boolean':
      return true
    case 'Null':
      return undefined
    default:
      return ''
  }
}
