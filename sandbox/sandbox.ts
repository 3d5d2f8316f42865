import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KUBE_APISERVER_CLIENT_KUBELET, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import type { Fault } from '#sandbox/api-faults.ts'
import { ApiServer } from '#sandbox/api-server.ts'
import { Authority } from '#sandbox/authority.ts'
import { startCleaner } from '#sandbox/cleaner.ts'
import { type IdentityName, person, Rights, type Rule } from '#sandbox/identities.ts'
import { jwtAuthenticator } from '#sandbox/jwt-authenticator.ts'
import { linkMachineObjects, MACHINE_NAMESPACE } from '#sandbox/machine-objects.ts'
import { Store } from '#sandbox/object-store.ts'
import type { CsrObject } from '#sandbox/objects.ts'
import { startOperators } from '#sandbox/operators.ts'
import { lengthOf, play } from '#sandbox/play.ts'
import { Api } from '#sandbox/resource-api.ts'
import { StoryClock } from '#sandbox/sandbox-clock.ts'
import { createCredentials } from '#sandbox/sandbox-kubeconfig.ts'
import { Kubelets } from '#sandbox/sandbox-kubelets.ts'
import { EMPTY, type MachineStory, type Scenario } from '#sandbox/scenario.ts'
import { createRandom } from '#sandbox/seeded-random.ts'
import { RESOURCES } from '#sandbox/served-resources.ts'
import { startSigner } from '#sandbox/signer.ts'
import { World } from '#sandbox/world-objects.ts'
import { readAsSignersDo } from '#sandbox/x509-request.ts'

export interface SandboxOptions {
  /** Scenario; an empty cluster when absent. */
  readonly scenario?: Scenario
  /** Speed of machines relative to the wall clock; 1 when absent. */
  readonly speed?: number
  /** Seed of generated names. */
  readonly seed?: number
  /**
   * An AuthenticationConfiguration with one issuer, whose ID tokens the API server takes. It reads
   * the issuer's keys at the start.
   */
  readonly authenticationConfig?: string
}

