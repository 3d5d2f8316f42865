/** A real Kubernetes control plane on this machine, for tests, benchmarks and play. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildBinary } from '#sandbox/control-plane/build-control-plane.ts'
import { type ClusterInfo, Supervisor } from '#sandbox/control-plane/supervisor.ts'

/** Users of kubeconfigs; `bootstrap` is OpenShift's node-bootstrapper, `kubeadm` a token's user. */
export type Identity = 'admin' | 'viewer' | 'approver' | 'nobody' | 'bootstrap' | 'kubeadm'

export interface ClusterOptions {
  /**
   * Installs Machines, ClusterOperators and ClusterVersions of OpenShift and Machines of Cluster
   * API. Default true.
   */
  readonly openshift?: boolean
  /**
   * Runs the controller-manager, which issues, cleans up and marks Nodes NotReady. Default true.
   */
  readonly controllerManager?: boolean
  /**
   * Runs the controller of Nodes' heartbeats. False for Nodes without any: it would label and taint
   * each one, with up to six calls and two Events. Default true.
   */
  readonly nodeLifecycle?: boolean
  /** Additional flags, `--name=value`. */
  readonly apiServerArgs?: readonly string[]
  /**
   * Additional flags. The signer backdates by 5 minutes and a kubelet renews at 70–90 % of the
   * lifetime: `--cluster-signing-duration=150s` means 15–105 s after issue.
   */
  readonly controllerManagerArgs?: readonly string[]
  /**
   * An AuthenticationConfiguration: other issuers whose tokens the API server takes. It asks for
   * their keys at the start and then every 10 s, so start them first.
   */
  readonly authenticationConfig?: string
}

/** A kubelet's process; `address` is its node's InternalIP. */
export interface Kubelet {
  readonly name: string
  readonly address: string
}

export interface LightKubelets {
  /** Stops the machines without notice, like a power cut. */
  stop(): Promise<void>
}

export interface FillOptions {
  readonly nodes: number
  /**
   * Number of requests: alternately a Node's serving request and a client request of a machine
   * without a Node.
   */
  readonly csrs: number
  /** Prefix of the new machines' names. Default `new-`. */
  readonly newPrefix?: string
  /** Network of the addresses. By default the cluster's own, which has room for 16,000. */
  readonly network?: string
}

export interface ChurnOptions {
  /** `node-ready` changes Nodes, `csr-create` adds requests. */
  readonly kind: 'csr-create' | 'node-ready'
  readonly events: number
}

/** Writes a second. */
export interface WriteRate {
  readonly perSecond: number
}

export interface Cluster extends Omit<ClusterInfo, 'pids'> {
  readonly kubeconfigs: Readonly<Record<Identity, string>>
  /** A copy of a kubeconfig for another `https://host:port`, such as a fault proxy's. */
  kubeconfigAt(server: string, as?: Identity): string
  /** Runs kubectl, by default as admin. Returns standard output; throws with standard error. */
  kubectl(args: readonly string[], options?: { as?: Identity; input?: string }): Promise<string>
  /**
   * Applies objects as admin. The API server refuses unknown fields itself: for a check of its own
   * kubectl asks for the whole schema, which costs the API server 0.4 s.
   */
  apply(objects: readonly object[]): Promise<void>
  /** Starts a real kubelet in a process of its own, which waits for approval of its requests. */
  startKubelet(
    name: string,
    options?: {
      /** Requestor of the first request. Default `bootstrap`. */
      readonly bootstrap?: 'bootstrap' | 'kubeadm'
      /**
       * Time after which an unsigned request is replaced by another, as a Go duration. Default `15m`.
       */
      readonly wait?: string
      /** False for a kubelet that signs its own serving certificate; true when absent. */
      readonly serverTlsBootstrap?: boolean
    },
  ): Promise<Kubelet>
  /**
   * Stops a kubelet. Started again under its name it has its old certificates, as after a reboot.
   */
  stopKubelet(name: string): Promise<void>
  /**
   * Starts machines without a kubelet's server, many in one process; they file a kubelet's
   * requests.
   */
  startLightKubelets(options: {
    readonly count: number
    /** Node names are `<prefix><number>`. Default `light-`. */
    readonly prefix?: string
    /** Creates a machine.openshift.io Machine for each. Default false. */
    readonly machineObjects?: boolean
    /**
     * Time after which an unsigned request is replaced by another, as a Go duration. Default `15m`.
     */
    readonly wait?: string
    /** Time from registration to Ready. Default `2s`. */
    readonly readyAfter?: string
  }): Promise<LightKubelets>
  /**
   * Creates thousands of Nodes and requests in seconds. The Nodes send no heartbeat: use
   * `nodeLifecycle: false`, or no controller-manager.
   */
  fill(options: FillOptions): Promise<void>
  /** Makes changes as fast as possible; resolves when the last one is written. */
  churn(options: ChurnOptions): Promise<WriteRate>
  /**
   * Measures the fastest approval of `count` new requests, as the approver, with 8 workers, after a
   * rest.
   */
  putCeiling(count: number, options?: { restMs?: number }): Promise<WriteRate>
  /** Kills with SIGKILL, like a crash; down until `restartApiServer`. */
  killApiServer(): Promise<void>
  /** Stops it if it runs; resolves when it is ready again on the same port. */
  restartApiServer(): Promise<void>
  /** Pids of all processes by name; `up` is the supervisor. */
  pids(): Promise<Readonly<Record<string, number>>>
  /** Resolves when no process, address or file is left. */
  stop(): Promise<void>
}

