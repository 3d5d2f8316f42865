import { issueOtherwise } from '#e2e/approver/alarm-cases.ts'
import { canMeet, type Fault } from '#e2e/approver/fault.ts'
import { type Answer, type Ports, portAddress } from '#e2e/approver/kubelet-ports.ts'
import {
  deleteNode,
  denyOne,
  joinMachine,
  joinNode,
  nextSecond,
  twinMachine,
} from '#e2e/approver/machines.ts'
import { FAULTS } from '#e2e/approver/request-faults.ts'
import { files, owns, type Story, type Victim } from '#e2e/approver/story.ts'
import { type KubeClient, type KubeObject, tryToFile } from '#e2e/fixtures/kube-client.ts'
import { makeCsr, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import type { NodeAddress } from '#lib/csr/model.ts'

/** Serving requests, good and hostile, with the machines that file them. */
export interface Traffic {
  readonly good: readonly Planned[]
  readonly hostile: readonly Planned[]
  readonly victims: readonly Victim[]
}

export interface Planned {
  /** Description for a failure message. */
  readonly name: string
  readonly story: Story
  /** Faults of the request: none, one or two. */
  readonly faults: readonly Fault[]
}

/** Ports of the machines, with the answer for those that present another node's certificate. */
export interface Asked {
  readonly ports: Ports
  readonly anothers: Answer
}

/** Policy under which every fault is one, and no good request has one. */
export const TRAFFIC_SPEC = {
  allowedAddresses: ['198.19.0.0/16', '10.76.0.0/14', 'fd77::/64', '127.0.0.0/8', '2002::/16'],
  allowedNames: [
    'rack-*',
    'edge-*',
    'core-*',
    'c0re-*',
    'db-*',
    'localhost',
    'kubernetes.default.svc',
    // Loopback addresses as integers.
    '213*',
  ],
  rules: [
    {
      name: 'no-databases',
      message: 'Databases have certificates of their own.',
      cel: '!request.dnsNames.exists(name, name.startsWith("db-"))',
    },
  ],
  expectedComplete: true,
}

/** Every so many machines have an RSA key: making one takes longer than all calls about it. */
const RSA_EVERY = 25

/** Kinds of machines, by their certificates. */
const KINDS: readonly ((story: Story, v6: string) => Story)[] = [
  (story) => story,
  (story, v6) => owns(story, internal(v6)),
  (story) => files(story, { dnsNames: [] }),
  (story) => files(story, { ipAddresses: [] }),
  (story) => files(story, { keyType: 'P-384' }),
  (story) => files(story, { keyType: 'P-521' }),
  (story) => files(story, { keyType: 'Ed25519' }),
  (story) => files(story, { usages: ['digital signature', 'key encipherment', 'server auth'] }),
  (story) => files(story, { dnsNames: [`${story.nodeName.toUpperCase()}.`] }),
]

/** KINDS, and one without a Machine, which only the list confirms. */
const GOOD_KINDS: typeof KINDS = [...KINDS, (story) => ({ ...story, machine: null })]

/** Good requests, equally many of each kind of machine. */
export function goodTraffic(count: number): Planned[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = GOOD_KINDS[index % GOOD_KINDS.length]
    const story = plain(`rack-${index}`, index)
    return {
      name: `good ${index}`,
      story: kind?.(story, `fd77::${(index + 1).toString(16)}`) ?? story,
      faults: [],
    }
  })
}

/** All pairs are 1,700: every fifth has each fault with several others. */
const EVERY_PAIR = 5
/** Kinds of machines on which a fault is alone; the next fault begins at another kind. */
const KINDS_EACH = 4

/** Every fault alone and pairs of faults that can meet, on the kinds of machines in turn. */
export function hostileTraffic(firstAddress: number): Pick<Traffic, 'hostile' | 'victims'> {
  const alone = FAULTS.flatMap((fault, index) =>
    Array.from({ length: KINDS_EACH }, (_, n) => ({
      kind: (index + n * 2) % KINDS.length,
      faults: [fault],
    })),
  )
  const pairs = FAULTS.flatMap((first, index) =>
    FAULTS.slice(index + 1)
      .filter((second) => canMeet(first, second))
      .map((second) => [first, second]),
  )
    .filter((_, index) => index % EVERY_PAIR === 0)
    .map((faults, index) => ({ kind: index % KINDS.length, faults }))
  const hostile: Planned[] = []
  const victims: Victim[] = []
  for (const [index, { kind, faults }] of [...alone, ...pairs].entries()) {
    const number = firstAddress + 2 * index
    const victim = {
      nodeName: `core-${index}`,
      address: portAddress(number),
      promised: ip('10.76', number),
    }
    const ask = () => {
      if (!victims.includes(victim)) victims.push(victim)
      return victim
    }
    const base = plain(`edge-${index}`, number + 1)
    const story = KINDS[kind]?.(base, `fd77::b:${(index + 1).toString(16)}`) ?? base
    hostile.push({
      name: faults.map(({ name }) => name).join(' and '),
      story: faults.reduce((faulty: Story, fault: Fault) => fault.apply(faulty, ask), story),
      faults,
    })
  }
  return { hostile, victims }
}

