/**
 * One machine that runs Pods: the shipped kubelet with containerd, runc and a CNI plugin, a scheduler
 * and kube-proxy. It lives in the namespaces that `run-installed.ts` makes, and ends with them.
 */
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildBinary } from '#sandbox/control-plane/build-control-plane.ts'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { CLUSTER_CIDR, NODE_ADDRESS, SERVICE_CIDR } from './namespaces.ts'
import type { Place } from './place.ts'
import { CNI_PLUGINS } from './pod-packages.ts'
import { programImage } from './program-image.ts'
import { REGISTRY, type Registry, writeRegistryHosts } from './registry.ts'

export const NODE_NAME = 'pods-1'
const PAUSE_IMAGE = 'pause:1'
const CNI_VERSION = '0.4.0'

const run = promisify(execFile)

/** Arguments of `startCluster` for a control plane that Pods can reach, and that makes them. */
export const FOR_PODS = {
  apiServerArgs: [
    `--advertise-address=${NODE_ADDRESS}`,
    '--bind-address=0.0.0.0',
    `--service-cluster-ip-range=${SERVICE_CIDR}`,
    `--audit-policy-file=${fileURLToPath(new URL('call-log-policy.yaml', import.meta.url))}`,
  ],
  controllerManagerArgs: [
    `--controllers=${[
      'deployment-controller',
      'replicaset-controller',
      'endpointslice-controller',
      'disruption-controller',
      'persistentvolume-binder-controller',
    ].join(',')}`,
  ],
}

const folderOf = ({ dir }: Cluster) => join(dir, 'node')
const networkOf = (cluster: Cluster) => join(folderOf(cluster), 'net.d')

/** Resolves when the machine has joined; it is Ready once it is connected. */
export async function startPodNode(
  cluster: Cluster,
  place: Place,
  registry: Registry,
): Promise<void> {
  const binary = await buildBinary()
  const folder = folderOf(cluster)
  const network = networkOf(cluster)
  mkdirSync(network, { recursive: true })
  const socket = join(folder, 'containerd.sock')

  function write(name: string, text: string): string {
    const file = join(folder, name)
    writeFileSync(file, text)
    return file
  }

  /** Starts a program whose output goes into the cluster's folder of logs. */
  function start(name: string, command: string, args: readonly string[]): void {
    const log = openSync(join(cluster.dir, 'logs', `${name}.log`), 'a')
    const env = { ...process.env, HOME: folder, NODE_NAME }
    spawn(command, args, { cwd: folder, env, stdio: ['ignore', log, log] })
  }

  const registries = join(folder, 'registries')
  writeRegistryHosts(registries)
  await registry.push(programImage(place.pause, PAUSE_IMAGE), PAUSE_IMAGE)
  const runtime = write(
    'containerd.toml',
    containerdConfig({ folder, socket, network, registries }),
  )
  start('containerd', 'containerd', ['--config', runtime])
  await until('containerd to answer', () =>
    run('ctr', ['--address', socket, 'version']).catch(() => null),
  )

  const admin = `--kubeconfig=${cluster.kubeconfigs.admin}`
  const settings = write('kubelet.json', kubeletConfig(cluster, folder, socket, place.cgroup))
  start('pod-kubelet', binary, [
    'pod-kubelet',
    `--config=${settings}`,
    `--root-dir=${join(folder, 'kubelet')}`,
    `--cert-dir=${join(folder, 'pki')}`,
    `--kubeconfig=${join(folder, 'kubeconfig')}`,
    `--bootstrap-kubeconfig=${cluster.kubeconfigs.bootstrap}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${NODE_ADDRESS}`,
  ])
  start('kube-scheduler', binary, [
    ...['kube-scheduler', admin, '--leader-elect=false', '--secure-port=0'],
  ])
  start('kube-proxy', binary, [
    ...['kube-proxy', admin, '--proxy-mode=nftables', `--hostname-override=${NODE_NAME}`],
    ...[`--cluster-cidr=${CLUSTER_CIDR}`, '--conntrack-max-per-core=0'],
  ])
  await approveBoth(cluster)
}

/** Writes the CNI configuration, without which no Pod has a network of its own. */
export async function connectPods(cluster: Cluster): Promise<void> {
  writeFileSync(join(networkOf(cluster), '10-pods.conflist'), networkConfig(folderOf(cluster)))
  const ready = ['--for=condition=Ready', `node/${NODE_NAME}`, '--timeout=120s']
  await cluster.kubectl(['wait', ...ready])
}

/** Approves the machine's client and serving request, as the admin of a new cluster does. */
async function approveBoth(cluster: Cluster): Promise<void> {
  for (const user of ['node-bootstrapper', NODE_NAME]) {
    const name = await until(`a request of ${user}`, async () => {
      const names = await cluster.kubectl([
        ...['get', 'csr', '--no-headers', '-o'],
        'custom-columns=:metadata.name,:spec.username',
      ])
      return names.split('\n').find((line) => line.endsWith(user))
    })
    await cluster.kubectl(['certificate', 'approve', name.split(' ')[0] ?? ''])
  }
}

function containerdConfig({
  folder,
  socket,
  network,
  registries,
}: Readonly<Record<'folder' | 'socket' | 'network' | 'registries', string>>): string {
  return `version = 2
root = "${folder}/containerd"
state = "${folder}/containerd-state"
oom_score = 0
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
]
[grpc]
address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${REGISTRY}/${PAUSE_IMAGE}"
disable_apparmor = true
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "${CNI_PLUGINS}"
conf_dir = "${network}"
[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "${registries}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = false
`
}

function kubeletConfig(cluster: Cluster, folder: string, socket: string, cgroup: string): string {
  return JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: NODE_ADDRESS,
    healthzPort: 0,
    authentication: { x509: { clientCAFile: cluster.ca }, anonymous: { enabled: false } },
    serverTLSBootstrap: true,
    rotateCertificates: true,
    containerRuntimeEndpoint: `unix://${socket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: cgroup,
    // Relaxed limits: this machine is no server that only runs Pods.
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    podLogsDir: join(folder, 'pod-logs'),
    volumePluginDir: join(folder, 'plugins'),
    resolvConf: '',
    nodeStatusUpdateFrequency: '2s',
  })
}

function networkConfig(folder: string): string {
  return JSON.stringify({
    cniVersion: CNI_VERSION,
    name: 'pods',
    plugins: [
      {
        type: 'ptp',
        ipam: {
          type: 'host-local',
          dataDir: join(folder, 'addresses'),
          ranges: [[{ subnet: CLUSTER_CIDR }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
    ],
  })
}
