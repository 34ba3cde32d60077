import type { TSchema } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { Value } from '@sinclair/typebox/value'

export type Check = (value: unknown) => boolean

/** Uses of a check for which it is not worth compiling: a start has few of each, and many of none. */
const INTERPRETED = 8

/** A check that is interpreted at first, and compiled when it is used often. */
export function lazyCheck(schemaOf: () => TSchema): Check {
  let uses = 0
  let schema: TSchema | undefined
  let check: Check = (value) => {
    schema ??= schemaOf()
    if (++uses <= INTERPRETED) return Value.Check(schema, value)
    const compiled = TypeCompiler.Compile(schema)
    check = (candidate) => compiled.Check(candidate)
    return check(value)
  }
  return (value) => check(value)
}
