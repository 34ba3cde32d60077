/**
 * `npm run build`, then `npm run bench`: what the built server costs, beside bare node:http and
 * bare Fastify in the same run. Nothing here fails for being slow.
 *
 *     --short      fewer rounds, for CI
 *     --scale N    also N apps on one gateway, e.g. 1000000
 *     --check      prints what moved against bench/baseline.json
 *     --write      writes that file
 */
import { parseArgs } from 'node:util'
import { checkBaseline, writeBaseline } from './baseline.ts'
import { measureRates } from './rates.ts'
import { measureScale } from './scale.ts'
import { measureSignature, measureToken } from './signature.ts'
import { measureSecondStart, measureStarts } from './startup.ts'
import { print, type Report } from './table.ts'

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    scale: { type: 'string', default: '0' },
    check: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})

process.chdir(`${import.meta.dirname}/..`)
const apps = Number(values.scale)
const report: Report = {
  costs: values.short ? await measureRates(3, 2000) : await measureRates(11, 5000),
  starts: await measureStarts(values.short ? 3 : 11),
  secondStart: await measureSecondStart(values.short ? 5 : 15),
  signature: measureSignature(1024),
  token: measureToken(),
  ...(apps > 0 && { scale: await measureScale(apps) }),
}
print(report)
if (values.write) writeBaseline(report)
if (values.check) checkBaseline(report)
process.exit()