/** The admin's list as CSV: expected machines and their addresses. */
export function expectedList({ good, hostile, victims }: Traffic): string {
  const stories = machinesOf([...good, ...hostile].map(({ story }) => story))
  const rows = stories.flatMap(({ nodeName, expected }) =>
    expected === null ? [] : [`${nodeName},${expected.join(' ')}`],
  )
  const promises = victims.map(({ nodeName, promised }) => `${nodeName},${promised}`)
  return ['name,addresses', ...promises, ...rows].join('\n')
}

/** Most concurrent calls: as fast as one client gets answers. */
const AT_A_TIME = 16

/**
 * Makes the machines, victims first: a look-alike resembles an existing one. Machines younger than
 * their request wait for `joinLate`.
 */
export async function joinAll(kube: KubeClient, traffic: Traffic, asked?: Asked): Promise<void> {
  await eachOf(traffic.victims, ({ nodeName, address }) =>
    joinNode(kube, nodeName, [internal(address)]),
  )
  const stories = machinesOf([...traffic.good, ...traffic.hostile].map(({ story }) => story))
  await eachOf(stories, async (story) => {
    if (story.alarmed) await issueOtherwise(kube, story.nodeName)
    if (story.deniedBefore) await denyOne(kube, story.nodeName)
    if (story.nodeIs !== 'younger') await join(kube, story, asked)
  })
}

/** Makes the remaining machines, after all requests have been filed. */
export async function joinLate(
  kube: KubeClient,
  { hostile }: Traffic,
  asked?: Asked,
): Promise<void> {
  await nextSecond()
  const stories = hostile.map(({ story }) => story).filter(({ nodeIs }) => nodeIs === 'younger')
  await eachOf(stories, (story) => join(kube, story, asked))
}

async function join(kube: KubeClient, story: Story, asked: Asked | undefined): Promise<void> {
  const { nodeName, address, node, nodeIs, machine } = story
  const finalizers = nodeIs === 'beingDeleted' ? ['countersign.dev/kept'] : []
  const options = { finalizers, kubeletPort: asked?.ports.port }
  if (story.presents !== undefined) asked?.ports.present(address, asked.anothers)
  if (machine !== null) await joinMachine(kube, nodeName, node, machine, options)
  else if (node !== null) await joinNode(kube, nodeName, node, options)
  if (story.machineTwice && machine !== null) await twinMachine(kube, nodeName, machine)
  if (nodeIs === 'beingDeleted' && node !== null) await deleteNode(kube, nodeName)
}

/** Each machine once: several stories of one machine agree. */
function machinesOf(stories: readonly Story[]): Story[] {
  const machines = new Map<string, Story>()
  for (const story of stories) {
    const known = machines.get(story.nodeName)
    machines.set(
      story.nodeName,
      known === undefined
        ? story
        : {
            ...known,
            node: together(known.node, story.node),
            machine: together(known.machine, story.machine),
            expected: together(known.expected, story.expected),
          },
    )
  }
  return [...machines.values()]
}

function together<Item>(one: readonly Item[] | null, other: readonly Item[] | null): Item[] {
  const all = [...(one ?? []), ...(other ?? [])]
  return [...new Map(all.map((item) => [JSON.stringify(item), item])).values()]
}

/** Files a request as its story's user; null when the API server refuses it. */
export async function fileStory(kube: KubeClient, planned: Planned): Promise<KubeObject | null> {
  const { story, faults } = planned
  const { request, signerName, usages, requestor, expirationSeconds } = makeCsr({
    kind: 'serving',
    ...story.filing,
  })
  const filing = { request, signerName, usages, expirationSeconds, as: requestor }
  const answer = await tryToFile(kube, filing)
  if (answer.status === 201) return answer.body
  if (faults.some(({ turnedAway }) => turnedAway === true)) return null
  throw new Error(`${planned.name} (${answer.status}): ${answer.body.message}`)
}

export async function eachOf<Item>(
  items: readonly Item[],
  work: (item: Item) => unknown,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const item = items[next]
      next += 1
      if (item !== undefined) await work(item)
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
}

/** Shuffles with a fixed seed. */
export function shuffled<Item>(items: readonly Item[]): Item[] {
  let seed = 20_261_124
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return seed / 2 ** 32
  }
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

function plain(nodeName: string, index: number): Story {
  const address = portAddress(index)
  const node: NodeAddress[] = [internal(address), { type: 'Hostname', address: nodeName }]
  return {
    nodeName,
    address,
    node,
    machine: [...node, { type: 'InternalDNS', address: nodeName }],
    expected: [address],
    filing: {
      nodeName,
      requestor: nodeRequestor(nodeName),
      dnsNames: [nodeName],
      ipAddresses: [address],
      ...(index % RSA_EVERY === 0 && { keyType: 'RSA-2048' as const }),
    },
  }
}

function internal(address: string): NodeAddress {
  return { type: 'InternalIP', address }
}

function ip(network: string, index: number): string {
  return `${network}.${(index + 1) >> 8}.${(index + 1) & 255}`
}
