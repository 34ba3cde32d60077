/** `npm run openapi`: writes the OpenAPI documents anew from the routes. */
import { writeFile } from 'node:fs/promises'
import { pino } from 'pino'
import { createConfig } from '../src/config.ts'
import { createContext } from '../src/context.ts'
import { managementDocument } from '../src/control/openapi.ts'
import { controlDocument } from '../src/control/openapi-control.ts'

const ctx = createContext(createConfig(), pino({ level: 'silent' }))
const documents = {
  'apig-mock.json': await managementDocument(ctx),
  'control.json': await controlDocument(ctx),
}
for (const [name, document] of Object.entries(documents)) {
  await writeFile(new URL(name, import.meta.url), `${JSON.stringify(document, null, 2)}\n`)
}
