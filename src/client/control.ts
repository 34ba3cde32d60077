import type { Coverage } from '../control/coverage-schema.ts'
import type { Verification } from '../control/requests-schemas.ts'
import type { Fault, FaultRule } from '../instruments/fault-rule.ts'
import type { RecordedRequest } from '../instruments/journal-view.ts'
import type { RequestFilter } from '../instruments/request-filter.ts'
import type { Snapshot } from '../instruments/snapshots.ts'
import type { StateDocument } from '../store/document.ts'

/** Sends a request to a server and reads the JSON of its answer. */
export type Send = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ status: number; body: unknown }>

/** Milliseconds that `waitFor` waits unless told otherwise. */
const DEFAULT_WAIT = 2000

/** The server's time. */
export interface ClockState {
  /** RFC 3339. */
  time: string
  frozen: boolean
}

/** What a tester can do to a server: `/_mock/…` as functions. */
export interface Control {
  /** Back to the seed: everything, or only one gateway with its journal and faults. */
  reset(instanceId?: string): Promise<void>
  /** Every record, in the format of a seed. */
  state: {
    /** The whole state, or the part of one gateway; rejects if there is no such gateway. */
    get(instanceId?: string): Promise<StateDocument>
    /**
     * Replaces the whole state, or replaces or makes one gateway; rejects with the path of the first
     * fault in the document, and then nothing is changed.
     */
    put(document: StateDocument | object, instanceId?: string): Promise<void>
  }
  /** @deprecated `state.get()` */
  snapshot(): Promise<StateDocument>
  /** @deprecated `state.put(document)` */
  restore(state: StateDocument | object): Promise<void>
  /** States kept by name: all of it, or one gateway's, which has names of its own. */
  snapshots: {
    save(name: string, instanceId?: string): Promise<Snapshot>
    /** A gateway goes back to its own snapshot, else to what it was in that of everything. */
    restore(name: string, instanceId?: string): Promise<void>
    list(instanceId?: string): Promise<Snapshot[]>
    remove(name: string, instanceId?: string): Promise<void>
  }
  /** Failures on demand. */
  faults: {
    add(rule: FaultRule): Promise<Fault>
    list(instanceId?: string): Promise<Fault[]>
    remove(fault: Pick<Fault, 'id'>): Promise<void>
    clear(instanceId?: string): Promise<void>
  }
  /** The journal: what was asked of the service, and what it answered. */
  requests: {
    /** Newest first. */
    find(filter?: RequestFilter & { limit?: number }): Promise<RecordedRequest[]>
    /** Resolves to the matching requests; rejects with what was seen instead. */
    verify(expected: Verification): Promise<RecordedRequest[]>
    /** As `verify`, but waits for the requests to come: 2 s, or as `within` says (milliseconds). */
    waitFor(expected: Verification): Promise<RecordedRequest[]>
    clear(instanceId?: string): Promise<void>
  }
  /** Expiry, the dates of signatures and every timestamp follow this clock. */
  clock: {
    now(): Promise<ClockState>
    set(time: string | Date): Promise<ClockState>
    /** @param ms milliseconds; back if negative */
    advance(ms: number): Promise<ClockState>
    freeze(): Promise<ClockState>
    run(): Promise<ClockState>
  }
  /** Every operation of the service: whether it is served, and how often it was asked for. */
  coverage(): Promise<Coverage>
}

