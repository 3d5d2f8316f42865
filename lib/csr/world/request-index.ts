import { type Claim, keysOf, strayLabels } from '#lib/csr/claim.ts'
import { Groups } from '#lib/csr/groups.ts'
import type { Denial } from '#lib/csr/machine/machine-denial.ts'
import {
  asksMachineApprover,
  type BrakeRule,
  brakeRule,
  countsUntil,
} from '#lib/csr/machine-approver/machine-approver-brake.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { isApproved, isFailed, isPending } from '#lib/csr/status.ts'
import { AskingNames } from '#lib/csr/world/asking-names.ts'
import { Denials } from '#lib/csr/world/denials.ts'
import { SortedTimes } from '#lib/csr/world/sorted-times.ts'

/** So many requests that are gone keep their names: what was on a screen a moment ago. */
const MOST_GONE = 1_000

const NONE: ReadonlyMap<string, Claim> = new Map()

/** All requests by uid, and by everything that another object can share with them. */
export class RequestIndex {
  readonly #claims = new Map<string, Claim>()
  readonly #uidByName = new Map<string, string>()
  /** Names by uid of requests that are gone, oldest first. */
  readonly #gone = new Map<string, string>()
  readonly #ofMachine = new Map<string, Map<string, Claim>>()
  readonly #others = new Set<string>()
  readonly #byAddress = new Groups()
  /** Requests by the first labels of their DNS SANs that their own node's name does not have. */
  readonly #byLabel = new Groups()
  readonly #bySkeleton = new Groups()
  readonly #byKey = new Groups()
  /** Names of the nodes that a key speaks for, by its fingerprint. */
  readonly #keyHolders = new Groups()
  /** Requests by which it speaks for the same node, beyond the first. */
  readonly #keyAgain = new Map<string, number>()
  readonly #pendingServing = new Map<string, Claim>()
  #brakeRule = brakeRule(null)
  #braking = new SortedTimes()
  readonly #queued = new SortedTimes()
  readonly #denials = new Denials()
  readonly #asking = new AskingNames()
  /** Approved client requests by the machine that they are for. */
  readonly #approvedClients = new Groups()

  get claims(): ReadonlyMap<string, Claim> {
    return this.#claims
  }

  get others(): ReadonlySet<string> {
    return this.#others
  }

  get machineNames(): Iterable<string> {
    return this.#ofMachine.keys()
  }

  uidOf(name: string): string | null {
    return this.#uidByName.get(name) ?? null
  }

  /** Also of a request that is gone, if not for long; null for one that was never there. */
  nameOf(uid: string): string | null {
    return this.#claims.get(uid)?.csr.name ?? this.#gone.get(uid) ?? null
  }

  /** A machine's requests by uid. */
  ofMachine(name: string): ReadonlyMap<string, Claim> {
    return this.#ofMachine.get(name) ?? NONE
  }

  /** Pending serving requests that name a node, by uid. */
  get pendingServing(): ReadonlyMap<string, Claim> {
    return this.#pendingServing
  }

  askingFor(address: string): Iterable<string> {
    return this.#byAddress.get(address)
  }

  /** All that ask for a name whose first label is this, and whose own node has another. */
  askingUnder(label: string): Iterable<string> {
    return this.#byLabel.get(label)
  }

  lookingLike(skeleton: string): Iterable<string> {
    return this.#bySkeleton.get(skeleton)
  }

  /** All that hold this public key, whether they prove it or not. */
  withKey(fingerprint: string): Iterable<string> {
    return this.#byKey.get(fingerprint)
  }

  /** How many nodes a key has proven to speak for. */
  holderCount(fingerprint: string): number {
    return this.#keyHolders.count(fingerprint)
  }

  holders(fingerprint: string): Iterable<string> {
    return this.#keyHolders.get(fingerprint)
  }

  /** Until when each request counts for the machine-approver's brake, by the rule in force. */
  get braking(): Omit<SortedTimes, 'add' | 'delete'> {
    return this.#braking
  }

  /** Names that machines ask for. */
  get asking(): Omit<AskingNames, 'add' | 'delete'> {
    return this.#asking
  }

  get brakeRule(): BrakeRule {
    return this.#brakeRule
  }

  /** When each request was made that the machine-approver takes into its queue, whatever its age. */
  get queued(): Omit<SortedTimes, 'add' | 'delete'> {
    return this.#queued
  }

  /** Whether a client request for that name was approved, and is still listed. */
  hasApprovedClient(machineName: string): boolean {
    return this.#approvedClients.has(machineName)
  }

  hasDeniedClient(machineName: string): boolean {
    return this.#denials.has(machineName, KUBE_APISERVER_CLIENT_KUBELET)
  }

  /** The denied one of its machine and signer that counts against a request; null for none. */
  denialAgainst(claim: Claim): Denial | null {
    return this.#denials.against(claim)
  }

