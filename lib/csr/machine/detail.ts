import type { Context } from '#lib/csr/checks/check-question.ts'
import { checkResults } from '#lib/csr/checks/verdict.ts'
import type { Claim } from '#lib/csr/claim.ts'
import { timestamp } from '#lib/csr/machine/deadlines.ts'
import { deriveMachine, deriveOther, factsOf, toldBy } from '#lib/csr/machine/derive.ts'
import { firstThatFit, type Room } from '#lib/csr/machine/first-that-fit.ts'
import { grantsOf } from '#lib/csr/machine/grants.ts'
import { holdsOf } from '#lib/csr/machine/holds.ts'
import type {
  AlarmDetail,
  KubeletAnswer,
  MachineDetail,
  MachineRow,
  RequestDetail,
  RequestRow,
} from '#lib/csr/machine/rows.ts'
import { timelineOf } from '#lib/csr/machine/timeline.ts'
import type { CheckOutcome, CheckResult } from '#lib/csr/model.ts'
import { CUT_MARK } from '#lib/csr/reading/cut-text.ts'
import { isPending } from '#lib/csr/status.ts'
import type { Evidence } from '#lib/csr/world/evidence.ts'
import type { World } from '#lib/csr/world/world.ts'

/** One request with everything that is known of it; null when it is gone. */
export function describeRequest(world: World, uid: string, context: Context): RequestDetail | null {
  const claim = world.claim(uid)
  if (claim === null) return null
  const { nodeName } = claim
  const row =
    nodeName === null
      ? deriveOther(world, uid, context)
      : deriveMachine(world, nodeName, context)?.requests.find((request) => request.uid === uid)
  return row ? detailOf(claim, row, world, context) : null
}

/**
 * A machine's newest requests as its page has them: in full, and as rows. Neither many nor large ones may
 * block the server; `describeRequest` tells any.
 */
const DESCRIBED: Room = { entries: 100, characters: 1_200_000 }
const LISTED: Room = { entries: 500, characters: 500_000 }

/** One machine with everything its page shows; null for a name that nothing knows. */
export function describeMachine(
  world: World,
  name: string,
  context: Context,
): MachineDetail | null {
  const machine = deriveMachine(world, name, context)
  if (machine === null) return null
  const facts = factsOf(world, name, context)
  const { claims, node } = facts
  const told = toldBy(claims, machine.requests)
  const machineObject = world.cluster.machineFor(name)
  const rows = machine.requests
  function* described(): Iterable<RequestDetail> {
    for (const [index, claim] of claims.entries()) {
      const row = rows[index]
      if (row !== undefined) yield detailOf(claim, row, world, context)
    }
  }
  const listed = firstThatFit(rows, LISTED)
  return {
    machine: { ...machine, requests: listed },
    unlisted: rows.length - listed.length,
    alarm: alarmDetail(machine, world),
    requests: firstThatFit(described(), DESCRIBED),
    node,
    kubelet: kubeletAnswer(world.evidence(name, context.now)),
    machineObject,
    timeline: timelineOf(claims, node, machineObject),
    holds: holdsOf({ name, facts, stage: machine.stage, told, world, context }),
  }
}

function kubeletAnswer(evidence: Evidence | null): KubeletAnswer | null {
  if (evidence === null) return null
  return { askedAt: timestamp(evidence.askedAt), outcome: evidence.live.outcome }
}

function alarmDetail({ name, alarm }: MachineRow, world: World): AlarmDetail | null {
  const kept = world.alarms.of(name)
  if (alarm === null || kept === null) return null
  return { ...alarm, request: kept.request, differences: kept.differences }
}

function detailOf(claim: Claim, row: RequestRow, world: World, context: Context): RequestDetail {
  const { csr, reading } = claim
  return {
    ...row,
    requestorDetail: csr.requestor,
    usages: csr.usages,
    conditions: csr.conditions,
    reading,
    grants: grantsOf(csr.signerName, reading),
    pem: decodeText(csr.request) + (csr.oversized === undefined ? '' : CUT_MARK),
    certificate: claim.certificate,
    differences: claim.differences,
    checks: isPending(csr) ? told(checkResults(claim, world, context)) : [],
  }
}

const TOLD_FIRST: readonly CheckOutcome[] = ['fail', 'unknown', 'pass']

/** Failed first, then unknown, then passed; each in the order of the table. */
function told(results: readonly CheckResult[]): CheckResult[] {
  return TOLD_FIRST.flatMap((outcome) => results.filter((result) => result.outcome === outcome))
}

/** The text that base64 stands for, byte by byte; as it came when it is no base64 at all. */
function decodeText(base64: string): string {
  try {
    const binary = atob(base64)
    const bytes = new Uint8Array(binary.length)
    // A plain loop: the iterator of `Uint8Array.from` takes 200 ms for the greatest requests.
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at)
    return new TextDecoder().decode(bytes)
  } catch {
    return base64
  }
}
