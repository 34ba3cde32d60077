import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clientEnv } from '../../src/client/settings.ts'
import { VERSION } from '../terraform/provider.ts'

const read = (path: string) => readFile(join(import.meta.dirname, path), 'utf8')

test('docs/clients.md names the version of the Java client that is tested', async () => {
  const dependency = /^```xml\n(.*?)^```$/ms.exec(await read('../../docs/clients.md'))?.[1] ?? ''
  const pom = (await read('java/pom.xml')).replaceAll(/^ +/gm, '')
  expect(pom).toContain(dependency.replaceAll(/^ +/gm, ''))
})

test('docs/clients.md shows the provider block that `env --client terraform` prints', async () => {
  const block = clientEnv('terraform', {
    url: 'http://127.0.0.1:8080',
    project: { id: 'my-project', name: 'cn-north-4' },
    key: () => ({ access: 'my-access-key', secret: 'my-secret-key' }),
    token: () => 'any',
    gateway: 'my-gateway',
  })
  expect(await read('../../docs/clients.md')).toContain(`\`\`\`hcl\n${block}`)
})

test('docs/clients.md names the version of the Terraform provider that is asked for', async () => {
  const guide = await read('../../docs/clients.md')
  expect(guide).toContain(`version ${VERSION} of the provider`)
  expect(guide).toContain(`terraform-provider-huaweicloud_v${VERSION}`)
})
