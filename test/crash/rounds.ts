import { setTimeout as delay } from 'node:timers/promises'
import { launch } from '../process.ts'

/** What one worker may find in its gateway: app id → its name and remark. */
type Apps = Map<string, string>

interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: bodies of several shapes
  body: any
}

/** A number from 0 to below `limit`, the same sequence for the same seed (a linear congruence). */
function dice(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

async function call(url: string, method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { 'X-Auth-Token': 'any' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

const shown = (app: { name: string; remark?: string }) => `${app.name} ${app.remark ?? ''}`

/**
 * Writes to one gateway, one request after the other, and knows what must be there: after every
 * answer one state, while a request is under way that before it or that after it.
 */
class Worker {
  readonly gateway: string
  acknowledged = 0
  refused = 0
  /** Called after each answer that was right. */
  onAnswer = () => {}
  /** What is there, and what the request under way makes of it once it is answered. */
  apps: Apps = new Map()
  unanswered: ((apps: Apps) => boolean) | undefined
  readonly #roll: (limit: number) => number
  #count = 0

  constructor(gateway: string, seed: number) {
    this.gateway = gateway
    this.#roll = dice(seed)
  }

  async run(url: string, isOver: () => boolean): Promise<void> {
    while (!isOver()) await this.#step(url)
  }

  async #step(url: string): Promise<void> {
    const base = `/v2/p1/apigw/instances/${this.gateway}`
    const ids = [...this.apps.keys()]
    const id = ids[this.#roll(ids.length)] ?? ''
    const roll = this.#roll(100)
    if (id === '' || roll < 55) {
      const wanted = { name: `app_${this.#count++}`, remark: `r${roll}` }
      this.unanswered = (apps) => added(this.apps, apps, shown(wanted))
      const { body } = await this.#answered(call(url, 'POST', `${base}/apps`, wanted), 201)
      this.apps = new Map(this.apps).set(body.id, shown(body))
    } else if (roll < 75) {
      const wanted = { name: `app_${this.#count++}`, remark: 'updated' }
      const next = new Map(this.apps).set(id, shown(wanted))
      this.unanswered = (apps) => isSame(apps, next)
      await this.#answered(call(url, 'PUT', `${base}/apps/${id}`, wanted), 200)
      this.apps = next
    } else if (roll < 90) {
      const next = new Map(this.apps)
      next.delete(id)
      this.unanswered = (apps) => isSame(apps, next)
      await this.#answered(call(url, 'DELETE', `${base}/apps/${id}`), 204)
      this.apps = next
    } else if (roll < 98) {
      // Refused: the name is taken. It changes nothing, answered or not.
      const [name] = (this.apps.get(id) ?? '').split(' ')
      this.unanswered = () => false
      await this.#answered(call(url, 'POST', `${base}/apps`, { name }), 400)
      this.acknowledged--
      this.refused++
    } else {
      this.unanswered = (apps) => apps.size === 0
      const path = `/_mock/reset?instance_id=${this.gateway}`
      await this.#answered(call(url, 'POST', path), 204)
      this.apps = new Map()
    }
    this.unanswered = undefined
  }

  async #answered(sent: Promise<Answer>, status: number): Promise<Answer> {
    const answer = await sent
    if (answer.status !== status) {
      throw new Error(`expected ${status}, not ${answer.status} ${JSON.stringify(answer.body)}`)
    }
    this.acknowledged++
    this.onAnswer()
    return answer
  }

  /** What is wrong with the apps found after a restart; the worker goes on from them. */
  check(apps: Apps): string | undefined {
    const isRight = isSame(apps, this.apps) || this.unanswered?.(apps) === true
    const fault = `${this.gateway}: expected ${JSON.stringify([...this.apps])}, found ${JSON.stringify([...apps])}`
    this.apps = apps
    this.unanswered = undefined
    return isRight ? undefined : fault
  }
}

const isSame = (a: Apps, b: Apps) =>
  a.size === b.size && [...a].every(([id, app]) => b.get(id) === app)

/** Whether `after` is `before` and one more app, whose id nobody was told. */
function added(before: Apps, after: Apps, app: string): boolean {
  if (after.size !== before.size + 1) return false
  const [extra] = [...after].filter(([id]) => !before.has(id))
  return extra?.[1] === app && [...before].every(([id, known]) => after.get(id) === known)
}

export interface Report {
  rounds: number
  acknowledged: number
  refused: number
  /** Restarts that found requests done that were not answered any more. */
  unanswered: number
  faults: string[]
}

/**
 * Starts a server on `file`, writes to it from eight workers, kills it (SIGKILL) a moment after up
 * to 100 answers, starts it again and looks; so many times over. Every fourth time everything is
 * reset before.
 */
export async function crashRounds(
  file: string,
  rounds: number,
  { command, seed = 1 }: { command?: string[]; seed?: number } = {},
): Promise<Report> {
  const roll = dice(seed)
  const workers = Array.from({ length: 8 }, (_, i) => new Worker(`gw${i}`, seed + i))
  const faults: string[] = []
  let unanswered = 0
  for (let round = 0; round <= rounds; round++) {
    const args = ['--port', '0', '--log-level', 'silent', '--data', file]
    const { url, child } = await launch(args, {}, command)
    const exit = new Promise((resolve) => child.once('exit', resolve))
    const { body } = await call(url, 'GET', '/_mock/state')
    for (const worker of workers) {
      const gateway = body.instances.find(({ id }: { id: string }) => id === worker.gateway)
      const apps = new Map<string, string>()
      for (const app of gateway?.apps ?? []) apps.set(app.id, shown(app))
      if (!isSame(apps, worker.apps)) unanswered++
      const fault = worker.check(apps)
      if (fault !== undefined) faults.push(`round ${round}: ${fault}`)
    }
    const isReset = round % 4 !== 3 || (await resetAll(url, workers, roll))
    let isOver = !isReset
    const work = workers.map((worker) => worker.run(url, () => isOver).catch((error) => error))
    if (isReset) {
      await Promise.race([answers(workers, roll(100)), Promise.all(work)])
      await delay(roll(5))
    }
    child.kill('SIGKILL')
    await exit
    isOver = true
    for (const error of await Promise.all(work)) {
      if (error !== undefined && !isCut(error)) faults.push(`round ${round}: ${error.message}`)
    }
  }
  const sum = (of: (worker: Worker) => number) =>
    workers.reduce((total, each) => total + of(each), 0)
  return {
    rounds,
    acknowledged: sum((worker) => worker.acknowledged),
    refused: sum((worker) => worker.refused),
    unanswered,
    faults,
  }
}

/** Resolves after so many more answers, however long a busy machine takes for them. */
function answers(workers: Worker[], count: number): Promise<void> {
  let left = count
  return new Promise((done) => {
    for (const worker of workers) worker.onAnswer = () => void (--left <= 0 && done())
  })
}

/** Resets everything; false if that is to be cut off before it is answered. */
async function resetAll(url: string, workers: Worker[], roll: (limit: number) => number) {
  let isAnswered = false
  for (const worker of workers) worker.unanswered = (apps) => apps.size === 0
  const reset = call(url, 'POST', '/_mock/reset').then(
    () => {
      isAnswered = true
      for (const worker of workers) worker.check(new Map())
    },
    () => {},
  )
  await (roll(2) === 0 ? reset : Promise.race([reset, delay(roll(6))]))
  return isAnswered
}

/** The server was killed while it answered. */
const isCut = (error: unknown) => error instanceof TypeError || error instanceof SyntaxError
