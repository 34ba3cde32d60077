import { describe, expect, test } from 'vitest'
import { didYouMean, nearestName } from '../../src/core/nearest-name.ts'

const KNOWN = ['id', 'name', 'app_key', 'app_secret', 'CreateAnAppV2', 'DeleteAppV2']

describe('the nearest name', () => {
  test.each([
    ['nme', 'name'],
    ['nmae', 'name'],
    ['NAME', 'name'],
    ['app-key', 'app_key'],
    ['appsecret', 'app_secret'],
    ['createanappv2', 'CreateAnAppV2'],
    ['CreateAppV2', 'CreateAnAppV2'],
  ])('of %s is %s', (name, nearest) => {
    expect(nearestName(name, KNOWN)).toBe(nearest)
  })

  test.each(['', 'x', 'colour', '__proto__', 'constructor'])('of %j is none of these', (name) => {
    expect(nearestName(name, KNOWN)).toBeUndefined()
  })

  test('is looked for in the first 64 characters of a name, however long it is', () => {
    const long = 'x'.repeat(64)
    expect(nearestName(`${long}${'y'.repeat(10_000_000)}`, [long])).toBe(long)
  })

  test('ends a message, if there is one', () => {
    expect(didYouMean('nme', KNOWN)).toBe('; did you mean "name"?')
    expect(didYouMean('colour', KNOWN)).toBe('')
  })
})
