import { type Claim, emptyMemo, laterVersions, newestFirst, readClaim } from '#lib/csr/claim.ts'
import { issuingOf } from '#lib/csr/machine/issued.ts'
import type { Denial } from '#lib/csr/machine/machine-denial.ts'
import {
  brakeAt,
  brakeChangesAt,
  brakeRule,
  type MachineApproverBrake,
} from '#lib/csr/machine-approver/machine-approver-brake.ts'
import {
  isSameMachineApprover,
  type MachineApprover,
  UNKNOWN_MACHINE_APPROVER,
} from '#lib/csr/machine-approver/machine-approver-facts.ts'
import {
  type Look,
  MachineApproverLooks,
} from '#lib/csr/machine-approver/machine-approver-looks.ts'
import { queueChangesAt, queueMinutes } from '#lib/csr/machine-approver/machine-approver-queue.ts'
import type { Csr, MachineObject, Node, RequestReading } from '#lib/csr/model.ts'
import { type AutomaticApprover, UNKNOWN_APPROVER } from '#lib/csr/policy/automatic-approver.ts'
import {
  ExpectedIndex,
  type ExpectedMachine,
  expectedChanges,
} from '#lib/csr/policy/expected-list.ts'
import { type ProposerRight, proposalTarget } from '#lib/csr/policy/proposal.ts'
import {
  isSameReserved,
  NOTHING_RESERVED,
  type Reserved,
  type ReservedKeys,
  reservedKeys,
} from '#lib/csr/policy/reserved-keys.ts'
import { type IssuedCertificate, readIssued } from '#lib/csr/reading/certificate.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { readingOf } from '#lib/csr/reading/request-reading.ts'
import { Alarms } from '#lib/csr/world/alarms.ts'
import { type AskingName, lookOf, reordered } from '#lib/csr/world/asking-names.ts'
import { ClusterIndex } from '#lib/csr/world/cluster-index.ts'
import { ClusterTouches } from '#lib/csr/world/cluster-touches.ts'
import type { Evidence, KubeletPlace, KubeletRules } from '#lib/csr/world/evidence.ts'
import { KubeletAnswers } from '#lib/csr/world/kubelet-answers.ts'
import { Proposals } from '#lib/csr/world/proposals.ts'
import { provenKeyOf, RequestIndex } from '#lib/csr/world/request-index.ts'
import { sameExceptVersion } from '#lib/csr/world/same-object.ts'
import { type Touched, Touches } from '#lib/csr/world/touches.ts'

/** How requests and certificates are read: once each, however often their objects change. */
export interface Readers {
  readonly readRequest: (request: string) => RequestReading
  readonly readIssued: (certificate: string) => IssuedCertificate | null
}

export interface Readable {
  readonly nodes: boolean
  /** `absent`: the cluster has no such API. `partly`: it has two, and shows one of them. */
  readonly machines: 'absent' | 'partly' | boolean
}

const NO_NAMES: readonly AskingName[] = []

/** By more nodes than this a key's holders are not named, so that a flood costs no more. */
export const NAMED_KEY_HOLDERS = 8

/**
 * Everything known of the cluster, indexed for the checks, and which rows a change touches.
 * Objects are keyed by uid: the same name with another uid is a delete and an add.
 */
export class World {
  readonly #readers: Readers
  readonly #requests = new RequestIndex()
  readonly #touches = new Touches(this.#requests)
  readonly #proposals = new Proposals()
  /** Proposals by uid that stand with a request that is here: they are no rows of their own. */
  readonly #beside = new Map<string, Claim>()
  /** Not of the cluster as it is, but of what was seen of it. */
  readonly #alarms: Alarms
  readonly #cluster = new ClusterIndex()
  readonly #clusterTouches = new ClusterTouches(this.#cluster, this.#touches)
  /** Names by uid: Nodes of which no more is known than that they are there. */
  readonly #nodesAside = new Map<string, string>()
  readonly #answers = new KubeletAnswers()
  #readable: Readable = { nodes: false, machines: false }
  #expected: ExpectedIndex | null = null
  #reserved = NOTHING_RESERVED
  #machineApprover = UNKNOWN_MACHINE_APPROVER
  #approver = UNKNOWN_APPROVER
  /** States of machines that were seen before now. */
  readonly #looks = new MachineApproverLooks()
  /** How its brake and its queue were when the rows were told of them last. */
  #braked = false
  #queued = 0

