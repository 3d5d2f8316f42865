import { canonicalDns } from '#lib/csr/addresses/addresses.ts'
import { domainsAfter } from '#lib/csr/addresses/own-name.ts'
import { type Automatic, actOn, isAsking } from '#lib/csr/approval/automatic.ts'
import type { Context, Question } from '#lib/csr/checks/check-question.ts'
import { mayBeService, maybeAnothers } from '#lib/csr/checks/sans/sans-checks.ts'
import { type Claim, emptyMemo, keysOf } from '#lib/csr/claim/claim.ts'
import type { CheckCode, CheckResult, Csr, MachineObject, Node, Reason } from '#lib/csr/model.ts'
import {
  APPROVED,
  isKubeletSigner,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_PORT,
} from '#lib/csr/names.ts'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { readIssued } from '#lib/csr/reading/certificate.ts'
import { CHECKS } from '#lib/csr/verdict/check-table.ts'
import { type Answered, ask, type Concluded, conclude, reasonOf } from '#lib/csr/verdict/verdict.ts'
import { type Readable, World } from '#lib/csr/world/world.ts'

/**
 * A pending request at one moment, with the facts that any policy needs to judge it: results of the
 * policy-independent checks, inputs of the others, and whether it was superseded or awaited.
 */
export interface Captured {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly claim: Claim
  readonly superseded: boolean
  readonly asking: boolean
  readonly readable: Readable
  readonly node: Node | null
  /** Whether the Node existed but could not be read. */
  readonly isNodeAside: boolean
  /** Whether another client request for its name was approved. */
  readonly wasApprovedBefore: boolean
  readonly machine: MachineObject | null
  /** Entries of the list of expected machines that concern this request; null without a list. */
  readonly expected: readonly ExpectedMachine[] | null
  /** Whether only the machine vouched for an address while the Service networks were unknown. */
  readonly mayBeService: boolean
  /** Whether another node, whose addresses were cut, may have one of its addresses. */
  readonly mayBeAnothers: boolean
  readonly answers: ReadonlyMap<CheckCode, CheckResult>
}

/** A policy's automatic action for a request, and the first obstacle. */
export interface Forecast {
  readonly automatic: Automatic
  /** The finding of the check that `automatic` names, or the one that confirmed the machine. */
  readonly reason: Reason | null
}

/** Checks whose results are stored; the others run again for each policy. */
const KEPT = CHECKS.filter(({ policy }) => policy === undefined)

/** Captures a claim that is pending now. Costs one run of the stored checks. */
export function capture(
  claim: Claim,
  world: World,
  context: Context,
  superseded: boolean,
): Captured {
  const { nodeName } = claim
  const question: Question = { claim, world, ...context }
  const answers = new Map<CheckCode, CheckResult>()
  for (const check of KEPT) {
    if (check.appliesTo.includes(claim.kind)) {
      answers.set(check.code, brief(ask(check, question).result))
    }
  }
  return {
    at: context.now,
    claim,
    superseded,
    asking: isAsking(claim, world, context),
    readable: world.readable,
    node: nodeName === null ? null : world.cluster.node(nodeName),
    isNodeAside: nodeName !== null && world.isNodeAside(nodeName),
    wasApprovedBefore: nodeName !== null && world.requests.hasApprovedClient(nodeName),
    machine: nodeName === null ? null : world.cluster.machineFor(nodeName),
    expected: expectedOf(claim, world),
    mayBeService: claim.sans.some((san) =>
      mayBeService(san, nodeName, { world, now: context.now }),
    ),
    mayBeAnothers:
      nodeName !== null &&
      maybeAnothers(claim.sans, nodeName, { world, now: context.now }).length > 0,
    answers,
  }
}

/**
 * The captured client request without the Node that was created later. A Machine linked to that Node
 * was linked later as well, although its watch may have reported it earlier.
 */
export function withoutNode(captured: Captured, context: Context): Captured {
  const { node, machine } = captured
  const isLinked = node !== null && machine !== null && isLinkedTo(machine, node)
  const unlinked = isLinked ? { ...machine, nodeRef: null } : machine
  const before = { ...captured, node: null, isNodeAside: false, machine: unlinked }
  if (captured.answers.get('identity.machine')?.finding !== 'joinedBefore') return before
  return { ...before, answers: askedAgain('identity.machine', before, worldOf(before), context) }
}

function isLinkedTo({ nodeRef }: MachineObject, { name, uid }: Node): boolean {
  return nodeRef?.name === name && (nodeRef.uid === null || nodeRef.uid === uid)
}

/** The captured request without the parts that no policy-bound check reads, for long storage. */
export function forStorage(captured: Captured): Captured {
  const { csr, reading } = captured.claim
  const { x509cr } = reading
  return {
    ...captured,
    claim: {
      ...captured.claim,
      csr: {
        ...csr,
        request: '',
        certificate: null,
        conditions: [],
        requestor: { ...csr.requestor, extra: {} },
      },
      versions: [],
      reading: { ...reading, x509cr: x509cr === null ? null : { ...x509cr, extensions: [] } },
      certificate: null,
      names: [],
      memo: emptyMemo(),
    },
  }
}