export interface Sandbox {
  readonly url: string
  /** PEM of the CA that issued its certificate. */
  readonly ca: string
  /** Paths of kubeconfig files, in a folder that is removed with the sandbox. */
  readonly kubeconfigs: Readonly<Record<IdentityName, string>>
  /** HTTP proxy in front of the machines' addresses and their kubelets' ports. */
  readonly kubeletProxy: string
  readonly world: World
  /** Number of open watches. */
  readonly watches: number
  /** Adds a person with these rights, or those that identity has now; returns their token. */
  addPerson(
    username: string,
    rights: IdentityName | readonly Rule[],
    groups?: readonly string[],
  ): string
  /** Starts another machine now. */
  addMachine(story: Omit<MachineStory, 'began'>): void
  /** Removes the serving certificate of that node's kubelet, which files no further request. */
  wipeKubelet(nodeName: string): void
  /** Makes the next matching calls fail; returns the undo. */
  failNext(fault: Fault): () => void
  /** Ends every fault; calls that wait for one are carried out. */
  endFaults(): void
  /** Removes the rules for one resource (`signers`, `nodes`, …) or all; returns the undo. */
  revokeRights(identity: IdentityName, resource?: string): () => void
  /** Makes earlier lists and watches too old; `tellWatches` expires the open ones as well. */
  expireHistory(options?: { readonly tellWatches?: boolean }): void
  /** Ends every watch, as the API server does at its time limit. */
  closeWatches(): void
  /** Keeps watches open but silent, like half-open connections. */
  stallWatches(): void
  /** Drops every connection and accepts no calls until `resume`, on the same port. */
  pause(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
}

/** A stand-in cluster in this process: API server, signer, machines and operators. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { scenario = EMPTY, speed = 1, seed = 1, authenticationConfig } = options
  const start = Date.now()
  const clock = new StoryClock(start - lengthOf(scenario) * 1000)
  const random = createRandom(seed)
  const store = new Store()
  const rights = new Rights(scenario.users)
  const api = new Api({ store, rights, clock, random })
  const world = new World(api)
  const authority = new Authority('countersign-sandbox-ca', start)
  const served = RESOURCES.filter(({ group }) => scenario.hasMachines || group !== MACHINE_GROUP)

  furnish(world, authority.pem)
  keep(world, scenario)
  const undo = [linkMachineObjects(api), startOperators(api, scenario.operators)]
  const signer = startSigner(api, authority, { hold: holdOf(scenario) })
  const kubelets = new Kubelets(api)
  const stage = { api, kubelets, authority, random }
  play(stage, scenario, start)
  clock.windTo(start)
  clock.goLive(speed)
  startCleaner(api)

  const credentials = createCredentials(authority, scenario.users, scenario.cluster, start)
  const idTokenUser = await jwtAuthenticator(authenticationConfig)
  const server = new ApiServer({
    api,
    tls: authority.issueWithKey({
      commonName: 'kube-apiserver',
      servesAt: { name: 'localhost', ip: '127.0.0.1' },
      now: start,
    }),
    ca: authority.pem,
    users: { tokens: credentials.tokens, idTokenUser },
    served,
  })
  await Promise.all([server.listen(), kubelets.listen()])
  const folder = mkdtempSync(join(tmpdir(), 'countersign-sandbox-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  // Also when the process ends unexpectedly.
  process.once('exit', removeFolder)

  return {
    url: server.url,
    ca: authority.pem,
    kubeconfigs: credentials.write(folder, server.url),
    kubeletProxy: kubelets.proxy,
    world,
    get watches() {
      return server.watches
    },
    addPerson(username, given, groups) {
      rights.give(username, typeof given === 'string' ? scenario.users[given] : given)
      return credentials.issueToken(person(username, groups))
    },
    addMachine: (story) =>
      play(
        stage,
        { ...scenario, standing: [], others: [], machines: [{ ...story, began: '0:00' }] },
        clock.now(),
      ),
    wipeKubelet: (nodeName) => kubelets.wipe(nodeName),
    failNext: (fault) => server.faults.add(fault),
    endFaults: () => server.faults.end(),
    revokeRights: (identity, resource) => rights.revoke(scenario.users[identity], resource),
    expireHistory({ tellWatches = false } = {}) {
      store.compact()
      if (tellWatches) server.expireWatches()
    },
    closeWatches: () => server.closeWatches(),
    stallWatches: () => server.stallWatches(),
    pause: () => server.close(),
    resume: () => server.listen(),
    async stop() {
      clock.stop()
      signer.stop()
      for (const one of undo) one()
      await Promise.all([server.close(), kubelets.close()])
      removeFolder()
      process.off('exit', removeFolder)
    },
  }
}

const MACHINE_GROUP = 'machine.openshift.io'

/** Objects that every cluster has. */
function furnish(world: World, ca: string): void {
  for (const name of ['default', 'kube-system', MACHINE_NAMESPACE, 'openshift-config-managed']) {
    world.create('namespaces', { metadata: { name }, spec: {}, status: { phase: 'Active' } })
  }
  const metadata = { name: 'csr-controller-ca', namespace: 'openshift-config-managed' }
  world.create('configmaps', { metadata, data: { 'ca-bundle.crt': ca } })
  world.create('servicecidrs', {
    metadata: { name: 'kubernetes' },
    spec: { cidrs: ['172.30.0.0/16'] },
  })
  world.create('services', {
    metadata: { name: 'kubernetes', namespace: 'default' },
    spec: {
      clusterIP: '172.30.0.1',
      clusterIPs: ['172.30.0.1'],
      ports: [{ name: 'https', port: 443 }],
    },
  })
}

function keep(world: World, { configMaps = [] }: Scenario): void {
  for (const namespace of new Set(configMaps.map((story) => story.namespace))) {
    world.create('namespaces', { metadata: { name: namespace }, spec: {} })
  }
  for (const { namespace, name, data } of configMaps) {
    world.create('configmaps', { metadata: { namespace, name }, data })
  }
}

/** Names of requests that the story's signer signs late. */
function holdOf({ machines }: Scenario) {
  const seconds = new Map(
    machines.flatMap(({ name, signerHoldsSeconds }) =>
      signerHoldsSeconds === undefined ? [] : [[name, signerHoldsSeconds] as const],
    ),
  )
  return ({ spec }: CsrObject) => {
    if (seconds.size === 0 || spec.signerName !== KUBE_APISERVER_CLIENT_KUBELET) return 0
    const read = readAsSignersDo(spec.request)
    return typeof read === 'string'
      ? 0
      : (seconds.get(read.commonName.replace(NODE_USER_PREFIX, '')) ?? 0)
  }
}
