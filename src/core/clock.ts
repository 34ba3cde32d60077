/** The time of one server, in milliseconds since 1970 (with a fraction: see `createClock`). */
export interface Clock {
  now(): number
  /** Makes `time` the present; a running clock runs on from there. */
  set(time: number): void
  /** Stops the clock: every reading is the same until it is set or advanced. */
  freeze(): void
  /** Lets a frozen clock run on from its time. */
  run(): void
  isFrozen(): boolean
  /** Whether it runs with the machine's. */
  isReal(): boolean
  /** As it was created: running with the machine's, or frozen. */
  reset(): void
}

const DAY = 86_400_000

/** The first time that cannot be written with four digits for the year, in China as well. */
export const END_OF_TIME = Date.UTC(10_000, 0) - DAY / 3

/**
 * A running clock stops there: what lives for a day from then on, such as a token, has an end that
 * can still be written.
 */
export const LAST_PRESENT = END_OF_TIME - 2 * DAY

/**
 * A running clock never repeats a reading: each is at least a microsecond after the one before, so
 * records are ordered by their times. The fraction is what the nine digits of a create's answer
 * show.
 * @param frozenAt milliseconds since 1970 to freeze at; otherwise the clock runs with the machine's
 */
export function createClock(frozenAt?: number): Clock {
  let frozen = frozenAt
  let offset = 0
  let last = 0
  const machine = () => Date.now() + (performance.now() % 1)
  function now(): number {
    if (frozen !== undefined) return frozen
    const reading = machine() + offset
    last = Math.min(reading > last ? reading : last + 0.001, LAST_PRESENT)
    return last
  }

  return {
    now,
    set(time) {
      if (frozen !== undefined) frozen = time
      offset = time - machine()
      // The fraction of `machine` can fall within a millisecond: no reading is before the time set.
      last = time
    },
    freeze() {
      frozen = now()
    },
    run() {
      if (frozen === undefined) return
      offset = frozen - machine()
      frozen = undefined
      last = 0
    },
    isFrozen: () => frozen !== undefined,
    isReal: () => frozen === undefined && offset === 0,
    reset() {
      frozen = frozenAt
      offset = 0
      last = 0
    },
  }
}

/** The last answer of `secondsText`: rows of one list mostly fall into the same second. */
const memo = { second: Number.NaN, text: '' }

/** `2020-08-03T13:09:13` of a whole second since 1970. */
function secondsText(second: number): string {
  if (second !== memo.second) {
    memo.text = new Date(second * 1000).toISOString().slice(0, 19)
    memo.second = second
  }
  return memo.text
}

/**
 * `2020-08-03T13:09:13Z`, as lists and shows answer a time.
 * @param time milliseconds since 1970
 */
export function toSeconds(time: number): string {
  return `${secondsText(Math.floor(time / 1000))}Z`
}

/**
 * `2020-08-03T13:09:13.122211909Z`, as a create answers a time: always nine digits.
 * @param time milliseconds since 1970
 */
export function toNanoseconds(time: number): string {
  const second = Math.floor(time / 1000)
  const nanoseconds = Math.floor((time - second * 1000) * 1e6)
  return `${secondsText(second)}.${String(nanoseconds).padStart(9, '0')}Z`
}

/**
 * `Mon, 03 Aug 2020 13:09:13 GMT`, as HTTP's header Date has it.
 * @param time milliseconds since 1970
 */
export function toHttpDate(time: number): string {
  return new Date(time).toUTCString()
}

/**
 * `2020-08-03T13:09:13.122211Z`, as IAM writes a time.
 * @param time milliseconds since 1970
 */
export function toMicroseconds(time: number): string {
  return `${toNanoseconds(time).slice(0, -4)}Z`
}

const EIGHT_HOURS = 8 * 3_600_000

/**
 * `2020-09-19T15:27:47.605711410+08:00`: CreateAppQuota alone answers in China Standard Time
 * (the API reference's example, whose update of the same quota answers UTC).
 * @param time milliseconds since 1970
 */
export function toChinaTime(time: number): string {
  return toNanoseconds(time + EIGHT_HOURS).replace('Z', '+08:00')
}

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/**
 * Milliseconds since 1970 of a time as RFC 3339 writes it, from 1970 on; `Date.parse` accepts much
 * besides it, and days that no month has.
 * @returns undefined if it is no such time
 */
export function parseTime(text: string): number | undefined {
  const [, year, month, day] = RFC_3339.exec(text) ?? []
  if (year === undefined) return undefined
  // The last day of a month is the one before the first of the next.
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  if (Number(day) < 1 || Number(day) > lastDay || Number(month) < 1 || Number(month) > 12) {
    return undefined
  }
  const time = Date.parse(text.toUpperCase())
  return time >= 0 ? time : undefined
}
