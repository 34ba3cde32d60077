/**
 * `npm run build`, then `npm run bench`: what the built server costs, beside bare node:http and
 * bare Fastify in the same run. Nothing here fails for being slow.
 *
 *     --short             fewer rounds, for CI
 *     --peers             also json-server, Prism, Mockoon and WireMock, installed into .cache/peers
 *     --scale N           also N apps on one gateway, e.g. 1000000
 *     --memory [MINUTES]  also the memory under full load with a bounded state, 5 minutes by default
 *     --check             prints what moved against bench/baseline.json
 *     --write             writes that file
 */
import { parseArgs } from 'node:util'
import { checkBaseline, writeBaseline } from './baseline.ts'
import { measureChecks } from './checks.ts'
import { measureMemory } from './memory.ts'
import { installPeers } from './peers.ts'
import { measureRates } from './rates.ts'
import { measureScale } from './scale.ts'
import { measureSecondStart, measureStarts } from './startup.ts'
import { print, type Report } from './table.ts'

const { values } = parseArgs({
  args: process.argv
    .slice(2)
    .flatMap((arg, i, { [i + 1]: next = '--' }) =>
      arg === '--memory' && next.startsWith('--') ? [arg, '5'] : [arg],
    ),
  options: {
    short: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    scale: { type: 'string', default: '0' },
    memory: { type: 'string', default: '0' },
    check: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})

process.chdir(`${import.meta.dirname}/..`)
const apps = Number(values.scale)
const minutes = Number(values.memory)
const { peers, missing } = values.peers ? await installPeers() : { peers: [], missing: [] }
const report: Report = {
  costs: values.short ? await measureRates(3, 2000, peers) : await measureRates(11, 5000, peers),
  ...(await measureStarts(values.short ? 3 : 11, peers)),
  secondStart: await measureSecondStart(values.short ? 5 : 15),
  checks: await measureChecks(),
  missing,
  ...(apps > 0 && { scale: await measureScale(apps) }),
  ...(minutes > 0 && { memory: await measureMemory(minutes) }),
}
print(report)
if (values.write) writeBaseline(report)
if (values.check) checkBaseline(report)
process.exit()
