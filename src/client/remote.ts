import {
  type Control,
  createControl,
  createGatewayClient,
  type GatewayClient,
  type GatewayOptions,
  type SendAs,
} from './control.ts'

/** A server that runs elsewhere, with all that a tester can do to it. */
export interface RemoteMock extends Control {
  url: string
  /** A client bound to one gateway and token. */
  client(options?: GatewayOptions): GatewayClient
}

/**
 * The control object of a server that runs elsewhere: in a container, or started by hand.
 * @param url where it listens: `http://127.0.0.1:8080`
 */
export function createControlClient(url: string): RemoteMock {
  const send: SendAs = async (method, path, body, headers) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  return {
    url,
    ...createControl((method, path, body) => send(method, path, body, {})),
    client: (options) => createGatewayClient(send, options),
  }
}
