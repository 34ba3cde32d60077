import { type TArray, type TInteger, type TProperties, type TSchema, Type } from '@sinclair/typebox'

/**
 * An id in a path. The service states no rule: up to 64 visible ASCII characters here, so that
 * what can be no id at all is APIG.2012 and the rest is looked up.
 * @param alias the name that the operation's documented APIG.2012 prints, where it is another
 */
export const Id = (alias?: string) =>
  Type.String({
    pattern: '^[!-~]{1,64}$',
    ...(alias === undefined ? {} : { 'x-parameter-name': alias }),
  })

/** `/v2/{project_id}/apigw/instances/{instance_id}`, and what comes below it. */
export const instancePath = <P extends TProperties = Record<never, never>>(below?: P) =>
  Type.Object({
    // A client without a project id sends the literal {project_id}: any text is taken.
    project_id: Type.String({ minLength: 1, maxLength: 64 }),
    instance_id: Id(),
    ...(below as P),
  })

/** One of several words: `oneOf('PERMIT', 'DENY')`. */
export const oneOf = <Word extends string>(...words: Word[]) =>
  Type.Union(
    words.map((word) => Type.Literal(word)),
    { examples: words.slice(0, 1) },
  )

/** A filter of a list, compared as text. */
export const Filter = (description?: string) =>
  Type.Optional(Type.String(description === undefined ? {} : { description }))

/** Which of the filters that match a part of a value must match all of it. */
export const PreciseSearch = (...names: string[]) =>
  Filter(`filters that must match wholly, comma-separated: ${names.join(', ')}`)

export const pageFields = {
  offset: Type.Integer({ default: 0, description: 'a negative one counts as 0' }),
  limit: Type.Integer({ default: 20, description: '0 or less counts as 20, over 500 as 500' }),
}

/** The query of a list: its page, and the filters given. */
export const pageQuery = <P extends TProperties = Record<never, never>>(filters?: P) =>
  Type.Object({ ...pageFields, ...(filters as P) })

/** `{ total, size, <name>: [item] }`, the envelope of every list. */
export const listOf = <N extends string, T extends TSchema>(name: N, item: T) =>
  Type.Object({
    total: Type.Integer({ description: 'of all pages' }),
    size: Type.Integer({ description: 'of this page' }),
    [name]: Type.Array(item),
  } as { total: TInteger; size: TInteger } & Record<N, TArray<T>>)

/** `{ success_count, failure: [item with its error] }`, the body of a batch. */
export const batchOf = <P extends TProperties>(item: P) =>
  Type.Object({
    success_count: Type.Integer(),
    failure: Type.Array(
      Type.Object({ ...item, error_code: Type.String(), error_msg: Type.String() }),
    ),
  })
