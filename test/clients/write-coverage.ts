/** `npm run coverage`: writes docs/coverage.md and the totals in README.md anew. */
import { writeCoverage } from './coverage.ts'

await writeCoverage()