/**
 * The captured request after its kubelet has answered or was given up, with the world's current
 * evidence.
 */
export function answerLate(captured: Captured, world: World, context: Context): Captured {
  const answers = askedAgain('identity.liveCertificate', captured, world, context)
  return { ...captured, asking: false, answers }
}

/** The stored results, with one check run again against the current world. */
function askedAgain(
  code: CheckCode,
  { claim, answers }: Captured,
  world: World,
  context: Context,
): Captured['answers'] {
  const question: Question = { claim, world, ...context }
  const again = new Map(answers)
  for (const check of KEPT) {
    if (check.code === code && again.has(code)) again.set(code, brief(ask(check, question).result))
  }
  return again
}

/** The policy's action for the request as it was at that moment. */
export function forecast(captured: Captured, policy: Policy): Forecast {
  const { at, claim, superseded, asking } = captured
  if (!isKubeletSigner(claim.csr.signerName)) {
    return { automatic: { act: 'leave', because: 'otherSigner', check: null }, reason: null }
  }
  const world = worldOf(captured)
  const answered = answeredOf(captured, world, policy)
  const judgement = conclude(answered)
  const results = answered.map(({ result }) => result)
  const automatic = actOn({ claim, world, judgement, superseded, asking }, { policy, now: at })
  const named =
    automatic.act === 'approve'
      ? judgement.reason?.code
      : results.find(({ code }) => code === automatic.check)?.code
  return { automatic, reason: reasonOf(results.find(({ code }) => code === named)) }
}

/** The verdict of the request as it was at that moment. */
export function capturedVerdict(captured: Captured, policy: Policy): Concluded {
  return conclude(answeredOf(captured, worldOf(captured), policy))
}

function answeredOf({ at, claim, answers }: Captured, world: World, policy: Policy): Answered[] {
  const question: Question = { claim, world, policy, now: at }
  const answered: Answered[] = []
  for (const check of CHECKS) {
    if (!check.appliesTo.includes(claim.kind)) continue
    const kept = answers.get(check.code)
    answered.push(kept === undefined ? ask(check, question) : { check, result: kept })
  }
  return answered
}

/** A stand-in for any node whose addresses were cut; no real node has this name. */
const ANOTHER: Node = {
  uid: 'ANOTHER',
  name: 'ANOTHER',
  resourceVersion: '',
  createdAt: '',
  deletedAt: null,
  roles: [],
  version: '',
  addresses: [],
  providerID: null,
  clusterApiMachine: null,
  kubeletPort: KUBELET_PORT,
  ready: null,
  unschedulable: false,
  taints: [],
  cut: ['status.addresses'],
}

/** A stand-in for any approved client request for the same name. */
const APPROVED_BEFORE: Partial<Csr> = {
  uid: 'ANOTHER',
  name: 'ANOTHER',
  signerName: KUBE_APISERVER_CLIENT_KUBELET,
  conditions: [
    {
      type: APPROVED,
      status: 'True',
      reason: '',
      message: '',
      lastUpdateTime: null,
      lastTransitionTime: null,
    },
  ],
}

/** A world with only the facts that policy-bound checks read. */
function worldOf(captured: Captured): World {
  const { claim, readable, node, isNodeAside, machine, expected } = captured
  const readRequest = () => claim.reading
  const world = new World({ readRequest, readIssued })
  world.setReadable(readable)
  if (captured.wasApprovedBefore) world.upsertCsr({ ...claim.csr, ...APPROVED_BEFORE })
  if (node !== null) world.upsertNode(node)
  if (captured.mayBeAnothers) world.upsertNode(ANOTHER)
  if (isNodeAside) world.putNodeAside({ uid: '', name: claim.nodeName ?? '' })
  if (machine !== null) {
    // The Machine was believed then, by the policy or by Nodes that are not stored.
    world.setMachineNamespaces([machine.namespace])
    world.upsertMachineObject({ ...machine, cluster: null })
  }
  world.setExpected(expected)
  const areNetworksKnown = !captured.mayBeService
  world.setReserved({ apiServerHosts: [], serviceNetworks: [], areNetworksKnown })
  return world
}

/** The list's entries for this machine, and for other holders of its SANs or their domains. */
function expectedOf({ nodeName, sans }: Claim, { expected }: World): ExpectedMachine[] | null {
  if (expected === null) return null
  const names = new Set(nodeName === null ? [] : [nodeName])
  for (const san of sans) {
    for (const name of keysOf(san).flatMap((key) => [...expected.holding(key)])) names.add(name)
    if (san.kind !== 'DNS' || nodeName === null) continue
    for (const domain of domainsAfter(nodeName, canonicalDns(san.value))) {
      const giver = expected.givesDomain(domain)
      if (giver !== null) names.add(giver)
    }
  }
  return [...names].flatMap((name) => expected.machine(name) ?? [])
}

/** The result without what it expected and observed: of the past, pages show only its sentence. */
function brief({ code, outcome, finding, values }: CheckResult): CheckResult {
  return { code, outcome, finding, expected: NOTHING, observed: NOTHING, values }
}

const NOTHING: readonly never[] = []
