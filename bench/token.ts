/**
 * What the check of a token costs: `node --import tsx bench/token.ts` prints microseconds of CPU
 * per call, for a known token (with its project and role) and for one that lenient mode lets pass.
 */
import { pino } from 'pino'
import { refuseForbidden, refuseOtherProject } from '../src/auth/permissions.ts'
import { checkToken } from '../src/auth/token.ts'
import { createConfig } from '../src/config.ts'
import { createContext } from '../src/context.ts'
import { tables } from '../src/tables.ts'

const CALLS = 1_000_000
const ctx = createContext(createConfig(), pino({ level: 'silent' }), tables)
const operation = { operationId: 'CreateAnAppV2', method: 'POST' }

function microsecondsPerCall(token: string): number {
  const start = process.cpuUsage()
  for (let i = 0; i < CALLS; i++) {
    const known = checkToken(ctx, token)
    if (known === undefined) continue
    refuseOtherProject(ctx, known, 'my-project')
    refuseForbidden(ctx, known, operation)
  }
  const { user, system } = process.cpuUsage(start)
  return (user + system) / CALLS
}

for (const token of ['mock-token', 'unknown-token']) {
  microsecondsPerCall(token)
  console.log(`${token.padStart(13)}: ${microsecondsPerCall(token).toFixed(2)} µs of CPU`)
}
