import { constants } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A file of lines that only grows, until it is replaced as a whole. */
export interface LogFile {
  /** Resolves when the lines are on disk. */
  append(lines: Iterable<string>): Promise<void>
  /** Resolves when a file of these lines is in the place of the old one, which is whole until then. */
  replace(lines: Iterable<string>): Promise<void>
  close(): Promise<void>
}

/** Characters that are written at once. */
const PIECE = 1024 * 1024

/** The file need not exist before its first `replace`. */
export function logFile(path: string): LogFile {
  let handle: FileHandle | undefined
  return {
    async append(lines) {
      // Not 'a', which would make an empty file in the place of one that was removed.
      handle ??= await open(path, constants.O_WRONLY | constants.O_APPEND)
      await write(handle, lines)
      await handle.datasync()
      if ((await handle.stat()).nlink === 0) throw new Error('the file was removed or replaced')
    },
    async replace(lines) {
      const fresh = await open(`${path}.new`, 'w')
      try {
        await write(fresh, lines)
        await fresh.sync()
        await rename(`${path}.new`, path)
        await syncFolder(dirname(path))
      } catch (error) {
        await fresh.close()
        throw error
      }
      await handle?.close()
      handle = fresh
    },
    async close() {
      await handle?.close()
    },
  }
}

/** In pieces, so that many lines neither make one huge string nor keep others from running. */
async function write(handle: FileHandle, lines: Iterable<string>): Promise<void> {
  let piece = ''
  for (const line of lines) {
    piece += line
    if (piece.length < PIECE) continue
    await handle.appendFile(piece)
    piece = ''
  }
  await handle.appendFile(piece)
}

/** A new name is on disk when its folder is. Windows cannot open one, and does not need to. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
