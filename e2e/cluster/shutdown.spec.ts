import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { existsSync, globSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { buildBinary } from '#sandbox/control-plane/build-control-plane.ts'
import { childrenOf } from '#sandbox/control-plane/children.ts'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { hasKubelets } from '#sandbox/control-plane/real-kubelets.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { kubeClient } from '../fixtures/kube-client.ts'
import { listUids } from '../fixtures/real-requests.ts'

const cli = fileURLToPath(new URL('../../sandbox/control-plane/cli.ts', import.meta.url))

/** Processes with the cluster's folder as working directory, and their supervisor. */
function processesOf(dir: string): number[] {
  const found = new Set<number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      if (readlinkSync(`/proc/${entry}/cwd`) !== dir) continue
      found.add(Number(entry))
      // Format: pid (name) state ppid …, where the name may hold anything but a last parenthesis
      const [, ppid] = readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      found.add(Number(ppid))
    } catch {
      // The process has ended meanwhile.
    }
  }
  return [...found]
}

function addressesOf(dir: string): string[] {
  return readdirSync(join(dir, 'addresses')).map(addressIn)
}

function addressIn(note: string): string {
  return note.replace('_', '/')
}

function onLoopback(): string {
  return spawnSync('ip', ['-brief', 'address', 'show', 'lo'], { encoding: 'utf8' }).stdout ?? ''
}

/**
 * Addresses that are still configured. Another cluster may take a freed one, and records that in
 * its own folder a moment later.
 */
async function keptOf(dir: string, addresses: readonly string[]): Promise<string[]> {
  const kept = () => {
    const lo = onLoopback()
    const others = globSync('countersign-cluster-*/addresses/*', { cwd: dirname(dir) })
      .filter((note) => !note.startsWith(`${basename(dir)}/`))
      .map((note) => addressIn(basename(note)))
    return addresses.filter((address) => lo.includes(address) && !others.includes(address))
  }
  await until('all were given back', () => kept().length === 0, 1_000).catch(() => {})
  return kept()
}

interface Left {
  readonly processes: readonly number[]
  readonly addresses: readonly string[]
  readonly folder: boolean
}

async function left(
  dir: string,
  pids: readonly number[],
  addresses: readonly string[],
): Promise<Left> {
  return {
    processes: pids.filter((pid) => existsSync(`/proc/${pid}`)),
    folder: existsSync(dir),
    addresses: await keptOf(dir, addresses),
  }
}

const NOTHING: Left = { processes: [], addresses: [], folder: false }

/** Remains of the cluster: none, or those left after 45 s. */
async function leftAtLast(
  dir: string,
  pids: readonly number[],
  addresses: readonly string[],
): Promise<Left> {
  const isGone = async () => {
    const now = await left(dir, pids, addresses)
    return now.processes.length === 0 && now.addresses.length === 0 && !now.folder
  }
  await until('nothing is left', isGone, 45_000).catch(() => {})
  return left(dir, pids, addresses)
}

/** Starts a cluster that is stopped at the end of the test, however that ends. */
async function startOne(): Promise<Cluster> {
  const cluster = await startCluster({ openshift: false })
  onTestFinished(() => cluster.stop())
  return cluster
}

type Owner = ChildProcessByStdio<null, Readable, null>

/** Starts the owner of a cluster, killed at the end of the test: its cluster ends with it. */
function spawnOwner(...args: readonly string[]): Owner {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** `npm run cluster` with a real kubelet and two light ones, once each has filed its request. */
async function startCli(): Promise<{ child: Owner; dir: string }> {
  const child = spawnOwner('--kubernetes', '--kubelets', '1', '--machines', '2')
  const places = new Map<string, string>()
  let done = false
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, name = '', path = ''] = /^ {2}(\w.*?) {2,}(.+)$/.exec(line) ?? []
    places.set(name, path)
    if (line.startsWith('Ctrl-C')) done = true
  })
  await until('the cluster runs', () => done || child.exitCode !== null, 60_000)
  expect(child.exitCode).toBeNull()
  const admin = kubeClient(places.get('admin') ?? '')
  await until('three machines to ask', async () => (await listUids(admin)).length === 3)
  await admin.close()
  return { child, dir: dirname(places.get('audit log') ?? '') }
}

/** Working directory of a process; null when it has ended. */
function folderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return null
  }
}

// Compile before the tests' time limits begin.
beforeAll(async () => {
  await buildBinary()
})

describe('after the end no process, no address and no file is left', () => {
  it('no process, address or file is left after stop()', async () => {
    const cluster = await startOne()
    await cluster.startLightKubelets({ count: 2 })
    if (hasKubelets(cluster)) await cluster.startKubelet('worker-1')
    const pids = processesOf(cluster.dir)
    const addresses = addressesOf(cluster.dir)
    expect(pids.length).toBeGreaterThanOrEqual(5)
    expect(addresses).toHaveLength(hasKubelets(cluster) ? 2 : 0)
    await cluster.stop()
    expect(await left(cluster.dir, pids, addresses)).toEqual(NOTHING)
  })

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'no process, address or file is left after its owner ended by %s',
    async (signal) => {
      const { child, dir } = await startCli()
      const pids = processesOf(dir)
      const addresses = addressesOf(dir)
      expect(pids.length).toBeGreaterThanOrEqual(5)
      child.kill(signal)
      expect(await leftAtLast(dir, [...pids, child.pid ?? 0], addresses)).toEqual(NOTHING)
    },
  )

  it('no process, address or file is left after its owner was killed while it started', async () => {
    const child = spawnOwner('--kubernetes')
    const supervisor = await until('the supervisor', () => childrenOf(child.pid ?? 0)[0], 20_000)
    // A new process first has its parent's directory, and Go's first one ends at once.
    const dir = await until(
      'etcd in its folder',
      () => {
        const its = folderOf(supervisor)
        return childrenOf(supervisor)
          .map(folderOf)
          .find((folder) => folder !== null && folder !== its)
      },
      20_000,
    )
    child.kill('SIGKILL')
    expect(await leftAtLast(dir, [supervisor, ...processesOf(dir)], [])).toEqual(NOTHING)
  })

  it('no process, address or file of a killed supervisor is left once another cluster starts', async () => {
    const doomed = await startOne()
    if (hasKubelets(doomed)) await doomed.startKubelet('worker-1')
    const { up, ...rest } = await doomed.pids()
    const addresses = addressesOf(doomed.dir)
    process.kill(up ?? 0, 'SIGKILL')
    await until('its children are dead', () =>
      Object.values(rest).every((pid) => !existsSync(`/proc/${pid}`)),
    )
    await expect(doomed.pids()).rejects.toThrow(/ended/)
    await startOne()
    expect(await left(doomed.dir, Object.values(rest), addresses)).toEqual(NOTHING)
  })
})