  /** Counts all requests anew where the rule is another one. */
  setBrakeRule(rule: BrakeRule): void {
    if (rule === this.#brakeRule) return
    this.#brakeRule = rule
    this.#braking = new SortedTimes()
    for (const claim of this.#claims.values()) this.#addBraking(claim)
  }

  add(claim: Claim): void {
    const { uid, name } = claim.csr
    this.#claims.set(uid, claim)
    this.#uidByName.set(name, uid)
    if (claim.nodeName === null) this.#others.add(uid)
    else this.#group(claim.nodeName).set(uid, claim)
    for (const san of claim.sans) {
      for (const key of keysOf(san)) this.#byAddress.add(key, uid)
    }
    for (const label of strayLabels(claim)) this.#byLabel.add(label, uid)
    for (const { skeleton } of claim.names) this.#bySkeleton.add(skeleton, uid)
    const key = publicKeyOf(claim)
    if (key !== null) this.#byKey.add(key, uid)
    this.#count(claim, 1)
    if (asksMachineApprover(claim.csr)) this.#queued.add(claim.createdAt)
    this.#addDecided(claim)
  }

  /** The same request with other conditions, labels or certificate: no other index changes. */
  replace(before: Claim, claim: Claim): void {
    this.#deleteDecided(before)
    this.#addDecided(claim)
    this.#claims.set(claim.csr.uid, claim)
    if (claim.nodeName !== null) this.#group(claim.nodeName).set(claim.csr.uid, claim)
  }

  delete(claim: Claim): void {
    const { uid, name } = claim.csr
    this.#claims.delete(uid)
    this.#remember(uid, name)
    if (this.#uidByName.get(name) === uid) this.#uidByName.delete(name)
    this.#others.delete(uid)
    if (claim.nodeName !== null) this.#ungroup(claim.nodeName, uid)
    for (const san of claim.sans) {
      for (const key of keysOf(san)) this.#byAddress.delete(key, uid)
    }
    for (const label of strayLabels(claim)) this.#byLabel.delete(label, uid)
    for (const { skeleton } of claim.names) this.#bySkeleton.delete(skeleton, uid)
    const key = publicKeyOf(claim)
    if (key !== null) this.#byKey.delete(key, uid)
    this.#count(claim, -1)
    if (asksMachineApprover(claim.csr)) this.#queued.delete(claim.createdAt)
    this.#deleteDecided(claim)
  }

  #remember(uid: string, name: string): void {
    this.#gone.set(uid, name)
    const [oldest] = this.#gone.keys()
    if (this.#gone.size > MOST_GONE && oldest !== undefined) this.#gone.delete(oldest)
  }

  /** What hangs on whether, and how, it was decided. */
  #addDecided(claim: Claim): void {
    this.#addBraking(claim)
    this.#denials.add(claim)
    this.#asking.add(claim)
    const { nodeName, csr } = claim
    if (nodeName !== null && isPendingServing(claim)) this.#pendingServing.set(csr.uid, claim)
    if (nodeName !== null && isApprovedClient(claim)) this.#approvedClients.add(nodeName, csr.uid)
  }

  #deleteDecided(claim: Claim): void {
    const until = countsUntil(claim, this.#brakeRule)
    if (until !== null) this.#braking.delete(until)
    this.#denials.delete(claim)
    this.#asking.delete(claim)
    this.#pendingServing.delete(claim.csr.uid)
    if (claim.nodeName !== null) this.#approvedClients.delete(claim.nodeName, claim.csr.uid)
  }

  #addBraking(claim: Claim): void {
    const until = countsUntil(claim, this.#brakeRule)
    if (until !== null) this.#braking.add(until)
  }

  #group(name: string): Map<string, Claim> {
    const group = this.#ofMachine.get(name) ?? new Map<string, Claim>()
    this.#ofMachine.set(name, group)
    return group
  }

  #ungroup(name: string, uid: string): void {
    const group = this.#ofMachine.get(name)
    group?.delete(uid)
    if (group?.size === 0) this.#ofMachine.delete(name)
  }

  #count(claim: Claim, by: 1 | -1): void {
    const key = provenKeyOf(claim)
    const node = claim.subjectNode
    if (key === null || node === null) return
    // A line break occurs in neither.
    const pair = `${key}\n${node}`
    const again = this.#keyAgain.get(pair) ?? 0
    const isOnly = by === 1 ? !this.#keyHolders.includes(key, node) : again === 0
    if (isOnly && by === 1) this.#keyHolders.add(key, node)
    else if (isOnly) this.#keyHolders.delete(key, node)
    else if (again + by > 0) this.#keyAgain.set(pair, again + by)
    else this.#keyAgain.delete(pair)
  }
}

function isPendingServing({ kind, csr }: Claim): boolean {
  return kind === 'kubeletServing' && isPending(csr)
}

function isApprovedClient({ csr }: Claim): boolean {
  const isClient = csr.signerName === KUBE_APISERVER_CLIENT_KUBELET
  return isClient && isApproved(csr) && !isFailed(csr)
}

/**
 * The key that the claim proves to hold; null when it proves none. Anybody can put another's public
 * key into a request, and must not spoil the other's request by that: only a signature counts.
 */
export function provenKeyOf(claim: Claim): string | null {
  return claim.reading.x509cr?.signatureValid === true ? publicKeyOf(claim) : null
}

function publicKeyOf(claim: Claim): string | null {
  return claim.reading.x509cr?.publicKey.fingerprint ?? null
}
