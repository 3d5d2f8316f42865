import { CHECK_CODES, isWarning } from '#lib/csr/check-facts.ts'
import type { Context } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import { grantsOf } from '#lib/csr/grants.ts'
import { holdsOf } from '#lib/csr/hold/holds.ts'
import type { Evidence } from '#lib/csr/kubelets/evidence.ts'
import {
  alarmsOf,
  awaitedOf,
  deriveMachine,
  deriveOther,
  factsOf,
} from '#lib/csr/machine/derive.ts'
import { timelineOf } from '#lib/csr/machine/timeline.ts'
import type { CheckOutcome, CheckResult } from '#lib/csr/model.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { CUT_MARK } from '#lib/csr/reading/cut-text.ts'
import { firstThatFit, type Room } from '#lib/csr/reading/first-that-fit.ts'
import type {
  JudgedRequest,
  KubeletAnswer,
  MachineDetail,
  RequestDetail,
} from '#lib/csr/rows/rows.ts'
import { isPending } from '#lib/csr/status.ts'
import { apiTimestamp } from '#lib/csr/time.ts'
import { checkResults } from '#lib/csr/verdict/verdict.ts'
import {
  holdsFor,
  machineFor,
  requestFor,
  selfResult,
  standingFor,
  type ViewerName,
} from '#lib/csr/verdict/viewer-overlay.ts'
import type { World } from '#lib/csr/world/world.ts'

/** One request in full, as the viewer sees it; null when it is gone. */
export function describeRequest(
  world: World,
  uid: string,
  context: Context,
  viewer: ViewerName,
): RequestDetail | null {
  const claim = world.claim(uid)
  if (claim === null) return null
  const { nodeName } = claim
  const row =
    nodeName === null
      ? deriveOther(world, uid, context)
      : deriveMachine(world, nodeName, context)?.requests.find((request) => request.uid === uid)
  return row ? detailOf(claim, row, world, context, viewer) : null
}

/**
 * Bounds of a machine's page: newest requests in full, and as rows. Deriving more would block the
 * server; `describeRequest` gives any single request.
 */
const DESCRIBED: Room = { entries: 100, characters: 1_200_000 }
const LISTED: Room = { entries: 500, characters: 500_000 }

/** One machine in full, as the viewer sees it; null for an unknown name. */
export function describeMachine(
  world: World,
  name: string,
  context: Context,
  viewer: ViewerName,
): MachineDetail | null {
  const machine = deriveMachine(world, name, context)
  if (machine === null) return null
  const facts = factsOf(world, name, context)
  const { claims, node } = facts
  const awaited = awaitedOf(claims, machine.requests)
  const machineObject = world.cluster.machineFor(name)
  const rows = machine.requests
  function* described(): Iterable<RequestDetail> {
    for (const [index, claim] of claims.entries()) {
      const row = rows[index]
      if (row !== undefined) yield detailOf(claim, row, world, context, viewer)
    }
  }
  const listed = firstThatFit(rows, LISTED)
  const alarms = alarmsOf(world, name)
  const standing = standingFor(machine, viewer)
  const holds = holdsOf({ facts, stage: machine.stage, awaited, world, context })
  return {
    machine: { ...machineFor({ ...machine, requests: listed }, viewer), ...standing },
    unlisted: rows.length - listed.length,
    alarms,
    moreAlarms: world.alarms.countOf(name) - alarms.length,
    requests: firstThatFit(described(), DESCRIBED),
    node,
    kubelet: kubeletAnswer(world.evidence(name, context.now), rows),
    machineObject,
    timeline: timelineOf(claims, node, machineObject),
    holds: holdsFor(holds, standing.hold),
  }
}

/**
 * The kubelet's answer; null also for one from before the newest serving certificate, whose time is
 * of whole seconds.
 */
function kubeletAnswer(
  evidence: Evidence | null,
  rows: readonly Pick<JudgedRequest, 'signerName' | 'notAfter' | 'decidedAt'>[],
): KubeletAnswer | null {
  if (evidence === null) return null
  const isBefore = rows.some(
    ({ signerName, notAfter, decidedAt }) =>
      signerName === KUBELET_SERVING &&
      notAfter !== null &&
      decidedAt !== null &&
      evidence.askedAt < Date.parse(decidedAt) + 1_000,
  )
  if (isBefore) return null
  return { askedAt: apiTimestamp(evidence.askedAt), outcome: evidence.live.outcome }
}

function detailOf(
  claim: Claim,
  judged: JudgedRequest,
  world: World,
  context: Context,
  viewer: ViewerName,
): RequestDetail {
  const { csr, reading } = claim
  const checks = () => [
    ...checkResults(claim, world, context),
    selfResult(csr.requestor.username, viewer),
  ]
  return {
    ...requestFor(judged, viewer),
    requestorDetail: csr.requestor,
    usages: csr.usages,
    conditions: csr.conditions,
    reading,
    grants: grantsOf(csr.signerName, reading),
    pem: decodeText(csr.request) + (csr.oversized === undefined ? '' : CUT_MARK),
    certificate: claim.certificate,
    differences: claim.differences,
    checks: isPending(csr) ? failedFirst(checks()) : [],
  }
}

const OUTCOME_ORDER: readonly CheckOutcome[] = ['fail', 'unknown', 'pass']

/**
 * The results in the order of the page: failed, those that warn, unknown, passed; each in the order
 * of the table.
 */
function failedFirst(results: readonly CheckResult[]): CheckResult[] {
  return results.toSorted(
    (a, b) =>
      OUTCOME_ORDER.indexOf(a.outcome) - OUTCOME_ORDER.indexOf(b.outcome) ||
      Number(isWarning(b)) - Number(isWarning(a)) ||
      CHECK_CODES.indexOf(a.code) - CHECK_CODES.indexOf(b.code),
  )
}

/** The text behind base64, byte by byte; the input itself if it is not base64. */
function decodeText(base64: string): string {
  try {
    const binary = atob(base64)
    const bytes = new Uint8Array(binary.length)
    // A plain loop: `Uint8Array.from` with an iterator takes 200 ms for the largest requests.
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at)
    return new TextDecoder().decode(bytes)
  } catch {
    return base64
  }
}
