/** A real Kubernetes control plane on this machine, for tests, benchmarks and play. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildBinary } from '#sandbox/control-plane/build-control-plane.ts'
import { type ClusterInfo, Supervisor } from '#sandbox/control-plane/supervisor.ts'

/** Who a kubeconfig is for; `bootstrap` is OpenShift's node-bootstrapper, `kubeadm` a token's. */
export type Identity = 'admin' | 'viewer' | 'approver' | 'nobody' | 'bootstrap' | 'kubeadm'

export interface ClusterOptions {
  /** Machines, ClusterOperators and ClusterVersions of OpenShift, Machines of Cluster API. Default true. */
  readonly openshift?: boolean
  /** Without it nothing is issued, cleaned up or marked NotReady. Default true. */
  readonly controllerManager?: boolean
  /** More flags, `--name=value`. */
  readonly apiServerArgs?: readonly string[]
  /**
   * More flags. The signer dates certificates back by 5 minutes, and a kubelet renews at 70–90 % of
   * their life: `--cluster-signing-duration=150s` means 15–105 s after issue.
   */
  readonly controllerManagerArgs?: readonly string[]
}

export interface KubeletOptions {
  /** Who files the first request. Default `bootstrap`. */
  readonly bootstrap?: 'bootstrap' | 'kubeadm'
  /** Until a request that nobody signs is replaced by another, as a Go duration. Default `15m`. */
  readonly wait?: string
}

/** A kubelet's process; `address` is its node's InternalIP. */
export interface Kubelet {
  readonly name: string
  readonly address: string
  readonly pid: number
}

export interface LightKubeletOptions {
  readonly count: number
  /** Node names are `<prefix><number>`. Default `light-`. */
  readonly prefix?: string
  /** Number of the first. Default 1. */
  readonly first?: number
  /** Who files the first requests. Default `bootstrap`. */
  readonly bootstrap?: 'bootstrap' | 'kubeadm'
  /** A machine.openshift.io Machine for each. Default false. */
  readonly machineObjects?: boolean
  /** Until a request that nobody signs is replaced by another, as a Go duration. Default `15m`. */
  readonly wait?: string
  /** Between the start of one machine and the next. Default `0s`. */
  readonly interval?: string
  /** From registration to Ready. Default `2s`. */
  readonly readyAfter?: string
  /** Between Lease renewals. Default `10s`. */
  readonly heartbeat?: string
  /** node-role.kubernetes.io/<role>, or '' for none. Default `worker`. */
  readonly role?: string
}

export interface LightKubelets {
  readonly pid: number
  /** The machines fall silent, as if their power had gone. */
  stop(): Promise<void>
}

export interface FillOptions {
  readonly nodes: number
  /** Half serving requests of the Nodes by turns, half client requests of machines without a Node. */
  readonly csrs: number
  /** Of the Nodes' names. Default `node-`. */
  readonly prefix?: string
  /** Of the new machines' names. Default `new-`. */
  readonly newPrefix?: string
  /** Container images in each Node's status. Default 50, a kubelet's maximum. */
  readonly images?: number
  /** A machine.openshift.io Machine for each new machine. Default false. */
  readonly machineObjects?: boolean
}

export interface ChurnOptions {
  /** `csr-label`, `node-label` and `node-ready` change what there is, `csr-create` adds. */
  readonly kind: 'csr-label' | 'csr-create' | 'node-label' | 'node-ready'
  readonly events: number
  /** A second; without it a burst, as fast as it goes. */
  readonly rate?: number
}

export interface ChurnReport {
  readonly seconds: number
  readonly perSecond: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** How far the worst event was behind the rate. */
  readonly worstLateMs: number
}