const inQuery = (values: object) => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given))}`
}
const ofGateway = (instance_id: string | undefined) => inQuery({ instance_id })

/** The control plane of one server, in this process or elsewhere. */
export function createControl(send: Send): Control {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await send(method, `/_mock${path}`, body)
    if (answer.status < 400) return answer.body as T
    throw Object.assign(new Error(messageOf(answer.body)), answer)
  }
  const setClock = (change: object) => call<ClockState>('PUT', '/clock', change)
  const verify = async (expected: Verification) =>
    (await call<{ requests: RecordedRequest[] }>('POST', '/requests/verify', expected)).requests

  return {
    reset: (instanceId) => call('POST', `/reset${ofGateway(instanceId)}`),
    state: {
      get: (instanceId) => call('GET', `/state${ofGateway(instanceId)}`),
      put: (document, instanceId) => call('PUT', `/state${ofGateway(instanceId)}`, document),
    },
    snapshot: () => call('GET', '/state'),
    restore: (state) => call('PUT', '/state', state),
    snapshots: snapshotCalls(call),
    faults: {
      add: (rule) => call('POST', '/faults', rule),
      list: async (instanceId) =>
        (await call<{ faults: Fault[] }>('GET', `/faults${ofGateway(instanceId)}`)).faults,
      remove: ({ id }) => call('DELETE', `/faults/${encodeURIComponent(id)}`),
      clear: (instanceId) => call('DELETE', `/faults${ofGateway(instanceId)}`),
    },
    requests: {
      find: async (filter = {}) =>
        (await call<{ requests: RecordedRequest[] }>('GET', `/requests${inQuery(filter)}`))
          .requests,
      verify,
      waitFor: (expected) => verify({ within: DEFAULT_WAIT, ...expected }),
      clear: (instanceId) => call('DELETE', `/requests${ofGateway(instanceId)}`),
    },
    clock: {
      now: () => call('GET', '/clock'),
      set: (time) => setClock({ time: time instanceof Date ? time.toISOString() : time }),
      advance: (ms) => setClock({ advance: ms }),
      freeze: () => setClock({ frozen: true }),
      run: () => setClock({ frozen: false }),
    },
    coverage: () => call('GET', '/coverage'),
  }
}

type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>

function snapshotCalls(call: Call): Control['snapshots'] {
  const path = (name: string, then: string, instanceId: string | undefined) =>
    `/snapshots/${encodeURIComponent(name)}${then}${ofGateway(instanceId)}`
  return {
    save: (name, instanceId) => call('POST', path(name, '', instanceId)),
    restore: (name, instanceId) => call('POST', path(name, '/restore', instanceId)),
    list: async (instanceId) =>
      (await call<{ snapshots: Snapshot[] }>('GET', `/snapshots${ofGateway(instanceId)}`))
        .snapshots,
    remove: (name, instanceId) => call('DELETE', path(name, '', instanceId)),
  }
}

/** What a failed call says: for a verification also what came nearest. */
function messageOf(body: unknown): string {
  const {
    error_msg = 'no answer',
    nearest,
    seen = [],
  } = (body ?? {}) as {
    error_msg?: string
    nearest?: { differences: string[] }
    seen?: string[]
  }
  const lines = [error_msg]
  if (nearest !== undefined) lines.push('nearest:', ...nearest.differences.map((d) => `  ${d}`))
  if (seen.length > 0) lines.push('seen:', ...seen.map((line) => `  ${line}`))
  return lines.join('\n')
}

/** A client bound to one gateway, project and token. */
export interface GatewayClient {
  instance_id: string
  /** `path` is below the gateway: `/apps`. Answers of any status resolve. */
  // biome-ignore lint/suspicious/noExplicitAny: the body is the service's JSON, of many shapes
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>
}

export interface GatewayOptions {
  instance_id?: string
  project_id?: string
  token?: string
}

/** Sends with headers. */
export type SendAs = (
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
) => Promise<{ status: number; body: unknown }>

/** A typed `fetch` for one gateway; what is not given is a built-in that strict mode knows too. */
export function createGatewayClient(send: SendAs, options: GatewayOptions = {}): GatewayClient {
  const { instance_id = 'my-gateway', project_id = 'my-project', token = 'mock-token' } = options
  const base = `/v2/${encodeURIComponent(project_id)}/apigw/instances/${encodeURIComponent(instance_id)}`
  return {
    instance_id,
    call: (method, path, body) => send(method, base + path, body, { 'X-Auth-Token': token }),
  }
}
