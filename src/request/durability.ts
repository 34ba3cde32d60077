import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApigError, apigError } from '../core/errors.ts'
import type { DataFile } from '../store/data-file/data-file.ts'

/**
 * No answer leaves before everything that it may tell of is on disk: what this request wrote, and
 * what it saw of others. When that cannot be had, it is a 500 in the shape of its plane, as are all
 * answers from then on: the state in memory is no longer what a restart would find.
 */
export function holdAnswers(app: FastifyInstance, data: DataFile): void {
  const refused = new WeakSet<FastifyRequest>()

  app.addHook('onSend', (request, reply, payload, next) => {
    const written = data.written()
    if (written === undefined || refused.has(request)) {
      next(null, payload)
      return
    }
    written.then(
      () => next(null, payload),
      (error: Error) => {
        refused.add(request)
        refuse(request, reply, error)
      },
    )
  })
}

/** Answers in place of the answer that was being sent. */
function refuse(request: FastifyRequest, reply: FastifyReply, cause: Error): void {
  for (const name of Object.keys(reply.getHeaders())) {
    if (name !== 'x-request-id') reply.removeHeader(name)
  }
  const { code, statusCode, message } = apigError('APIG.9999')
  const reason = `the data file cannot be written: ${cause.message}`
  request.server.errorHandler(new ApigError(code, statusCode, message, reason), request, reply)
}
