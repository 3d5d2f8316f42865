import type { Claim } from '#lib/csr/claim/claim.ts'
import type { CsrCondition, MachineObject, Node } from '#lib/csr/model.ts'
import { APPROVED, DENIED, FAILED } from '#lib/csr/names.ts'
import { readDecision } from '#lib/csr/policy/decision-message.ts'
import { firstThatFit, type Room } from '#lib/csr/reading/first-that-fit.ts'
import { isReady } from '#lib/csr/rows/node-status.ts'
import type { TimelineEntry, TimelineKind } from '#lib/csr/rows/rows.ts'
import { isIssued } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

const CONDITION_KINDS: ReadonlyMap<string, TimelineKind> = new Map([
  [APPROVED, 'requestApproved'],
  [DENIED, 'requestDenied'],
  [FAILED, 'requestFailed'],
])

/** Bound of the timeline: a joining machine has about twenty entries. */
const TIMELINE_ROOM: Room = { entries: 1_000, characters: 300_000 }

/** The machine's events that its objects date, newest first. */
export function timelineOf(
  claims: readonly Claim[],
  node: Node | null,
  machine: MachineObject | null,
): readonly TimelineEntry[] {
  const oldestFirst = claims.toReversed()
  const serving = oldestFirst.filter(({ kind }) => kind === 'kubeletServing')
  // A machine joins in this order; entries of the same second keep it.
  const entries = [
    machine && entry(machine.createdAt, 'machineCreated', machine.name),
    ...oldestFirst.filter(({ kind }) => kind !== 'kubeletServing').flatMap(ofRequest),
    node && entry(node.createdAt, 'nodeCreated', node.name),
    ...serving.flatMap(ofRequest),
    node?.ready && entry(node.ready.since, isReady(node) ? 'nodeReady' : 'nodeNotReady', node.name),
  ]
  const known = entries.filter((item) => item !== null && item !== undefined)
  const newestFirst = known
    .reverse()
    .sort((a, b) => (milliseconds(b.at) ?? 0) - (milliseconds(a.at) ?? 0))
  return firstThatFit(newestFirst, TIMELINE_ROOM)
}

function ofRequest({ csr }: Claim): (TimelineEntry | null)[] {
  const by = csr.requestor.username
  const entries = [entry(csr.createdAt, 'requestFiled', csr.name, csr.signerName, by)]
  for (const item of csr.conditions) {
    const kind = CONDITION_KINDS.get(item.type)
    if (kind !== undefined) {
      const { by, note } = readDecision(item)
      entries.push(entry(item.lastUpdateTime, kind, csr.name, csr.signerName, by, note))
    }
  }
  // The API server does not record the time of issue; a working signer takes about a second.
  if (isIssued(csr)) {
    const approval = csr.conditions.find(({ type }) => type === APPROVED)
    entries.push(entry(timeOf(approval), 'certificateIssued', csr.name, csr.signerName))
  }
  return entries
}

function timeOf(condition: CsrCondition | undefined): string | null {
  return condition?.lastUpdateTime ?? null
}

function entry(
  at: string | null,
  kind: TimelineKind,
  subject: string,
  signerName: string | null = null,
  by: string | null = null,
  note: string | null = null,
): TimelineEntry | null {
  return at === null ? null : { at, kind, subject, signerName, by, note }
}
