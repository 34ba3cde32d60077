import { extname } from 'node:path'
import {
  AbstractStartedContainer,
  GenericContainer,
  getContainerRuntimeClient,
  Wait,
} from 'testcontainers'
import { createControlClient, type RemoteMock } from './client/remote.ts'
import { type Config, variablesOf } from './config.ts'

/** The options of the server, less those that belong to the container. */
export type ContainerOptions = Partial<Omit<Config, 'host' | 'port' | 'seed'>>

/** Where the image has the server listen. */
const PORT = 8080

/** The server in a container, by way of the Testcontainers of the project. */
export class ApigMockContainer extends GenericContainer {
  #options: ContainerOptions = {}
  #seed: string | object | undefined

  /** @param image as built from the Dockerfile: `docker build --tag apig-mock .` */
  constructor(image = 'apig-mock') {
    super(image)
    this.withExposedPorts(PORT)
    // A server that refuses its options or its seed ends at once, and says why in its log.
    const wait = Wait.forHttp('/_mock/health', PORT, { abortOnContainerExit: true })
    this.withWaitStrategy(wait.withReadTimeout(250))
  }

  /** Beside what was given before: `{ idSeed: 'golden' }`. */
  withOptions(options: ContainerOptions): this {
    // Refuses here what the server would refuse in the container.
    variablesOf(options)
    this.#options = { ...this.#options, ...options }
    return this
  }

  /** Only known credentials, only existing gateways, real quotas. */
  withStrict(strict = true): this {
    return this.withOptions({ strict })
  }

  /** The state to start from and to reset to: a file of this machine, or the document itself. */
  withSeed(seed: string | object): this {
    this.#seed = seed
    return this
  }

  protected override async beforeContainerCreated(): Promise<void> {
    const { info } = await getContainerRuntimeClient()
    // The engine may run elsewhere; then its name is the server's, and no loopback.
    const names = [info.containerRuntime.host, ...this.networkAliases]
    const allowed = [this.#options.allowedHosts ?? '', ...names].filter((name) => name !== '')
    this.withEnvironment(variablesOf({ ...this.#options, allowedHosts: allowed.join(',') }))
    if (this.#seed !== undefined) this.#copySeed(this.#seed)
  }

  #copySeed(seed: string | object): void {
    // The server tells YAML from JSON by the name.
    const target = `/apig-mock/seed${typeof seed === 'string' ? extname(seed) : '.json'}`
    // It does not run as root.
    const mode = 0o644
    if (typeof seed === 'string') this.withCopyFilesToContainer([{ source: seed, target, mode }])
    else this.withCopyContentToContainer([{ content: JSON.stringify(seed), target, mode }])
    this.withEnvironment(variablesOf({ seed: target }))
  }

  /** Resolves as soon as the server answers. */
  override async start(): Promise<StartedApigMockContainer> {
    return new StartedApigMockContainer(await super.start())
  }
}

/** A server that runs in a container. */
export class StartedApigMockContainer extends AbstractStartedContainer {
  /** Where it listens, for this machine; another one after `restart`. */
  get url(): string {
    return `http://${this.getHost()}:${this.getMappedPort(PORT)}`
  }

  /** All that a tester can do to it: faults, journal, clock, snapshots, reset, a client. */
  get control(): RemoteMock {
    return createControlClient(this.url)
  }
}
