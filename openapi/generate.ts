/** `npm run openapi`: writes the OpenAPI documents anew from the routes. */
import { writeFile } from 'node:fs/promises'
import { pino } from 'pino'
import { createConfig } from '../src/config.ts'
import { createContext } from '../src/context.ts'
import { controlDocument } from '../src/control/control-document.ts'
import { control } from '../src/control/index.ts'
import { managementDocument } from '../src/control/service-document.ts'
import { tables } from '../src/tables.ts'

const ctx = createContext(createConfig(), pino({ level: 'silent' }), tables)
const documents = {
  'apig-mock.json': await managementDocument(ctx),
  'control.json': await controlDocument(ctx, control),
}
for (const [name, document] of Object.entries(documents)) {
  await writeFile(new URL(name, import.meta.url), `${JSON.stringify(document, null, 2)}\n`)
}
