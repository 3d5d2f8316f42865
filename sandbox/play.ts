import type { NodeAddress } from '#lib/csr/model.ts'
import {
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_BOOTSTRAPPER,
  NODE_BOOTSTRAPPER_GROUPS,
  NODE_GROUP,
  NODE_USER_PREFIX,
  REASON_APPROVE,
  REASON_DENY,
} from '#lib/csr/names.ts'
import { decisionMessage } from '#lib/csr/policy/decision-message.ts'
import { Authority, type KeyedCertificate } from '#sandbox/authority.ts'
import { requestBody } from '#sandbox/http-request.ts'
import { person, SYSTEM, type User } from '#sandbox/identities.ts'
import { SimulatedMachine, type Surroundings } from '#sandbox/machine-life.ts'
import { createMachineObject } from '#sandbox/machine-objects.ts'
import { registerNode, setReady } from '#sandbox/node-life.ts'
import type { CsrObject } from '#sandbox/objects.ts'
import type { Api } from '#sandbox/resource-api.ts'
import {
  type DecisionStory,
  type KubeletCertificate,
  type MachineStory,
  type OtherRequest,
  type Scenario,
  type StandingNode,
  secondsOf,
} from '#sandbox/scenario.ts'
import { CSRS } from '#sandbox/served-resources.ts'

/** Seconds of the story before the start of the sandbox. */
export function lengthOf({ standing, machines, others }: Scenario): number {
  return Math.max(
    3600,
    ...standing.map(({ daysOld }) => daysOld * 86_400 + 60),
    ...machines.map(({ began }) => secondsOf(began) + 60),
    ...others.map(({ filed }) => secondsOf(filed) + 60),
  )
}

/** Schedules every event of the story; `start` is the time at which the sandbox goes live. */
export function play(stage: Stage, scenario: Scenario, start: number): void {
  const { api } = stage
  const at = (time: string, act: () => void) => {
    api.clock.after((start - api.clock.now()) / 1000 - secondsOf(time), act)
  }
  for (const node of scenario.standing) playStanding(stage, node, at)
  for (const story of scenario.machines) playMachine(stage, scenario, story, at)
  for (const request of scenario.others) at(request.filed, () => file(api, request))
}

/** Parts of the sandbox that a story changes. */
export interface Stage extends Surroundings {
  readonly authority: Authority
}

type At = (time: string, act: () => void) => void

function playStanding({ api, kubelets, authority }: Stage, node: StandingNode, at: At): void {
  const { name, ip, silentFor, machineObject, role } = node
  const addresses = addressesOf(name, ip)
  at(`${node.daysOld * 1440}:00`, () => {
    if (machineObject !== undefined) {
      createMachineObject(api, { name: machineObject, role, addresses: machineAddresses(name, ip) })
    }
    registerNode(api, { ...node, addresses })
    setReady(api, name, true)
    const now = api.clock.now()
    // Its request was deleted long ago.
    giveCertificate({ kubelets, authority }, node, now)
  })
  if (silentFor !== undefined) at(silentFor, () => setReady(api, name, false))
}

/** Gives the kubelet the certificate of its story, as of `now`, milliseconds since 1970. */
function giveCertificate(
  { kubelets, authority }: Pick<Stage, 'kubelets' | 'authority'>,
  { name, ip, presents = 'cluster' }: Pick<StandingNode, 'name' | 'ip' | 'presents'>,
  now: number,
): void {
  const servesAt = { name, ip }
  const makes: Readonly<Record<KubeletCertificate, (() => KeyedCertificate) | null>> = {
    cluster: () => {
      const commonName = NODE_USER_PREFIX + name
      return authority.issueWithKey({ commonName, organizations: [NODE_GROUP], servesAt, now })
    },
    selfSigned: () => Authority.selfSigned(name, now),
    unknownCa: () =>
      new Authority('rack2-pki', now).issueWithKey({ commonName: name, servesAt, now }),
    none: null,
  }
  const make = makes[presents]
  if (make === null) kubelets.wipe(name)
  else kubelets.present(name, make)
}

