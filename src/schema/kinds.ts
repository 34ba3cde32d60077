import { Kind, type TSchema, Type, TypeRegistry } from '@sinclair/typebox'
import {
  END_OF_TIME,
  parseTime,
  toChinaTime,
  toMicroseconds,
  toNanoseconds,
  toSeconds,
} from '../core/clock.ts'

/** Counts Unicode code points, stopping as soon as there are more than `max`. */
function hasAtMostCharacters(text: string, max: number): boolean {
  if (text.length <= max) return true
  if (text.length > 2 * max) return false
  let count = 0
  for (const _ of text) if (++count > max) return false
  return true
}

TypeRegistry.Set<{ maxLength: number; pattern?: string }>(
  'Text',
  ({ maxLength, pattern }, value) =>
    typeof value === 'string' &&
    hasAtMostCharacters(value, maxLength) &&
    (pattern === undefined || new RegExp(pattern, 'u').test(value)),
)

/**
 * Free text of at most `maxLength` characters. TypeBox's own `String({ maxLength })` counts UTF-16
 * units; JSON Schema and the service count Unicode code points.
 */
export const Text = (options: { maxLength: number; pattern?: string; examples?: string[] }) =>
  Type.Unsafe<string>({ ...options, [Kind]: 'Text', type: 'string' })

// A time that every format can write. Compared with the ends, since the value may be anything.
TypeRegistry.Set(
  'Time',
  (_, value) => typeof value === 'number' && value >= 0 && value < END_OF_TIME,
)

TypeRegistry.Set(
  'MomentText',
  (_, value) => typeof value === 'string' && parseTime(value) !== undefined,
)

/** A time that a tester gives: RFC 3339, from 1970 on. `parseTime` reads it. */
export const MomentText = (options: { description?: string } = {}) =>
  Type.Unsafe<string>({ ...options, [Kind]: 'MomentText', type: 'string', format: 'date-time' })

/** How an operation writes a time; records keep it as milliseconds since 1970. */
const timeFormats = {
  seconds: { write: toSeconds, example: '2020-08-03T13:09:13Z' },
  nanoseconds: { write: toNanoseconds, example: '2020-08-03T13:09:13.122211909Z' },
  microseconds: { write: toMicroseconds, example: '2020-08-03T13:09:13.122211Z' },
  'china-time': { write: toChinaTime, example: '2020-09-19T15:27:47.605711410+08:00' },
} as const

export type TimeFormat = keyof typeof timeFormats

/**
 * A time of an answer: a number (milliseconds since 1970) for the handler, text on the wire.
 */
export const Time = (written: TimeFormat = 'seconds') =>
  Type.Unsafe<number>({
    [Kind]: 'Time',
    type: 'string',
    format: 'date-time',
    'x-time-format': written,
    examples: [timeFormats[written].example],
  })

/** The function that writes a `Time` schema's values. */
export function timeWriter(schema: TSchema): (time: number) => string {
  return timeFormats[schema['x-time-format'] as TimeFormat].write
}

/** The body of a 204. */
export const NoContent = Type.Null({ description: 'No content' })
