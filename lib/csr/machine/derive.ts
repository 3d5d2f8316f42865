import { isAsking, unattended } from '#lib/csr/approval/automatic.ts'
import { twoPeopleOf } from '#lib/csr/approval/two-person-rule.ts'
import type { Context } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import { claimAtSigner, type HoldQuestion } from '#lib/csr/hold/hold-question.ts'
import { holdInstants, holdOf } from '#lib/csr/hold/holds.ts'
import {
  type Evidence,
  evidenceEnds,
  presentedUntil,
  presentsNone,
} from '#lib/csr/kubelets/evidence.ts'
import { ALARM_KINDS, type Alarm, type MachineObject, type Verdict } from '#lib/csr/model.ts'
import { FAILED, isKubeletSigner } from '#lib/csr/names.ts'
import { readDecision } from '#lib/csr/policy/decision-message.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import {
  awaitedAmong,
  duplicatesAmong,
  isPendingRow,
  leastTrusted,
  nextRequestOf,
} from '#lib/csr/rows/next-request.ts'
import { summarizeNode } from '#lib/csr/rows/node-status.ts'
import {
  type AlarmDetail,
  alarmRow,
  type JudgedMachine,
  type JudgedRequest,
  type MachineObjectSummary,
  type NextStep,
} from '#lib/csr/rows/rows.ts'
import { type Deadlines, DOCUMENTED_WINDOW, deadlines } from '#lib/csr/stage/deadlines.ts'
import {
  execAndLogs,
  isRebootstrapping,
  joinedAt,
  type StageFacts,
  stageInstants,
  stageOf,
} from '#lib/csr/stage/stage.ts'
import { fromBeforeNodeInstants, isGivenUp, supersession } from '#lib/csr/stage/superseded.ts'
import { condition, csrStatus, decision, isPending } from '#lib/csr/status.ts'
import { apiTimestamp, milliseconds } from '#lib/csr/time.ts'
import { judge } from '#lib/csr/verdict/verdict.ts'
import type { AlarmName, RaisedAlarm } from '#lib/csr/world/alarms.ts'
import type { World } from '#lib/csr/world/world.ts'

export type { Context } from '#lib/csr/checks/check-question.ts'

/** One machine's row without a viewer; null for a name that no request, Node or Machine knows. */
export function deriveMachine(world: World, name: string, context: Context): JudgedMachine | null {
  return deriveAhead(world, name, context)?.row ?? null
}

/**
 * The row, and when it changes by time alone (milliseconds since the epoch); null for never. The
 * world reports changes by the machine-approver's brake and work.
 */
export function deriveAhead(
  world: World,
  name: string,
  context: Context,
): {
  readonly row: JudgedMachine
  readonly changesAt: number | null
} | null {
  if (!world.hasMachine(name)) return null
  const facts = factsOf(world, name, context)
  const { claims, superseded, node } = facts
  const machine = world.cluster.machineFor(name)
  const clocks = deadlines(facts, node, machine)
  const deadline = clocks === null ? null : apiTimestamp(clocks.deadline)
  const requests = claims.map((claim) =>
    requestRow(claim, world, context, superseded.has(claim.csr.uid), deadline),
  )
  const awaited = awaitedOf(claims, requests)
  const { stage, since } = stageOf(facts)
  const question = { facts, stage, awaited, world, context }
  const next = awaited === null ? null : nextStep(awaited.claim, awaited.verdict)
  const row: JudgedMachine = {
    name,
    stage,
    stageSince: since,
    verdict: awaited?.verdict ?? null,
    reason: awaited?.reason ?? null,
    warning: awaited?.warning ?? null,
    next,
    waiting: awaited !== null,
    waitingForSigner: claimAtSigner(claims) !== null,
    rebootstrapping: isRebootstrapping(facts),
    // A clock runs only for a request that its kubelet waits for.
    firstPendingAt: awaited === null ? null : (clocks?.firstPendingAt ?? null),
    deadline: awaited === null ? null : deadline,
    overdue: awaited !== null && isOverdue(clocks, context.now),
    nextDuplicateAt:
      awaited === null || clocks === null ? null : apiTimestamp(clocks.nextDuplicateAt),
    duplicates: next === null ? 0 : duplicatesOf(next, requests),
    requests,
    node: node === null ? null : summarizeNode(node),
    machineObject: machine === null ? null : summarizeMachine(machine),
    execAndLogs: execAndLogs(facts),
    servingNotAfter: facts.servingNotAfter === null ? null : apiTimestamp(facts.servingNotAfter),
    joinedAt: stage === 'ready' ? joinedAt(facts) : null,
    hold: holdOf(question),
    alarm: alarmOf(world, name),
    alarmCount: world.alarms.countOf(name),
  }
  const evidence = world.evidence(name, context.now)
  const instants = [
    ...stageInstants(facts),
    ...holdInstants(question),
    ...fromBeforeNodeInstants(claims, node),
    ...(clocks === null ? [] : [clocks.deadline]),
    ...(evidence === null ? [] : [evidenceEnds(evidence)]),
  ]
  return { row, changesAt: firstAfter(context.now, instants) }
}

/** The row of a request without a machine; null when it is gone or belongs to a machine. */
export function deriveOther(world: World, uid: string, context: Context): JudgedRequest | null {
  const claim = world.claim(uid)
  if (claim === null || claim.nodeName !== null) return null
  return requestRow(claim, world, context, false, ownDeadline(claim))
}

