/** `npm run openapi`: writes openapi/apig-mock.json anew from the routes. */
import { writeFile } from 'node:fs/promises'
import { pino } from 'pino'
import { createConfig } from '../src/config.ts'
import { createContext } from '../src/context.ts'
import { managementDocument } from '../src/control/openapi.ts'

const ctx = createContext(createConfig(), pino({ level: 'silent' }))
const document = await managementDocument(ctx)
const file = new URL('apig-mock.json', import.meta.url)
await writeFile(file, `${JSON.stringify(document, null, 2)}\n`)