function playMachine(stage: Stage, { hasMachines }: Scenario, story: MachineStory, at: At): void {
  const { api, random } = stage
  const { name, ip, role, machineObject, switchedOff } = story
  const withObject = hasMachines && machineObject !== undefined
  const machine = new SimulatedMachine(stage, {
    name,
    role,
    addresses: addressesOf(name, ip),
    bootstrapper: bootstrapperOf(story),
    joinsAfter: 2 + random.next() * 2,
    readyAfter: story.readyAfterSeconds ?? 8 + random.next() * 12,
    servingAfter: story.servingAfterSeconds ?? 2 + random.next() * 3,
    client: story.client ?? {},
    serving: story.serving ?? {},
  })
  at(story.began, () => {
    if (withObject) {
      createMachineObject(api, { name: machineObject, role, addresses: machineAddresses(name, ip) })
    }
    // Seconds from a machine's Machine object to its first request.
    api.clock.after(withObject ? 15 : 0, () => machine.start())
  })
  for (const decision of story.decisions ?? []) at(decision.at, () => decide(api, name, decision))
  if (switchedOff !== undefined) at(switchedOff, () => machine.stop())
}

function file(api: Api, request: OtherRequest): void {
  const { filed: _, requestor, ...story } = request
  const user = person(requestor.username, requestor.groups)
  const collection = { resource: CSRS, namespace: '', name: '', subresource: '' }
  api.accept(user, collection, requestBody(story))
}

/** Decides the machine's newest pending request with Countersign's reason and message. */
function decide(api: Api, nodeName: string, story: DecisionStory): void {
  const { purpose, decision, by, note = '' } = story
  const signerName = purpose === 'client' ? KUBE_APISERVER_CLIENT_KUBELET : KUBELET_SERVING
  const pending = (api.store.list(CSRS) as readonly CsrObject[])
    .filter(({ spec, status }) => spec.signerName === signerName && !status.conditions?.length)
    .filter((csr) => speaksFor(csr, nodeName))
  const version = ({ metadata }: CsrObject) => Number(metadata.resourceVersion)
  const newest = pending.toSorted((a, b) => version(a) - version(b)).at(-1)
  if (newest === undefined) throw new Error(`nothing to decide for ${nodeName}: ${purpose}`)
  const { name } = newest.metadata
  const record = { person: by, requestId: newest.metadata.uid?.slice(0, 8) ?? '', note }
  const condition = {
    type: decision === 'approve' ? 'Approved' : 'Denied',
    status: 'True',
    reason: decision === 'approve' ? REASON_APPROVE : REASON_DENY,
    message: decisionMessage(decision, record),
  }
  const target = { resource: CSRS, namespace: '', name, subresource: 'approval' }
  api.update(SYSTEM, target, { ...newest, status: { ...newest.status, conditions: [condition] } })
}

function speaksFor({ spec }: CsrObject, nodeName: string): boolean {
  const pem = Buffer.from(spec.request, 'base64').toString('latin1')
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64').toString('latin1')
  return der.includes(`system:node:${nodeName}`)
}

function bootstrapperOf({ viaToken }: MachineStory): User {
  return viaToken === undefined
    ? {
        ...{ username: NODE_BOOTSTRAPPER, uid: BOOTSTRAPPER_UID },
        ...{ groups: NODE_BOOTSTRAPPER_GROUPS, extra: {} },
      }
    : person(`system:bootstrap:${viaToken}`, [
        'system:bootstrappers',
        'system:bootstrappers:kubeadm:default-node-token',
      ])
}

const BOOTSTRAPPER_UID = '8d4f0a52-6c0e-4a8d-9b0e-1f2d6f1f7a10'

function addressesOf(name: string, ip: string): NodeAddress[] {
  return [
    { type: 'InternalIP', address: ip },
    { type: 'Hostname', address: name },
  ]
}

function machineAddresses(name: string, ip: string): NodeAddress[] {
  return [...addressesOf(name, ip), { type: 'InternalDNS', address: name }]
}
