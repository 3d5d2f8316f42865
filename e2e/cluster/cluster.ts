/** A real Kubernetes control plane on this machine, for tests, benchmarks and play. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { buildBinary } from './build.ts'
import { type ClusterInfo, Supervisor } from './supervisor.ts'

/** Who a kubeconfig is for; `bootstrap` is OpenShift's node-bootstrapper, `kubeadm` a token's. */
export type Identity = 'admin' | 'viewer' | 'approver' | 'nobody' | 'bootstrap' | 'kubeadm'

export interface ClusterOptions {
  /** Machines, ClusterOperators and ClusterVersions of OpenShift, Machines of Cluster API. Default true. */
  readonly openshift?: boolean
  /** Without it nothing is issued, cleaned up or marked NotReady. Default true. */
  readonly controllerManager?: boolean
  /** More flags, `--name=value`. */
  readonly apiServerArgs?: readonly string[]
  /** More flags: `--cluster-signing-duration=60s` makes certificates that soon want renewal. */
  readonly controllerManagerArgs?: readonly string[]
}

/** A kubelet's process; `address` is its node's InternalIP. */
export interface Kubelet {
  readonly name: string
  readonly address: string
  readonly pid: number
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
  /** Standard output; throws with standard error. As admin, unless told. */
  kubectl(args: readonly string[], options?: { as?: Identity; input?: string }): Promise<string>
  /** A real kubelet in a process of its own. It waits for its requests to be approved. */
  startKubelet(name: string, options?: { bootstrap?: Identity }): Promise<Kubelet>
  stopKubelet(name: string): Promise<void>
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

  return {
    dir: info.dir,
    server: info.server,
    ca: info.ca,
    kubeconfigs,
    auditLog: info.auditLog,
    noKubelets: info.noKubelets,
    readyMs: info.readyMs,
    kubectl: (args, { as = 'admin', input = '' } = {}) =>
      run(binary, ['kubectl', '--kubeconfig', kubeconfigs[as], ...args], input, info.dir),
    startKubelet: async (name, { bootstrap = 'bootstrap' } = {}) =>
      (await supervisor.ask({ do: 'start-kubelet', name, bootstrap })) as Kubelet,
    stopKubelet: async (name) => {
      await supervisor.ask({ do: 'stop-machine', name })
    },
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
