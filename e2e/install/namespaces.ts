/** Namespaces and cgroups of a machine that runs Pods. Processes inside end with them. */
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '#sandbox/control-plane/wait-until.ts'

/** Addresses of TEST-NET-2 and TEST-NET-3 (RFC 5737): never routed, and no link leads out. */
export const NODE_ADDRESS = '198.51.100.1'
export const CLUSTER_CIDR = '198.51.101.0/24'
export const SERVICE_CIDR = '203.0.113.0/24'

const CGROUPS = '/sys/fs/cgroup'

/** Settings of the whole kernel that a kubelet changes. In its namespace they are files. */
const KERNEL_SETTINGS = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
]

/** Files that daemons write, and an address at which Pods and Services are reached. */
const PREPARE = [
  'set -e',
  'mount -t tmpfs run /run',
  'mount -t tmpfs log /var/log',
  'cp /etc/hosts "$TMPDIR/hosts"',
  'mount --bind "$TMPDIR/hosts" /etc/hosts',
  `for name in ${KERNEL_SETTINGS.join(' ')}; do`,
  '  file="$TMPDIR/$(basename $name)"',
  '  cp /proc/sys/$name "$file"',
  '  mount --bind "$file" /proc/sys/$name',
  'done',
  'ip link set lo up',
  'ip link add node0 type veth peer name node1',
  `ip address add ${NODE_ADDRESS}/32 dev node0`,
  'ip link set node0 up',
  'ip link set node1 up',
  `ip route add ${SERVICE_CIDR} dev node0 src ${NODE_ADDRESS}`,
  'echo 1 > /proc/sys/net/ipv4/ip_forward',
]

/**
 * The command line that runs a command in new namespaces. The shell stays their first process,
 * which adopts orphans; all processes are killed when it ends.
 */
export function inNamespaces(command: readonly string[]): readonly string[] {
  const script = [...PREPARE, 'status=0', '"$@" || status=$?', 'exit $status'].join('\n')
  return [
    ...['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'],
    ...['sh', '-c', script, 'sh', ...command],
  ]
}

export function makeCgroups(name: string): void {
  for (const hierarchy of hierarchies()) mkdirSync(join(hierarchy, name), { recursive: true })
}

/** Removes the cgroup and its children, once no process is left in them. */
export async function removeCgroups(name: string): Promise<void> {
  for (const hierarchy of hierarchies()) {
    const folder = join(hierarchy, name)
    await until(`${folder} to be empty`, () => isRemoved(folder))
  }
}

/** One hierarchy on a machine with cgroup v2, otherwise one for each controller. */
function hierarchies(): readonly string[] {
  const isOne = existsSync(join(CGROUPS, 'cgroup.controllers'))
  const names = isOne ? ['.'] : readdirSync(CGROUPS)
  return names
    .map((name) => join(CGROUPS, name))
    .filter((folder) => existsSync(join(folder, 'cgroup.procs')))
}

/** Whether the cgroup is gone: it stays while one of its processes is ending. */
function isRemoved(folder: string): boolean {
  if (!existsSync(folder)) return true
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !isRemoved(join(folder, entry.name))) return false
  }
  try {
    rmdirSync(folder)
    return true
  } catch {
    return false
  }
}
