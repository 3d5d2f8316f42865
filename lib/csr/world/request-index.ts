import { type Claim, keysOf, strayLabels } from '#lib/csr/claim/claim.ts'
import type { Denial } from '#lib/csr/claim/machine-denial.ts'
import { Groups } from '#lib/csr/groups.ts'
import { approvedByItAt, countsUntil } from '#lib/csr/machine-approver/machine-approver-brake.ts'
import type { Csr } from '#lib/csr/model.ts'
import {
  CSR_SOURCES,
  type CsrSource,
  KUBE_APISERVER_CLIENT_KUBELET,
  sourceOf,
} from '#lib/csr/names.ts'
import { SortedTimes } from '#lib/csr/sorted-times.ts'
import { isApproved, isFailed, isPending } from '#lib/csr/status.ts'
import { AskingNames } from '#lib/csr/world/asking-names.ts'
import { Denials } from '#lib/csr/world/denials.ts'

/** Number of deleted requests whose names are kept, for rows that were just on screen. */
const MOST_GONE = 1_000

/** All requests by uid, and by every property that another object can share with them. */
export class RequestIndex {
  readonly #claims = new Map<string, Claim>()
  /**
   * Uids by name in each source, which has each name once. Sources have no common order: one may tell
   * of a deletion after another has told of a later request of the same name.
   */
  readonly #uidByName: Readonly<Record<CsrSource, Map<string, string>>> = {
    clientCsrs: new Map(),
    servingCsrs: new Map(),
    otherCsrs: new Map(),
  }
  /** Names by uid of requests that are gone, oldest first. */
  readonly #gone = new Map<string, string>()
  readonly #ofMachine = new Groups()
  readonly #others = new Set<string>()
  readonly #byAddress = new Groups()
  /**
   * Requests by first labels of their DNS SANs, except the first label of their own node's name.
   */
  readonly #byLabel = new Groups()
  readonly #bySkeleton = new Groups()
  readonly #byKey = new Groups()
  /** Names of the nodes that proved the key, by its fingerprint. */
  readonly #keyHolders = new Groups()
  /** Number of further requests by which the same node proved the key. */
  readonly #keyAgain = new Map<string, number>()
  readonly #pendingServing = new Map<string, Claim>()
  readonly #braking = new SortedTimes()
  readonly #byMachineApprover = new SortedTimes()
  readonly #denials = new Denials()
  readonly #asking = new AskingNames()
  /** Approved client requests by node name. */
  readonly #approvedClients = new Groups()

  get claims(): ReadonlyMap<string, Claim> {
    return this.#claims
  }

  get others(): ReadonlySet<string> {
    return this.#others
  }

  get machineNames(): Iterable<string> {
    return this.#ofMachine.keys
  }

  /**
   * The latest request of that name. An earlier one of another source may be here, too, whose end that
   * source has not told yet.
   */
  uidOf(name: string): string | null {
    let latest: Claim | null = null
    for (const source of CSR_SOURCES) {
      const claim = this.#claims.get(this.#uidByName[source].get(name) ?? '')
      if (claim !== undefined && claim.createdAt >= (latest?.createdAt ?? 0)) latest = claim
    }
    return latest?.csr.uid ?? null
  }

  /** The request that has the name of this one, in the same source. */
  uidInPlace(csr: Pick<Csr, 'signerName' | 'name'>): string | null {
    return this.#uidsIn(csr).get(csr.name) ?? null
  }

  /** The request's name, also for a recently deleted request; null for an unknown uid. */
  nameOf(uid: string): string | null {
    return this.#claims.get(uid)?.csr.name ?? this.#gone.get(uid) ?? null
  }

  /** Uids of a machine's requests. */
  uidsOf(machineName: string): Iterable<string> {
    return this.#ofMachine.get(machineName)
  }

  /** Number of a machine's requests. */
  countOf(machineName: string): number {
    return this.#ofMachine.count(machineName)
  }

  /** A machine's requests. */
  *ofMachine(name: string): Iterable<Claim> {
    for (const uid of this.#ofMachine.get(name)) {
      const claim = this.#claims.get(uid)
      if (claim !== undefined) yield claim
    }
  }

  /** Pending serving requests that name a node, by uid. */
  get pendingServing(): ReadonlyMap<string, Claim> {
    return this.#pendingServing
  }

  askingFor(address: string): Iterable<string> {
    return this.#byAddress.get(address)
  }

  /** Requests for a name with this first label whose own node has another first label. */
  askingUnder(label: string): Iterable<string> {
    return this.#byLabel.get(label)
  }

  lookingLike(skeleton: string): Iterable<string> {
    return this.#bySkeleton.get(skeleton)
  }

  /** Requests with this public key, proven or not. */
  withKey(fingerprint: string): Iterable<string> {
    return this.#byKey.get(fingerprint)
  }

  /** Number of nodes that have proven this key. */
  holderCount(fingerprint: string): number {
    return this.#keyHolders.count(fingerprint)
  }

  holders(fingerprint: string): Iterable<string> {
    return this.#keyHolders.get(fingerprint)
  }

  /** Times until which each request counts for the machine-approver's brake. */
  get braking(): Omit<SortedTimes, 'add' | 'delete'> {
    return this.#braking
  }

  /** Requested names. */
  get asking(): Omit<AskingNames, 'add' | 'delete'> {
    return this.#asking
  }

  /** Times of the machine-approver's approvals. */
  get byMachineApprover(): Omit<SortedTimes, 'add' | 'delete'> {
    return this.#byMachineApprover
  }

  /** Whether a listed client request for that name was approved. */
  hasApprovedClient(machineName: string): boolean {
    return this.#approvedClients.has(machineName)
  }

  hasDeniedClient(machineName: string): boolean {
    return this.#denials.has(machineName, KUBE_APISERVER_CLIENT_KUBELET)
  }

  /** The denial of the same machine and signer that counts against the request; null for none. */
  denialAgainst(claim: Claim): Denial | null {
    return this.#denials.against(claim)
  }

  add(claim: Claim): void {
    const { uid } = claim.csr
    this.#claims.set(uid, claim)
    this.#uidsIn(claim.csr).set(claim.csr.name, uid)
    if (claim.nodeName === null) this.#others.add(uid)
    else this.#ofMachine.add(claim.nodeName, uid)
    for (const san of claim.sans) {
      for (const key of keysOf(san)) this.#byAddress.add(key, uid)
    }
    for (const label of strayLabels(claim)) this.#byLabel.add(label, uid)
    for (const { skeleton } of claim.names) this.#bySkeleton.add(skeleton, uid)
    const key = publicKeyOf(claim)
    if (key !== null) this.#byKey.add(key, uid)
    this.#count(claim, 1)
    this.#addDecided(claim)
  }

  /**
   * Replaces a request whose conditions, labels or certificate changed: no other index is affected.
   */
  replace(before: Claim, claim: Claim): void {
    this.#deleteDecided(before)
    this.#addDecided(claim)
    this.#claims.set(claim.csr.uid, claim)
  }

  delete(claim: Claim): void {
    const { uid, name } = claim.csr
    this.#claims.delete(uid)
    this.#remember(uid, name)
    const uids = this.#uidsIn(claim.csr)
    if (uids.get(name) === uid) uids.delete(name)
    this.#others.delete(uid)
    if (claim.nodeName !== null) this.#ofMachine.delete(claim.nodeName, uid)
    for (const san of claim.sans) {
      for (const key of keysOf(san)) this.#byAddress.delete(key, uid)
    }
    for (const label of strayLabels(claim)) this.#byLabel.delete(label, uid)
    for (const { skeleton } of claim.names) this.#bySkeleton.delete(skeleton, uid)
    const key = publicKeyOf(claim)
    if (key !== null) this.#byKey.delete(key, uid)
    this.#count(claim, -1)
    this.#deleteDecided(claim)
  }

  #uidsIn({ signerName }: Pick<Csr, 'signerName'>): Map<string, string> {
    return this.#uidByName[sourceOf(signerName)]
  }

  #remember(uid: string, name: string): void {
    this.#gone.set(uid, name)
    const [oldest] = this.#gone.keys()
    if (this.#gone.size > MOST_GONE && oldest !== undefined) this.#gone.delete(oldest)
  }

  /** Indexes that depend on the decision. */
  #addDecided(claim: Claim): void {
    const [until, approvedAt] = [countsUntil(claim), approvedByItAt(claim.csr)]
    if (until !== null) this.#braking.add(until)
    if (approvedAt !== null) this.#byMachineApprover.add(approvedAt)
    this.#denials.add(claim)
    this.#asking.add(claim)
    const { nodeName, csr } = claim
    if (nodeName !== null && isPendingServing(claim)) this.#pendingServing.set(csr.uid, claim)
    if (nodeName !== null && isApprovedClient(claim)) this.#approvedClients.add(nodeName, csr.uid)
  }

  #deleteDecided(claim: Claim): void {
    const [until, approvedAt] = [countsUntil(claim), approvedByItAt(claim.csr)]
    if (until !== null) this.#braking.delete(until)
    if (approvedAt !== null) this.#byMachineApprover.delete(approvedAt)
    this.#denials.delete(claim)
    this.#asking.delete(claim)
    this.#pendingServing.delete(claim.csr.uid)
    if (claim.nodeName !== null) this.#approvedClients.delete(claim.nodeName, claim.csr.uid)
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
 * The key whose possession the request proves; null without a valid signature. Anyone can copy
 * another's public key into a request, which must not make the other request suspicious.
 */
export function provenKeyOf(claim: Claim): string | null {
  return claim.reading.x509cr?.signatureValid === true ? publicKeyOf(claim) : null
}

function publicKeyOf(claim: Claim): string | null {
  return claim.reading.x509cr?.publicKey.fingerprint ?? null
}
