import { readFile } from 'node:fs/promises'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { expect, test } from 'vitest'
import { managementDocument } from '../src/control/openapi.ts'
import { server } from './helpers.ts'

const document = await managementDocument(server().ctx)
const operations = Object.values(document.paths ?? {}).flatMap(
  (path) => Object.values(path as object) as { operationId: string; tags: string[] }[],
)

test('openapi/apig-mock.json is what `npm run openapi` writes', async () => {
  const file = new URL('../openapi/apig-mock.json', import.meta.url)
  expect(await readFile(file, 'utf8')).toBe(`${JSON.stringify(document, null, 2)}\n`)
})

test('the document passes a public linter without an error or a warning', async () => {
  const config = await createConfig({
    extends: ['recommended'],
    // The service's own: /apps/secret/{app_id} stands beside /apps/{app_id}/app-codes.
    rules: { 'no-ambiguous-paths': 'off' },
  })
  const problems = await lintFromString({ source: JSON.stringify(document), config })
  const found = problems.map((problem) => `${problem.ruleId}: ${problem.location[0]?.pointer}`)
  expect(found).toEqual([])
})

test('every operation is one of the service, once, and stands in its family', () => {
  const ids = operations.map((operation) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(operations.filter((operation) => operation.tags === undefined)).toEqual([])
})

test('a running server answers the same document', async () => {
  const { body, status } = await server().call('GET', '/_mock/openapi.json')
  expect(status).toBe(200)
  expect(body).toEqual(JSON.parse(JSON.stringify(document)))
})