/** The facts that a machine's row and drill-down are derived from. */
export function factsOf(world: World, name: string, context: Context): StageFacts {
  const claims = world.claimsOf(name)
  const evidence = world.evidence(name, context.now)
  const serving = claims.find(
    (claim) =>
      claim.kind === 'kubeletServing' && claim.certificate !== null && !isGivenUp(claim, claims),
  )
  return {
    claims,
    ...supersession(claims, world, context),
    node: world.cluster.node(name),
    // The cluster deletes a request an hour after its decision; the kubelet's own answer lasts
    // longer.
    servingNotAfter:
      milliseconds(serving?.certificate?.notAfter ?? null) ?? presentedUntil(evidence, name),
    presents: presented(evidence, name, context.now),
    now: context.now,
  }
}

function presented(evidence: Evidence | null, name: string, now: number): StageFacts['presents'] {
  if ((presentedUntil(evidence, name) ?? 0) > now) return 'own'
  return presentsNone(evidence) ? 'none' : null
}

export function requestRow(
  claim: Claim,
  world: World,
  context: Context,
  superseded: boolean,
  machineDeadline: string | null,
): JudgedRequest {
  const { csr } = claim
  const pending = isPending(csr)
  const { row: known, rowJudgement, asking: wasAsking } = claim.memo
  const judgement = pending ? judge(claim, world, context) : null
  const deadline = pending ? machineDeadline : null
  const asking = pending && isAsking(claim, world, context)
  const same =
    judgement === rowJudgement && known?.superseded === superseded && wasAsking === asking
  if (known !== null && same && known.deadline === deadline) return known
  const decided = decision(csr)
  const failed = condition(csr, FAILED)
  const words = decided === null ? null : readDecision(decided)
  const row: JudgedRequest = {
    uid: csr.uid,
    name: csr.name,
    resourceVersion: csr.resourceVersion,
    fingerprint: claim.reading.fingerprint,
    signerName: csr.signerName,
    requestor: csr.requestor.username,
    nodeName: claim.nodeName,
    createdAt: csr.createdAt,
    expirationSeconds: csr.expirationSeconds,
    status: csrStatus(csr),
    verdict: judgement?.verdict ?? null,
    failing: judgement?.failing ?? [],
    reason: judgement?.reason ?? null,
    warning: judgement?.warning ?? null,
    superseded,
    unattended: unattended(claim, world, context, superseded),
    twoPeople: twoPeopleOf(claim, world, context.policy, judgement?.verdict ?? null),
    deadline,
    decidedAt: (decided ?? failed)?.lastUpdateTime ?? null,
    decider: words?.decider ?? null,
    decidedBy: words?.by ?? null,
    proposedBy: words?.proposedBy ?? null,
    decisionNote: words?.note ?? null,
    decisionTooLong: words?.tooLong ?? false,
    failure: failed?.message ?? null,
    notAfter: claim.certificate?.notAfter ?? null,
  }
  claim.memo.row = row
  claim.memo.rowJudgement = judgement
  claim.memo.asking = asking
  return row
}

function firstAfter(now: number, instants: readonly number[]): number | null {
  let first: number | null = null
  for (const instant of instants) {
    if (instant > now && (first === null || instant < first)) first = instant
  }
  return first
}

/**
 * The end of a request's own hour: a kubelet's request without a node name has one, those of other
 * signers have none.
 */
export function ownDeadline(claim: Claim): string | null {
  return isKubeletSigner(claim.csr.signerName)
    ? apiTimestamp(claim.createdAt + DOCUMENTED_WINDOW)
    : null
}

/**
 * The request that the machine waits for; null for none. `rows` has the same order as the claims.
 */
export function awaitedOf(
  claims: readonly Claim[],
  rows: readonly JudgedRequest[],
): HoldQuestion['awaited'] {
  const row = leastTrusted(awaitedAmong(rows))
  const claim = row === null ? undefined : claims[rows.indexOf(row)]
  if (row === null || row.verdict === null || claim === undefined) return null
  return { claim, verdict: row.verdict, reason: row.reason, warning: row.warning }
}

function nextStep(claim: Claim, verdict: Verdict): NextStep {
  if (isHeldBack(verdict)) return 'review'
  return claim.kind === 'kubeletServing' ? 'approveServing' : 'approveClient'
}

function isOverdue(clocks: Deadlines | null, now: number): boolean {
  return clocks !== null && now >= clocks.deadline
}

/** Older requests that one approval of the next step takes with the newest. */
function duplicatesOf(next: NextStep, requests: readonly JudgedRequest[]): number {
  const pending = requests.filter(isPendingRow)
  const newest = nextRequestOf(next, pending)
  return newest === null ? 0 : duplicatesAmong(newest, pending).length
}

function alarmOf(world: World, name: string): Alarm | null {
  const [first] = alarmsOf(world, name)
  return first === undefined ? null : alarmRow(first)
}

/** The gravest alarm of each kind; the one that holds the machine's requests back comes first. */
export function alarmsOf(world: World, name: string): readonly AlarmDetail[] {
  return ALARM_KINDS.flatMap((kind) => dated(world.alarms.of(kind, name)) ?? [])
}

/** An alarm, whether or not its request has a machine; null once it is dismissed. */
export function deriveAlarm(world: World, name: AlarmName): AlarmDetail | null {
  return dated(world.alarms.get(name))
}

function dated(raised: RaisedAlarm | null): AlarmDetail | null {
  if (raised === null) return null
  const { requestor: _, ...alarm } = raised
  const since = alarm.since === null ? null : apiTimestamp(alarm.since)
  if (alarm.kind === 'approvedAgainst') return { ...alarm, since }
  return { ...alarm, since, differs: alarm.differences.map(({ what }) => what) }
}

function summarizeMachine(machine: MachineObject): MachineObjectSummary {
  const { apiGroup, namespace, name, phase, role, createdAt } = machine
  return { apiGroup, namespace, name, phase, role, createdAt }
}
