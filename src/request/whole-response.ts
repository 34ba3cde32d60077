import { type IncomingMessage, ServerResponse } from 'node:http'

/**
 * An answer whose head and text leave in one piece. Node's own `end` adds an empty piece to them,
 * and several pieces take a way to the socket that costs a tenth of a whole answer more.
 */
export class WholeResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  override end(text?: unknown, encoding?: unknown, done?: unknown): this {
    const { socket, headersSent } = this
    const isUtf8 = typeof text === 'string' && (!encoding || encoding === 'utf8')
    if (!isUtf8 || !headersSent || socket === null) {
      return super.end(text, encoding as BufferEncoding, done as () => void)
    }
    // Corked, or else `write` would keep its piece until the next tick.
    socket.cork()
    // ASCII is the same in both encodings, and Latin-1 is copied without conversion. The head goes
    // with it, all ASCII too: a header with other characters would depend on the text.
    this.write(text, Buffer.byteLength(text) === text.length ? 'latin1' : 'utf8')
    socket.uncork()
    return super.end(done as () => void)
  }
}
