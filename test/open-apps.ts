import type { FastifyInstance } from 'fastify'

/** The servers without a socket that the tests of one file made. */
const apps = new Set<Pick<FastifyInstance, 'close'>>()

/** Remembers a server, to be closed after the last test of the file. */
export const closeLater = (app: Pick<FastifyInstance, 'close'>): void => void apps.add(app)

/** Closes what is open, in the order in which it was made. */
export async function closeApps(): Promise<void> {
  for (const app of apps) await app.close()
  apps.clear()
}
