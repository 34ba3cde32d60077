import { afterAll } from 'vitest'
import { closeApps } from './open-apps.ts'

// Runs for every test file, although files share their modules.
afterAll(closeApps)