export interface PutCeiling {
  readonly count: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface Cluster {
  /** The folder with everything in it; `logs/<name>.log` is each process's output. */
  readonly dir: string
  readonly server: string
  /** The CA file: of the server, of clients, of kubelets. */
  readonly ca: string
  readonly kubeconfigs: Readonly<Record<Identity, string>>
  /** JSON lines as the API server writes them: who did what. */
  readonly auditLog: string
  /** Why real kubelets cannot run here (no root, no iproute2), or ''. */
  readonly noKubelets: string
  /** From nothing to ready. */
  readonly readyMs: number
  /** A copy of a kubeconfig that goes to another `https://host:port`, such as a fault proxy's. */
  kubeconfigAt(server: string, as?: Identity): string
  /** Standard output; throws with standard error. As admin, unless told. */
  kubectl(args: readonly string[], options?: { as?: Identity; input?: string }): Promise<string>
  /** A real kubelet in a process of its own. It waits for its requests to be approved. */
  startKubelet(name: string, options?: KubeletOptions): Promise<Kubelet>
  /** Started again under the same name it keeps its certificates, as over a reboot. */
  stopKubelet(name: string): Promise<void>
  /** Machines without a kubelet's server, many in one process; their requests are a kubelet's. */
  startLightKubelets(options: LightKubeletOptions): Promise<LightKubelets>
  /**
   * Thousands of Nodes and requests in seconds, without machines behind them: they send no
   * heartbeat, so give the controller-manager a long `--node-monitor-grace-period` or do without it.
   */
  fill(options: FillOptions): Promise<{ nodesSeconds: number; csrsSeconds: number }>
  /** Makes changes; resolves when the last is written. */
  churn(options: ChurnOptions): Promise<ChurnReport>
  /**
   * The fastest that `count` requests of its own can be approved, as the approver, by 8 workers,
   * so long after the last of them was made.
   */
  putCeiling(count: number, options?: { restMs?: number }): Promise<PutCeiling>
  /** SIGKILL, as a crash; it stays down until `restartApiServer`. */
  killApiServer(): Promise<void>
  /** Stops it, if it runs, and resolves when it is ready again, on the same port. */
  restartApiServer(): Promise<void>
  /** Pids of all that runs, by name; `up` is the supervisor. */
  pids(): Promise<Readonly<Record<string, number>>>
  /** Resolves when no process, address or file is left. */
  stop(): Promise<void>
}

/** Builds what is missing, starts a cluster and resolves when it is ready (about 3 s, built). */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const binary = await buildBinary()
  const [supervisor, info] = await Supervisor.start(binary, options)
  const kubeconfigs = info.kubeconfigs as Readonly<Record<Identity, string>>
  let crowds = 0

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
    kubectl: (args, { as = 'admin', input = '' } = {}) =>
      run(binary, ['kubectl', '--kubeconfig', kubeconfigs[as], ...args], input, info.dir),
    startKubelet: async (name, { bootstrap = 'bootstrap', wait = '15m' } = {}) => {
      const order = { do: 'start-kubelet', name, bootstrap, flags: [`--wait=${wait}`] }
      return (await supervisor.ask(order)) as Kubelet
    },
    stopKubelet: async (name) => {
      await supervisor.ask({ do: 'stop-machine', name })
    },
    startLightKubelets: async (wanted) => {
      const name = `light-kubelets-${++crowds}`
      const { bootstrap = 'bootstrap', count } = wanted
      const order = { do: 'start-light', name, bootstrap, count, flags: lightFlags(wanted) }
      const { pid } = (await supervisor.ask(order)) as { pid: number }
      return {
        pid,
        stop: async () => {
          await supervisor.ask({ do: 'stop-machine', name })
        },
      }
    },
    fill: async ({ newPrefix, machineObjects, ...wanted }) => {
      const count = wanted.nodes + wanted.csrs
      const { network, skip } = (await supervisor.ask({ do: 'take-hosts', count })) as HostRange
      const options = { 'new-prefix': newPrefix, 'machine-objects': machineObjects, network, skip }
      return load('fill', flags({ ...wanted, ...options }))
    },
    churn: ({ kind, events, rate }) => load('churn', flags({ kind, events, rate })),
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

/** A part of the cluster's own network. */
interface HostRange {
  readonly network: string
  readonly skip: number
}

function lightFlags(options: LightKubeletOptions): string[] {
  return flags({
    prefix: options.prefix,
    first: options.first,
    'machine-objects': options.machineObjects,
    wait: options.wait,
    interval: options.interval,
    'ready-after': options.readyAfter,
    heartbeat: options.heartbeat,
    role: options.role,
  })
}

/** What is undefined keeps the command's own default. */
function flags(values: Readonly<Record<string, string | number | boolean | undefined>>): string[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name}=${value}`)
}

/** One command of the binary; its folder is the home, so that nothing is written elsewhere. */
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
    child.stdin?.on('error', () => {}) // it may end before it has read everything
    child.stdin?.end(input)
  })
}