/**
 * Builds missing binaries and starts a cluster; resolves when it is ready (about 3 s once built).
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const binary = await buildBinary()
  const [supervisor, info] = await Supervisor.start(binary, options)
  return clusterOf(binary, info, supervisor)
}

/** A running cluster by its facts; `supervisor` carries out its orders, in this process or another. */
export function clusterOf(
  binary: string,
  info: ClusterInfo,
  supervisor: Pick<Supervisor, 'ask' | 'stop'>,
): Cluster {
  const kubeconfigs = info.kubeconfigs as Readonly<Record<Identity, string>>
  let crowds = 0

  function kubectl(args: readonly string[], { as = 'admin' as Identity, input = '' } = {}) {
    return run(binary, ['kubectl', '--kubeconfig', kubeconfigs[as], ...args], input, info.dir)
  }

  async function load<T>(command: string, args: readonly string[]): Promise<T> {
    const all = [command, `--kubeconfig=${kubeconfigs.admin}`, ...args]
    return JSON.parse(await run(binary, all, '', info.dir))
  }

  return {
    dir: info.dir,
    server: info.server,
    ca: info.ca,
    kubeconfigs,
    auditLog: info.auditLog,
    noKubelets: info.noKubelets,
    readyMs: info.readyMs,
    kubeconfigAt: (server, as = 'admin') => {
      const file = kubeconfigs[as].replace(/kubeconfig$/, `at-${new URL(server).port}.kubeconfig`)
      writeFileSync(file, readFileSync(kubeconfigs[as], 'utf8').replaceAll(info.server, server), {
        mode: 0o600,
      })
      return file
    },
    kubectl,
    apply: async (objects) => {
      const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
      await kubectl(['apply', '--server-side', '--validate=false', '-f', '-'], { input })
    },
    startKubelet: async (name, options = {}) => {
      const { bootstrap = 'bootstrap', wait = '15m', serverTlsBootstrap = true } = options
      const flags = [`--wait=${wait}`, `--server-tls-bootstrap=${serverTlsBootstrap}`]
      const order = { do: 'start-kubelet', name, bootstrap, flags }
      return (await supervisor.ask(order)) as Kubelet
    },
    stopKubelet: async (name) => {
      await supervisor.ask({ do: 'stop-machine', name })
    },
    startLightKubelets: async (wanted) => {
      const name = `light-kubelets-${++crowds}`
      const { prefix, machineObjects, wait, readyAfter } = wanted
      const options = { prefix, wait, 'machine-objects': machineObjects, 'ready-after': readyAfter }
      const bootstrap = 'bootstrap'
      const order = {
        do: 'start-light',
        name,
        bootstrap,
        count: wanted.count,
        flags: flags(options),
      }
      await supervisor.ask(order)
      return {
        stop: async () => {
          await supervisor.ask({ do: 'stop-machine', name })
        },
      }
    },
    fill: async ({ newPrefix, network: given, ...wanted }) => {
      const count = wanted.nodes + wanted.csrs
      const { network, skip } =
        given === undefined
          ? ((await supervisor.ask({ do: 'take-hosts', count })) as HostRange)
          : { network: given, skip: 0 }
      await load('fill', flags({ ...wanted, 'new-prefix': newPrefix, network, skip }))
    },
    churn: ({ kind, events }) => load('churn', flags({ kind, events })),
    putCeiling: (count, { restMs = 0 } = {}) =>
      load(
        'put-ceiling',
        flags({ count, rest: `${restMs}ms`, 'approver-kubeconfig': kubeconfigs.approver }),
      ),
    killApiServer: async () => {
      await supervisor.ask({ do: 'kill-apiserver' })
    },
    restartApiServer: async () => {
      await supervisor.ask({ do: 'restart-apiserver' })
    },
    pids: async () => ((await supervisor.ask({ do: 'info' })) as ClusterInfo).pids,
    stop: () => supervisor.stop(),
  }
}

/** A part of the cluster's network. */
interface HostRange {
  readonly network: string
  readonly skip: number
}

/** Command-line flags; an undefined value leaves the command's default. */
function flags(values: Readonly<Record<string, string | number | boolean | undefined>>): string[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name}=${value}`)
}

/** Runs one command of the binary. Its folder is its home, so that it writes nowhere else. */
function run(
  binary: string,
  args: readonly string[],
  input: string,
  home: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, HOME: home, KUBECACHEDIR: join(home, 'tmp', 'kubectl') }
    const child = execFile(
      binary,
      args,
      { env, maxBuffer: 512 * 1024 * 1024 },
      (error, stdout, stderr) =>
        error ? reject(new Error(stderr.trim() || error.message)) : resolve(stdout),
    )
    child.stdin?.on('error', () => {}) // it may exit before it has read everything
    child.stdin?.end(input)
  })
}
