/** What requests cost: short bursts to all servers in turn, so that noise meets all alike. */
import { type Generator, startGenerator } from './generator.ts'
import { appsOf, type Kind, requestOf } from './kinds.ts'
import { median } from './numbers.ts'
import { type Contender, type Name, own, type Server, startServer } from './servers.ts'

const floors: Name[] = ['node:http', 'node:http, texts ready']
const plan: Record<Kind, Name[]> = {
  create: [...floors, 'Fastify', 'apig-mock', 'apig-mock, logs', 'apig-mock, no journal'],
  list: [...floors, 'Fastify', 'apig-mock', 'apig-mock, logs'],
  show: [...floors, 'Fastify', 'apig-mock', 'apig-mock, logs'],
  'signed create': ['node:http', 'apig-mock'],
}
/** What peers do too. */
const common: Kind[] = ['create', 'list']

/** Medians over the rounds; the ratios are to node:http in the same round, 1 being its equal. */
export interface Cost {
  kind: Kind
  name: string
  /** Microseconds of the server's CPU per request. */
  cpu: number
  cpuRatio: number
  rateRatio: number
  /** Of the latency: 4 is four times the floor's. */
  p99Ratio: number
  /** Share of the time for which the server was at work: near 1, it alone limits the rate. */
  busy: number
}

interface Sample {
  cpu: number
  busy: number
  rate: number
  p99: number
}

interface Target {
  contender: Contender
  server: Server
  /** The number of the next request, which no other has. */
  next: number
  id: string
}

export async function measureRates(
  rounds: number,
  requests: number,
  peers: Contender[],
): Promise<Cost[]> {
  const generator = startGenerator()
  const targets: Target[] = []
  for (const name of plan.create) targets.push(await prepare(own(name), generator))
  for (const peer of peers) targets.push(await prepare(peer, generator))
  const kinds = (Object.keys(plan) as Kind[]).map((kind) => ({
    kind,
    takers: targets.filter(({ contender }) => takes(kind, contender)),
  }))
  const samples = new Map<string, Sample[]>()
  // The first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const { kind, takers } of kinds) {
      for (const target of takers) {
        const sample = await measure(kind, target, generator, requests)
        const label = `${kind} ${target.contender.name}`
        if (round > 0) samples.set(label, [...(samples.get(label) ?? []), sample])
      }
    }
  }
  generator.stop()
  for (const { server } of targets) await server.stop()
  return kinds.flatMap(({ kind, takers }) => {
    const floor = samples.get(`${kind} node:http`) as Sample[]
    return takers.map(({ contender: { name } }) =>
      summary(kind, name, samples.get(`${kind} ${name}`) as Sample[], floor),
    )
  })
}

function takes(kind: Kind, contender: Contender): boolean {
  if (contender.paths !== undefined) return common.includes(kind)
  return plan[kind].some((name) => name === contender.name)
}

function summary(kind: Kind, name: string, own: Sample[], floor: Sample[]): Cost {
  const over = (ratio: (own: Sample, floor: Sample) => number) =>
    median(own.map((sample, round) => ratio(sample, floor[round] as Sample)))
  return {
    kind,
    name,
    cpu: median(own.map(({ cpu }) => cpu)),
    cpuRatio: over((a, b) => b.cpu / a.cpu),
    rateRatio: over((a, b) => a.rate / b.rate),
    p99Ratio: over((a, b) => a.p99 / b.p99),
    busy: median(own.map(({ busy }) => busy)),
  }
}

/** Starts a server and gives it some apps, of which one is to be shown. */
async function prepare(contender: Contender, generator: Generator): Promise<Target> {
  const server = await startServer(contender)
  const target: Target = { contender, server, next: 1, id: '' }
  await measure('create', target, generator, 2000)
  if (contender.paths !== undefined) return target
  const url = `http://127.0.0.1:${server.port}${appsOf('gateway-1')}?limit=1`
  const answer = await fetch(url, { headers: { 'x-auth-token': 'mock-token' } })
  const { apps } = (await answer.json()) as { apps: { id: string }[] }
  target.id = apps[0]?.id ?? ''
  return target
}

async function measure(
  kind: Kind,
  target: Target,
  generator: Generator,
  requests: number,
): Promise<Sample> {
  const { contender, server, next: first, id } = target
  const count = requests * (contender.share ?? 1)
  target.next += count
  const before = await server.usage()
  const request = requestOf(kind, id, contender.paths)
  const burst = { request, first, count, polls: true }
  const { requests: answered, rate, p99 } = await generator.burst(server.port, burst)
  const { user, system } = (await server.usage()).cpu
  const cpu = (user + system - before.cpu.user - before.cpu.system) / answered
  return { cpu, busy: (cpu * rate) / 1e6, rate, p99 }
}
