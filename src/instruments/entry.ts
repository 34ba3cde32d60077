import type { BlockText } from './text-blocks.ts'

/** One answered request, as it was: what is shown of it is made when somebody looks. */
export interface Entry {
  /** Counts up from 1 and never repeats; the journal gives it. */
  id: number
  /** What it holds on to; the journal reckons it. */
  bytes: number
  /** Milliseconds since 1970, on the server's clock. */
  time: number
  request_id: string
  operationId: string | undefined
  method: string
  url: string
  instance_id: string | undefined
  project_id: string | undefined
  rawHeaders: readonly string[]
  body: Uint8Array | undefined
  /** The user for whom a known credential called. */
  user_id: string | undefined
  /** What lenient mode let pass. */
  tolerated: readonly string[]
  /** The fault that answered, if one did. */
  fault: string | undefined
  /** For the tester: why it was refused. */
  reason: string | undefined
  /** 0: the connection was cut instead. */
  status: number
  /** What `String` makes the text of, for as long as the entry is in the journal. */
  answer: string | BlockText
  /** Milliseconds that the answer took. */
  ms: number
}