  constructor(readers: Readers = { readRequest, readIssued }, alarms = new Alarms()) {
    this.#readers = readers
    this.#alarms = alarms
  }

  // ── Reading ──

  get readable(): Readable {
    return this.#readable
  }

  /** Grows with every change that may touch a row: what was derived at the same count stands. */
  get changes(): number {
    return this.#touches.count
  }

  get reserved(): ReservedKeys {
    return this.#reserved
  }

  get requests(): Omit<RequestIndex, 'add' | 'replace' | 'delete' | 'setBrakeRule'> {
    return this.#requests
  }

  get cluster(): Omit<
    ClusterIndex,
    'setNodesReadable' | 'setNode' | 'deleteNode' | 'setMachineObject' | 'deleteMachineObject'
  > {
    return this.#cluster
  }

  /** What people propose to approve. A proposal is a row only while its target is not here. */
  get proposals(): Pick<Proposals, 'get' | 'all' | 'of' | 'unasked' | 'passOver'> {
    return this.#proposals
  }

  /** Of certificates that are not what was approved: they outlast their requests. */
  get alarms(): Pick<Alarms, 'of' | 'size'> {
    return this.#alarms
  }

  claim(uid: string): Claim | null {
    return this.#requests.claims.get(uid) ?? null
  }

  /** A machine's requests, newest first; of the same second in the order of their names. */
  claimsOf(machineName: string): Claim[] {
    return [...this.#requests.ofMachine(machineName).values()].sort(newestFirst)
  }

  /**
   * The denied request that counts against one; null for none. A Machine may expect several names: what
   * was denied a new machine under one of them is not to be had under another.
   */
  denialAgainst(claim: Claim): Denial | null {
    const denial = this.#requests.denialAgainst(claim)
    const { nodeName, kind } = claim
    if (denial !== null || nodeName === null || kind !== 'nodeBootstrapper') return denial
    for (const { uid } of this.#cluster.machinesNamed(nodeName)) {
      for (const name of this.#cluster.namesOf(uid)) {
        const other = this.#requests.denialAgainst({ ...claim, nodeName: name })
        if (other !== null) return other
      }
    }
    return null
  }

  /** What was learned of the machine's Node as it is now; null once that is too long ago. */
  evidence(machineName: string, now: number): Evidence | null {
    return this.#answers.of(machineName, now)
  }

  /** Where a Node's kubelet is asked, if anywhere. */
  kubeletPlace(node: Node): KubeletPlace {
    return this.#answers.placeOf(node)
  }

  /**
   * Whether its kubelet is still to say what it presents since that request was made. Nothing is
   * approved by itself before that: the answer may be another node's certificate.
   */
  awaitsKubelet(machineName: string, requestedAt: number, now: number): boolean {
    return this.#answers.isAwaited(this.#cluster.node(machineName), requestedAt, now)
  }

  /** Whether there is a Node of that name that broke what takes Nodes in: it is not "no such Node". */
  isNodeAside(name: string): boolean {
    return this.#nodesAside.size > 0 && [...this.nodesAside()].includes(name)
  }

  /** Names of Nodes of which no more is known than that they are there. */
  nodesAside(): Iterable<string> {
    return this.#nodesAside.values()
  }

  /** The admin's list of expected machines; null for none. */
  get expected(): ExpectedIndex | null {
    return this.#expected
  }

  get machineApprover(): MachineApprover {
    return this.#machineApprover
  }

  /** This product's own. */
  get approver(): AutomaticApprover {
    return this.#approver
  }

  /** Of the machine-approver, at a moment in milliseconds since the epoch. */
  brake(now: number): MachineApproverBrake {
    const { braking, brakeRule } = this.#requests
    return brakeAt(braking, brakeRule, this.#brakeObjects(), now)
  }

  /** Whole minutes that the machine-approver's queue may add to its answer. */
  queueMinutes(now: number): number {
    return queueMinutes(this.#requests.queued, now)
  }

  /** When its brake or its queue changes by time alone; null for never. */
  machineApproverChangesAt(now: number): number | null {
    if (this.#machineApprover.presence !== 'present') return null
    const { braking, brakeRule, queued } = this.#requests
    const braked = brakeChangesAt(braking, brakeRule, this.#brakeObjects(), now)
    const shorter = queueChangesAt(queued, now)
    if (braked === null || shorter === null) return braked ?? shorter
    return Math.min(braked, shorter)
  }

  /** How the machine-approver would have met the machines' requests before now. */
  get looks(): Omit<MachineApproverLooks, 'set'> {
    return this.#looks
  }

  /** Every name that a request, a Node, a Machine or an alarm knows. */
  machineNames(): Set<string> {
    return new Set([
      ...this.#requests.machineNames,
      ...this.#cluster.names(),
      ...this.#alarms.machines(),
    ])
  }

  hasMachine(name: string): boolean {
    return (
      this.#requests.ofMachine(name).size > 0 ||
      this.#cluster.hasRow(name) ||
      this.#alarms.of(name) !== null
    )
  }

  // ── Changing ──

  /** Reads the request when the uid is new: a fifth of a millisecond with a key on P-256, 1.3 on P-521. */
  upsertCsr(csr: Csr): void {
    const beside = this.#beside.get(csr.uid)
    const previous = beside ?? this.claim(csr.uid)
    if (previous !== null && sameSpec(previous.csr, csr)) {
      this.#takeProposal(csr)
      const same = previous.csr.certificate === csr.certificate
      const issuing = same ? {} : issuingOf(csr, previous.reading, this.#readers.readIssued)
      const versions = laterVersions(previous.versions, csr.resourceVersion)
      const claim = { ...previous, ...issuing, csr, versions, memo: emptyMemo() }
      if (beside !== undefined) {
        this.#beside.set(csr.uid, claim)
        return
      }
      this.#changeAsking(claim, () => this.#requests.replace(previous, claim))
      this.#touches.request(csr.uid)
      if ('differences' in issuing) this.#raise(claim)
      return
    }
    const replaced = this.#requests.uidOf(csr.name)
    if (replaced !== null) this.removeCsr(replaced)
    this.removeCsr(csr.uid)
    const proposedUid = this.#takeProposal(csr)
    const reading = readingOf(csr, this.#readers.readRequest)
    const claim = readClaim(csr, reading, issuingOf(csr, reading, this.#readers.readIssued))
    if (proposedUid !== null && this.#canBeProposed(proposedUid)) {
      this.#beside.set(csr.uid, claim)
      return
    }
    this.#list(claim)
    if (this.#canBeProposed(csr.uid)) this.#putBeside(csr.uid)
    this.#proposals.lookAgain(csr.uid)
  }

  removeCsr(uid: string): void {
    const proposedUid = this.#proposals.delete(uid)
    if (proposedUid !== null) this.#touches.request(proposedUid)
    this.#beside.delete(uid)
    const claim = this.claim(uid)
    if (claim === null) return
    this.#unlist(claim)
    for (const { csr } of this.#proposals.of(uid)) this.#takeFromBeside(csr.uid)
  }

  /** A person has seen it. Whether there was such an alarm. */
  dismissAlarm(machineName: string, uid: string): boolean {
    const dismissed = this.#alarms.dismiss(machineName, uid)
    if (dismissed) this.#touches.machine(machineName)
    return dismissed
  }

  /** What was answered about the person who made that proposal. */
  setProposerRight(uid: string, right: ProposerRight): void {
    const proposedUid = this.#proposals.setRight(uid, right)
    if (proposedUid !== null) this.#touches.request(proposedUid)
  }

  upsertNode(node: Node): void {
    this.#takeFromAside(node.uid)
    const previous = this.#cluster.node(node.name)
    if (sameExceptVersion(previous, node)) {
      this.#cluster.setNode(node)
      return
    }
    // The name that its uid had before, if that was another.
    if (previous?.uid !== node.uid) this.removeNode(node.uid)
    this.#changeNode(node.name, () => this.#cluster.setNode(node))
  }

  /** What is left of a Node that could not be taken in, until it can be or is gone. */
  putNodeAside({ uid, name }: Pick<Node, 'uid' | 'name'>): void {
    if (this.#nodesAside.get(uid) === name) return
    this.#nodesAside.set(uid, name)
    this.#touches.machine(name)
    this.#touches.serving()
  }

  removeNode(uid: string): void {
    this.#takeFromAside(uid)
    const name = this.#cluster.nodeName(uid)
    if (name === null) return
    this.#changeNode(name, () => this.#cluster.deleteNode(name))
  }

  upsertMachineObject(machine: MachineObject): void {
    const previous = this.#cluster.machineObject(machine.uid)
    if (sameExceptVersion(previous, machine)) {
      this.#cluster.setMachineObject(machine)
      return
    }
    this.removeMachineObject(this.#cluster.machineUid(machine) ?? machine.uid)
    this.#clusterTouches.machineObject(machine, () => this.#cluster.setMachineObject(machine))
  }

  removeMachineObject(uid: string): void {
    const machine = this.#cluster.machineObject(uid)
    if (machine === null) return
    this.#clusterTouches.machineObject(machine, () => this.#cluster.deleteMachineObject(uid))
  }

  setReadable(readable: Readable): void {
    const { nodes, machines } = this.#readable
    if (nodes === readable.nodes && machines === readable.machines) return
    // The rows of names that only Machines of this cluster have come and go with it.
    this.touchAll()
    this.#readable = { nodes: readable.nodes, machines: readable.machines }
    this.#cluster.setNodesReadable(readable.nodes)
    this.touchAll()
  }

  setReserved(reserved: Reserved): void {
    const keys = reservedKeys(reserved)
    if (isSameReserved(keys, this.#reserved)) return
    this.#reserved = keys
    const { serviceNetworks } = keys
    this.#answers.setRules({ serviceNetworks }, (name) => this.#cluster.node(name))
    this.touchAll()
  }

  /** Taken only of the Node that has the name now, at the addresses that it has now. */
  setEvidence(machineName: string, evidence: Evidence | null): void {
    const isNew = this.#answers.set(machineName, evidence, this.#cluster.node(machineName))
    if (isNew) this.#touches.machine(machineName)
  }

  /** Where settings let kubelets be asked. */
  setKubeletRules({ ports, networks }: Omit<KubeletRules, 'serviceNetworks'>): void {
    this.#answers.setRules({ ports, networks }, (name) => this.#cluster.node(name))
    this.touchAll()
  }

  /** Whether kubelets are asked at all: where they are not, no answer is waited for. */
  setAsksKubelets(asks: boolean): void {
    if (this.#answers.setAreAsked(asks)) this.touchAll()
  }

  /**
   * Its kubelet is not waited for any longer where its Node says that it is now, or is again.
   * Whether that is new.
   */
  setOverdue(machineName: string, overdue: boolean): boolean {
    const node = overdue ? this.#cluster.node(machineName) : null
    const isNew = this.#answers.setOverdue(machineName, node)
    if (isNew) this.#touches.machine(machineName)
    return isNew
  }

  /** Another list of expected machines, whole; null for none. */
  setExpected(list: readonly ExpectedMachine[] | null): void {
    const before = this.#expected
    const after = list === null ? null : new ExpectedIndex(list)
    this.#expected = after
    if (before === null && after === null) return
    // With the first list, or without any, every answer is another one. A domain counts for any machine.
    if (before === null || after === null || !before.givesSameDomains(after)) {
      this.touchAll()
      return
    }
    const { added, removed, changed } = expectedChanges(before.machines(), after.machines())
    for (const { name } of [...added, ...removed, ...changed]) {
      this.#touches.lookalikes(name)
      this.#touches.pending(this.#requests.ofMachine(name).keys())
      this.#touches.askingForEither(before.keys(name), after.keys(name))
    }
  }

  setMachineApprover(machineApprover: MachineApprover): void {
    const before = this.#machineApprover
    this.#machineApprover = machineApprover
    this.#requests.setBrakeRule(brakeRule(machineApprover.version))
    if (!isSameMachineApprover(before, machineApprover)) this.#touches.held()
  }

  /** Call after a machine is derived; null: none of its requests waits. */
  noticeLook(machineName: string, look: Look | null, now: number): void {
    this.#looks.set(machineName, look, now)
  }

  setApprover(approver: AutomaticApprover): void {
    this.#approver = approver
    this.#touches.held()
  }

  /** Requests may no longer be read, and no more what they told. */
  forgetAlarms(): void {
    for (const name of this.#alarms.clear()) this.#touches.machine(name)
  }

  /** To be told before rows are derived: since when what is new is known. */
  noticeAlarms(now: number): void {
    this.#alarms.tell(now)
  }

  /** Call before rows are derived: its brake and its queue depend on all requests together. */
  noticeMachineApprover(now: number): void {
    const braked = this.brake(now).state === 'tripped'
    const queued = this.queueMinutes(now)
    if (braked === this.#braked && queued === this.#queued) return
    this.#braked = braked
    this.#queued = queued
    if (this.#machineApprover.presence === 'present') this.#touches.held()
  }

  /** For changes from outside: another policy, another person. */
  touchAll(): void {
    this.#touches.all(this.machineNames())
  }

  /** Exactly what must be derived again since the last call. */
  takeTouched(): Touched {
    return this.#touches.take()
  }

  // ── Proposals ──

  /** The uid of what a person proposes with that request; null for any other request. */
  #takeProposal(csr: Csr): string | null {
    const proposedUid = this.#proposals.set(csr)
    if (proposedUid !== null) this.#touches.request(proposedUid)
    return proposedUid
  }

  /** Whether it is here, and no proposal itself: that one would stand with a row that may go. */
  #canBeProposed(uid: string): boolean {
    const claim = this.claim(uid)
    return claim !== null && proposalTarget(claim.csr) === null
  }

  #putBeside(targetUid: string): void {
    for (const { csr } of this.#proposals.of(targetUid)) {
      const claim = this.claim(csr.uid)
      if (claim === null) continue
      this.#unlist(claim)
      this.#beside.set(csr.uid, claim)
    }
  }

  #takeFromBeside(uid: string): void {
    const claim = this.#beside.get(uid)
    if (claim !== undefined && this.#beside.delete(uid)) this.#list(claim)
  }

  #list(claim: Claim): void {
    this.#changeAsking(claim, () => {
      this.#changeKeyHolders(claim, () => this.#requests.add(claim))
    })
    this.#touches.request(claim.csr.uid)
    this.#raise(claim)
  }

  #unlist(claim: Claim): void {
    this.#touches.request(claim.csr.uid)
    this.#changeAsking(claim, () => {
      this.#changeKeyHolders(claim, () => this.#requests.delete(claim))
    })
    this.#alarms.forget(claim.csr.uid)
  }

  // ── What a change touches ──

  /** All that the machine asks for is judged by its alarm. */
  #raise(claim: Claim): void {
    for (const name of this.#alarms.raise(claim)) this.#touches.machine(name)
  }

  #brakeObjects(): number {
    return Math.max(this.#cluster.nodeCount, this.#cluster.openShiftMachineCount)
  }

  /** A name that was given to a key, or denied, says something of each other name of its Machine. */
  #changeAsking(claim: Claim, change: () => void): void {
    const { nodeName } = claim
    if (nodeName === null) {
      this.#changeLookalikes(claim, change)
      return
    }
    const wasApproved = this.#requests.hasApprovedClient(nodeName)
    const wasDenied = this.#requests.hasDeniedClient(nodeName)
    this.#changeLookalikes(claim, change)
    const isApprovedAnew = wasApproved !== this.#requests.hasApprovedClient(nodeName)
    // Which of several denials counts may change, too.
    const isDenied = wasDenied || this.#requests.hasDeniedClient(nodeName)
    if (isApprovedAnew || isDenied) this.#clusterTouches.namesakes(nodeName)
  }

  /** Of names that look alike the order in which they came tells which is odd. */
  #changeLookalikes(claim: Claim, change: () => void): void {
    const look = lookOf(claim)
    const { asking } = this.#requests
    const before = look === null ? NO_NAMES : asking.ofLook(look)
    change()
    const after = look === null ? NO_NAMES : asking.ofLook(look)
    // A name alone in its look is compared with none.
    if (before === after || Math.max(before.length, after.length) < 2) return
    for (const name of reordered(before, after).add(claim.nodeName ?? '')) {
      this.#touches.pending(this.#requests.ofMachine(name).keys())
    }
  }

  #changeKeyHolders(claim: Claim, change: () => void): void {
    const key = provenKeyOf(claim)
    if (key === null) {
      change()
      return
    }
    const before = this.#requests.holderCount(key)
    change()
    const after = this.#requests.holderCount(key)
    // Beyond the named ones an answer says "many" and stays the same.
    if (before === after || Math.min(before, after) > NAMED_KEY_HOLDERS) return
    this.#touches.pending(this.#requests.withKey(key))
  }

  #takeFromAside(uid: string): void {
    const name = this.#nodesAside.get(uid)
    if (name === undefined) return
    this.#nodesAside.delete(uid)
    this.#touches.machine(name)
    this.#touches.serving()
  }

  #changeNode(name: string, change: () => void): void {
    this.#clusterTouches.node(name, change)
    this.#answers.nodeChanged(name, this.#cluster.node(name))
  }
}

function sameSpec(a: Csr, b: Csr): boolean {
  return (
    a.request === b.request &&
    a.name === b.name &&
    a.signerName === b.signerName &&
    a.createdAt === b.createdAt &&
    a.requestor.username === b.requestor.username
  )
}
