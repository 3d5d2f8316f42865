/** The commands for scripts, while machines join a real control plane. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { LightKubelets } from '#sandbox/control-plane/control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { CSRS, conditionTypes, type KubeObject } from '../fixtures/kube-client.ts'
import { sharedCluster } from './shared-cluster.ts'

const PROGRAM = fileURLToPath(new URL('../../cli/programs.ts', import.meta.url))
const MACHINES = ['rack-1', 'rack-2']

const site = sharedCluster()
let kubelets: LightKubelets
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-scripts-'))
  writeFileSync(join(folder, 'rack.csv'), `name\n${MACHINES.join('\n')}\n`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Line = Readonly<Record<string, unknown>>

/** Runs `countersign` as a person who may only look. */
const countersign = (...args: readonly string[]) => countersignAs('viewer', args)

function countersignAs(user: 'viewer' | 'nobody', args: readonly string[]) {
  const child = spawn(
    process.execPath,
    [PROGRAM, ...args, '--kubeconfig', site.cluster.kubeconfigs[user]],
    {
      env: { ...process.env, COUNTERSIGN_LIVE_CERTIFICATES: 'off' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  let errors = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const closed = once(child, 'close')
  const lines = () => said.split('\n').slice(0, -1)
  return {
    lines,
    json: (): Line[] => lines().map((line) => JSON.parse(line)),
    /** Resolves with the exit code; for another code rejects with the words on standard error. */
    async ends(code: number) {
      const [ended] = await closed
      expect({ ended, errors }).toEqual({ ended: code, errors: code === 3 ? errors : '' })
      return errors
    },
  }
}

const waitFor = (goal: string) => ['wait', '--machines', join(folder, 'rack.csv'), '--for', goal]
const wait = (goal: string, ...more: readonly string[]) => countersign(...waitFor(goal), ...more)

async function pending(): Promise<readonly KubeObject[]> {
  const { body } = await site.admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  return body.items.filter((csr) => conditionTypes(csr).length === 0)
}

async function decideAll(verb: 'approve' | 'deny', count: number): Promise<void> {
  const found = await until(`${count} pending requests`, async () => {
    const all = await pending()
    return all.length >= count && all
  })
  const names = found.map(({ metadata }) => metadata.name)
  await site.cluster.kubectl(['certificate', verb, ...names], { as: 'approver' })
}

it('wait --for requested ends once each machine has filed a request', async () => {
  const waiting = wait('requested', '--json')
  await until('both to be told', () => waiting.json().length === 2)
  expect(waiting.json()).toMatchObject(
    MACHINES.map((machine) => ({ machine, stage: 'absent', isDone: false })),
  )
  kubelets = await site.cluster.startLightKubelets({
    count: 2,
    prefix: 'rack-',
    machineObjects: true,
  })
  await waiting.ends(0)
  expect(waiting.json().slice(2)).toMatchObject(
    MACHINES.map(() => ({ stage: 'clientRequested', isDone: true })),
  )
})

it('pending prints each machine that waits, with its requests', async () => {
  const printed = countersign('pending', '--json', '--link', 'https://pages.example/')
  await printed.ends(0)
  const requests = await pending()
  expect(printed.json().toSorted(byMachine)).toMatchObject(
    MACHINES.map((machine) => ({
      machine,
      stage: 'clientRequested',
      next: 'approveClient',
      link: `https://pages.example/machines/${machine}`,
    })),
  )
  const named = printed.json().flatMap((line) => line.requests as readonly string[])
  expect(named.toSorted()).toEqual(requests.map(({ metadata }) => metadata.name).toSorted())
})

it('wait ends with 1 when the time is over', async () => {
  const waiting = wait('ready', '--timeout', '3s')
  await waiting.ends(1)
  expect(waiting.lines().join('\n')).toMatch(/rack-1 {2}Client requested, verified/)
})

it('wait --for ready reports each step, and ends once each Node is Ready and serves', async () => {
  const waiting = wait('ready', '--json')
  await until('both to be told', () => waiting.lines().length === 2)
  await decideAll('approve', 2)
  await until('both serving requests', async () => (await pending()).length === 2)
  await decideAll('approve', 2)
  await waiting.ends(0)
  const stages = waiting.json().filter(({ machine }) => machine === 'rack-1')
  expect(stages.at(0)).toMatchObject({ stage: 'clientRequested', isDone: false })
  expect(stages.at(-1)).toMatchObject({ stage: 'ready', isDone: true })
})

it('wait --for gone ends once no Node and no pending request is left', async () => {
  await kubelets.stop()
  const waiting = wait('gone')
  await until('both to be told', () => waiting.lines().length === 2)
  await site.cluster.kubectl(['delete', 'node', ...MACHINES])
  await waiting.ends(0)
  expect(waiting.lines().slice(-2).toSorted()).toEqual(
    MACHINES.map((machine) => expect.stringMatching(`${machine}  `)),
  )
})

it('wait --for ready ends with 2 where a person denied the last machine that is left', async () => {
  await site.cluster.kubectl(['delete', 'csr', '--all'])
  const again = await site.cluster.startLightKubelets({ count: 2, prefix: 'rack-' })
  const waiting = wait('ready', '--link', 'https://pages.example')
  await decideAll('deny', 2)
  await waiting.ends(2)
  // A kubelet that was denied first may have filed again: its new request is held back.
  expect(waiting.lines().at(-1)).toMatch(
    /(Denied|suspicious) {2}needs a person \(.*denied.*\) https:\/\/pages\.example\/machines\/rack-\d$/,
  )
  await again.stop()
})

it('wait --for gone ends with 3 where Nodes cannot be read', async () => {
  const requests = ['--verb=get,list,watch', '--resource=certificatesigningrequests']
  await site.cluster.kubectl(['create', 'clusterrole', 'requests', ...requests])
  const binding = ['clusterrolebinding', 'requests', '--clusterrole=requests', '--user=nobody']
  await site.cluster.kubectl(['create', ...binding])
  // Without its role the binding gives no right to the tests of other files.
  onTestFinished(async () => {
    await site.cluster.kubectl(['delete', 'clusterrole', 'requests'])
  })
  const waiting = countersignAs('nobody', waitFor('gone'))
  expect(await waiting.ends(3)).toContain('Nodes cannot be read')
  await countersignAs('nobody', waitFor('requested')).ends(0)
})

it('a list that cannot be read ends wait with 3, and its line is named', async () => {
  writeFileSync(join(folder, 'rack.csv'), 'name\nrack-1\nrack-1\n')
  expect(await wait('ready').ends(3)).toContain('Line 3: ')
})

function byMachine(one: Line, other: Line): number {
  return String(one.machine).localeCompare(String(other.machine))
}
