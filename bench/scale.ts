/** A million apps on one gateway, made over HTTP. */
import { type Generator, startGenerator } from './generator.ts'
import { appsOf, createIn, get } from './kinds.ts'
import { median } from './numbers.ts'
import { own, type Server, startServer } from './servers.ts'

const FEW = 1000
const STEP = 20_000
const apps = appsOf('gateway-big')

export interface Scale {
  apps: number
  /** Rate with all apps ÷ rate with a thousand. */
  createRatio: number
  listRatio: number
  /** Milliseconds: the longest that any create took. */
  worstStall: number
  /** Milliseconds: the slowest of the offsets that were asked for. */
  page: number
  /** Milliseconds of a list filtered by a part of the name. */
  filtered: number
  /** Bytes of heap. */
  heapPerApp: number
  /** The same with as many apps, a hundred in each gateway. */
  heapInGateways: number
  /** Milliseconds of `GET` and `PUT /_mock/state`, and of the first create after the latter. */
  exported: number
  imported: number
  firstCreate: number
  /** Heap after the export and after the import ÷ before. */
  heapExported: number
  heapImported: number
}

export async function measureScale(most: number): Promise<Scale> {
  const generator = startGenerator()
  const server = await startServer(own('apig-mock'), '--expose-gc')
  const create = (first: number, count: number, path = apps) =>
    generator.burst(server.port, { request: createIn(path), first, count })
  await create(1, STEP, appsOf('gateway-warm'))
  await create(1, FEW)
  // Before the lists, whose answers the journal holds: after the creates it holds theirs again.
  const heapBefore = (await server.usage(true)).memory.heapUsed
  const few = await measureLists(server, generator)
  const rates: number[] = []
  let worstStall = 0
  for (let made = FEW; made < most; made += STEP) {
    const { rate, worst } = await create(made + 1, Math.min(STEP, most - made))
    rates.push(rate)
    worstStall = Math.max(worstStall, worst)
  }
  const heap = (await server.usage(true)).memory.heapUsed - heapBefore
  const many = await measureLists(server, generator)
  const offsets = [0, most / 2, most - 20]
  const pages: number[] = []
  for (const at of offsets) pages.push(await answerTime(server, `offset=${at}&limit=20`))
  const filtered = await answerTime(server, 'name=99')
  const moved = await measureState(server)
  generator.stop()
  await server.stop()
  return {
    apps: most,
    createRatio: median(rates.slice(-5)) / median(rates.slice(0, 5)),
    listRatio: many / few,
    worstStall,
    page: Math.max(...pages),
    filtered,
    heapPerApp: heap / (most - FEW),
    heapInGateways: await measureGateways(Math.ceil(most / 100), 100),
    ...moved,
  }
}

async function measureLists(server: Server, generator: Generator): Promise<number> {
  const rates: number[] = []
  for (let i = 0; i < 5; i++) {
    const burst = { request: get(`${apps}?limit=20`), first: 1, count: 4000 }
    rates.push((await generator.burst(server.port, burst)).rate)
  }
  return median(rates)
}

async function answerTime({ port }: Server, query: string): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 7; i++) {
    const begin = performance.now()
    const url = `http://127.0.0.1:${port}${apps}?${query}`
    await (await fetch(url, { headers: { 'x-auth-token': 'mock-token' } })).text()
    times.push(performance.now() - begin)
  }
  return median(times)
}

/** What it takes to read and to replace the whole state. */
async function measureState(server: Server) {
  const heap = async () => (await server.usage(true)).memory.heapUsed
  const url = `http://127.0.0.1:${server.port}`
  const before = await heap()
  let begin = performance.now()
  const state = await (await fetch(`${url}/_mock/state`)).arrayBuffer()
  const exported = performance.now() - begin
  const heapExported = (await heap()) / before
  begin = performance.now()
  const answer = await fetch(`${url}/_mock/state`, { method: 'PUT', body: state })
  const imported = performance.now() - begin
  if (answer.status !== 204) throw new Error(`Not 204: ${await answer.text()}`)
  const heapImported = (await heap()) / before
  begin = performance.now()
  const created = await fetch(url + apps, {
    method: 'POST',
    headers: { 'x-auth-token': 'mock-token' },
    body: '{"name":"first"}',
  })
  const firstCreate = performance.now() - begin
  if (created.status !== 201) throw new Error(`Not 201: ${await created.text()}`)
  return { exported, imported, firstCreate, heapExported, heapImported }
}

/** Bytes of heap per app that `gateways` gateways of `each` apps take. */
async function measureGateways(gateways: number, each: number): Promise<number> {
  const generator = startGenerator()
  const server = await startServer(own('apig-mock'), '--expose-gc')
  const heap = async () => (await server.usage(true)).memory.heapUsed
  await generator.burst(server.port, { request: createIn(apps), first: 1, count: STEP })
  const before = await heap()
  // `#` in a path is the number of the request: with as many requests as gateways, each has one.
  const request = createIn(appsOf('gateway-#'))
  for (let i = 0; i < each; i++) {
    const body = `{"name":"app_${i}"}`
    await generator.burst(server.port, { request: { ...request, body }, first: 1, count: gateways })
  }
  const after = await heap()
  generator.stop()
  await server.stop()
  return (after - before) / gateways / each
}
