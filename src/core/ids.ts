import { customRandom, random } from 'nanoid'

const HEX = '0123456789abcdef'
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Everything random that the server puts into an answer. */
export interface Ids {
  /** 32 lower-case hex digits: the id of a resource, a generated AppKey, a generated secret. */
  hex(): string
  /** 64 letters and digits: a generated AppCode or AI API key, valid by their own rules. */
  code(): string
}

/** Ids from one pool of random bytes (nanoid's), which costs a tenth of a call per id. */
export function createIds(): Ids {
  return {
    hex: customRandom(HEX, 32, random),
    code: customRandom(BASE62, 64, random),
  }
}
