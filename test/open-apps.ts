interface Closable {
  close(): Promise<unknown>
}

/** The servers without a socket that the tests of one file made. */
const apps = new Set<Closable>()

/** Remembers a server, to be closed after the last test of the file. */
export const closeLater = (app: Closable): void => void apps.add(app)

/** Closes what is open, in the order in which it was made. */
export async function closeApps(): Promise<void> {
  for (const app of apps) await app.close()
  apps.clear()
}
