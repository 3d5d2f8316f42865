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

/** Order of entries with the same time, earliest first. */
const ORDER: readonly TimelineKind[] = [
  'machineCreated',
  'requestFiled',
  'requestApproved',
  'requestDenied',
  'requestFailed',
  'certificateIssued',
  'nodeCreated',
  'nodeNotReady',
  'nodeReady',
]

/** Bound of the timeline: a joining machine has about twenty entries. */
const TIMELINE_ROOM: Room = { entries: 1_000, characters: 300_000 }

/** The machine's events that its objects date, newest first. */
export function timelineOf(
  claims: readonly Claim[],
  node: Node | null,
  machine: MachineObject | null,
): readonly TimelineEntry[] {
  const entries = [
    ...claims.flatMap(ofRequest),
    ...(node === null ? [] : ofNode(node)),
    ...(machine === null ? [] : [entry(machine.createdAt, 'machineCreated', machine.name)]),
  ]
  const known = entries.filter((item): item is TimelineEntry => item !== null)
  const newestFirst = known.sort(
    (a, b) =>
      (milliseconds(b.at) ?? 0) - (milliseconds(a.at) ?? 0) ||
      ORDER.indexOf(b.kind) - ORDER.indexOf(a.kind),
  )
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

function ofNode(node: Node): (TimelineEntry | null)[] {
  const turned = isReady(node) ? 'nodeReady' : 'nodeNotReady'
  return [
    entry(node.createdAt, 'nodeCreated', node.name),
    entry(node.ready?.since ?? null, turned, node.name),
  ]
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
