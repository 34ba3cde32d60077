import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const read = (path: string) => readFile(join(import.meta.dirname, path), 'utf8')

test('docs/clients.md names the version of the Java client that is tested', async () => {
  const dependency = /^```xml\n(.*?)^```$/ms.exec(await read('../../docs/clients.md'))?.[1] ?? ''
  const pom = (await read('java/pom.xml')).replaceAll(/^ +/gm, '')
  expect(pom).toContain(dependency.replaceAll(/^ +/gm, ''))
})
