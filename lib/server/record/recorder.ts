import { randomUUID } from 'node:crypto'
import { isPendingRow } from '#lib/csr/machine/next-request.ts'
import type { JudgedMachine, JudgedRequest, RequestDetail } from '#lib/csr/machine/rows.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import type { RaisedAlarm } from '#lib/csr/world/alarms.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { RowChange, Rows } from '#lib/server/feed/board.ts'
import { ALARM_KEY, DISMISSED_KEY, type RecordEntry } from '#lib/server/record/record-store.ts'
import { DECIDED, decisionText, originOf } from '#lib/server/views/activity-view.ts'
import { searchText } from '#lib/server/views/search-text.ts'
import { timeOf } from '#lib/server/views/sorted-rows.ts'
import { DECISION_FILTERS, type RecordedVerdict } from '#lib/wire/views.ts'
import type { FeedState } from '#lib/wire/wire.ts'

export interface Recorder {
  /** Takes changes of rows that were published while the feed is live. */
  take(changes: readonly RowChange[]): void
  /** The feed is in this state now: rows of other states than `live` are not taken. */
  feedIs(state: FeedState): void
  /** Takes a line of standard output that was written. */
  line(entry: Readonly<Record<string, unknown>>): void
  stop(): void
}

export interface RecorderOptions {
  readonly add: (entries: readonly RecordEntry[]) => void
  /** Whether rows equal the API server's state: verdicts before that lack evidence. */
  readonly isLive: () => boolean
  readonly rows: () => Rows
  /** The request with its checks; null once it is gone. */
  readonly request: (uid: string) => RequestDetail | null
  /** The newest alarm of a machine in full. */
  readonly alarm: (machine: string) => RaisedAlarm | null
  /** This machine's clock. */
  readonly clock: Clock
  /** Called when a request was approved that our checks refused or suspected. */
  readonly onApprovedAgainst?: (verdict: string) => void
}

/** A listed request as it was last recorded or published. */
interface Known {
  readonly row: JudgedRequest
  /** Its judgement while it was pending; null when it was never seen so. */
  readonly judged: RecordedVerdict | null
}

/** While a burst is taken in, whether it is over is looked at so often, milliseconds. */
const LOOK_MS = 1_000
/** Requests described in one turn, and the milliseconds between turns: checks take a tenth of one each. */
const DESCRIBED_AT_ONCE = 10
const DESCRIBE_EVERY_MS = 20
/** Requests beyond these are recorded without their checks: a flood must not cost a second judgement. */
const MOST_DESCRIBED = 5_000
/** Longest description of one request, in characters. */
const LONGEST_BODY = 64_000

/** Turns published rows and log lines into entries of the record, each event once. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { add, isLive, rows, request, alarm, clock, onApprovedAgainst } = options
  const known = new Map<string, Known>()
  /** Requests that wait for their description. */
  const undescribed = new Map<string, Known>()
  let isBehind = true
  let cancelLook = () => {}
  let cancelDescribe: (() => void) | null = null

  /** Records all rows once the feed is live, as changes before that were not taken. */
  function look(): void {
    cancelLook()
    if (!isLive()) {
      cancelLook = clock.after(LOOK_MS, look)
      return
    }
    isBehind = false
    const { machines, others } = rows()
    const listed = new Set(others.keys())
    for (const { requests } of machines.values()) for (const { uid } of requests) listed.add(uid)
    for (const uid of known.keys()) if (!listed.has(uid)) known.delete(uid)
    const entries: RecordEntry[] = []
    for (const row of machines.values()) takeMachine(null, row, entries)
    for (const row of others.values()) takeRequest(row, entries)
    if (entries.length > 0) add(entries)
  }

  function takeMachine(before: JudgedMachine | null, after: JudgedMachine, into: RecordEntry[]) {
    for (const row of after.requests) takeRequest(row, into)
    if (after.joinedAt !== null && after.joinedAt !== before?.joinedAt) {
      into.push(joinEntry(after, clock.now()))
    }
    if (after.alarm !== null && after.alarm.uid !== before?.alarm?.uid) {
      into.push(alarmEntry(after, alarm(after.name), clock.now()))
    }
  }

  function takeRequest(row: JudgedRequest, into: RecordEntry[]): void {
    const before = known.get(row.uid)
    if (before?.row === row) return
    const isPending = isPendingRow(row)
    const judged = isPending ? verdictOf(row) : (before?.judged ?? null)
    const now = { row, judged }
    known.set(row.uid, now)
    if (before === undefined) describeLater(now, into)
    if (isPending || before?.row.status === row.status) return
    into.push(decisionEntry(row, judged, clock.now()))
    const wasDecided = before !== undefined && !isPendingRow(before.row)
    if (wasDecided || !row.status.startsWith('Approved') || judged?.verdict == null) return
    if (!isHeldBack(judged.verdict)) return
    into.push(approvedAgainstEntry(row, judged, clock.now()))
    onApprovedAgainst?.(judged.verdict)
  }

  function describeLater(one: Known, into: RecordEntry[]): void {
    if (!isPendingRow(one.row) || undescribed.size >= MOST_DESCRIBED) {
      into.push(requestEntry(one, null, clock.now()))
      return
    }
    undescribed.set(one.row.uid, one)
    cancelDescribe ??= clock.after(DESCRIBE_EVERY_MS, describe)
  }

  function describe(): void {
    cancelDescribe = null
    const entries: RecordEntry[] = []
    for (const [uid, one] of undescribed) {
      undescribed.delete(uid)
      entries.push(requestEntry(one, request(uid), clock.now()))
      if (entries.length >= DESCRIBED_AT_ONCE) break
    }
    if (undescribed.size > 0) cancelDescribe = clock.after(DESCRIBE_EVERY_MS, describe)
    add(entries)
  }

  /** A request that is gone is never asked for again. */
  function forget(before: readonly JudgedRequest[], after: readonly JudgedRequest[]): void {
    if (before.length === 0) return
    const left = new Set(after.map(({ uid }) => uid))
    for (const { uid } of before) if (!left.has(uid)) known.delete(uid)
  }

  return {
    take(changes) {
      for (const { kind, before, after } of changes) {
        if (kind === 'machine') forget(before?.requests ?? [], after?.requests ?? [])
        else if (before !== null && after === null) known.delete(before.uid)
      }
      if (isBehind || !isLive()) {
        isBehind = true
        look()
        return
      }
      const entries: RecordEntry[] = []
      for (const change of changes) {
        if (change.after === null) continue
        if (change.kind === 'machine') takeMachine(change.before, change.after, entries)
        else takeRequest(change.after, entries)
      }
      if (entries.length > 0) add(entries)
    },
    feedIs(state) {
      isBehind = true
      cancelLook()
      if (state === 'live') look()
    },
    line: (entry) => add([lineEntry(entry, clock.now())]),
    stop() {
      cancelLook()
      cancelDescribe?.()
      const entries = [...undescribed.values()].map((one) => requestEntry(one, null, clock.now()))
      undescribed.clear()
      if (entries.length > 0) add(entries)
    },
  }
}

const NONE = { uid: null, machine: null, person: null, status: null, origin: null, took: null }

function verdictOf({ verdict, failing, reason }: JudgedRequest): RecordedVerdict {
  return { verdict, failing, reason }
}

function requestEntry(
  { row, judged }: Known,
  detail: RequestDetail | null,
  recordedAt: number,
): RecordEntry {
  const { twoPeople: _, ...facts } = row
  const seen = { ...facts, ...judged }
  const described = JSON.stringify({ ...seen, ...(detail === null ? {} : describedOf(detail)) })
  return {
    ...NONE,
    key: `request/${row.uid}`,
    kind: 'request',
    at: timeOf(row.createdAt, 0),
    recordedAt,
    uid: row.uid,
    machine: row.nodeName,
    person: row.requestor,
    text: searchText([row.name, row.nodeName, row.requestor, row.signerName]),
    body: described.length > LONGEST_BODY ? JSON.stringify(seen) : described,
  }
}

function describedOf({ requestorDetail, usages, reading, checks }: RequestDetail): object {
  return {
    requestorDetail,
    usages,
    x509cr: reading.x509cr,
    problems: reading.problems,
    checks: checks.map(({ code, outcome, finding }) => ({ code, outcome, finding })),
  }
}

/** `judged`: the verdict right before the decision. */
function decisionEntry(
  row: JudgedRequest,
  judged: RecordedVerdict | null,
  recordedAt: number,
): RecordEntry {
  const matches = DECISION_FILTERS.filter(
    (filter) => filter !== 'all' && DECIDED[filter](row.status),
  )
  return {
    ...NONE,
    key: `decision/${row.uid}/${row.status}`,
    kind: 'decision',
    at: timeOf(row.decidedAt, 0),
    recordedAt,
    uid: row.uid,
    machine: row.nodeName,
    person: row.decidedBy,
    status: matches.join('+'),
    origin: originOf(row),
    text: decisionText(row),
    body: JSON.stringify({ ...row, twoPeople: null, judged }),
  }
}

function approvedAgainstEntry(
  row: JudgedRequest,
  judged: RecordedVerdict,
  recordedAt: number,
): RecordEntry {
  const { uid, name, nodeName, decider, decidedBy, decidedAt } = row
  return {
    ...NONE,
    key: `approvedAgainst/${uid}`,
    kind: 'alarm',
    at: timeOf(decidedAt, 0),
    recordedAt,
    uid,
    machine: nodeName,
    person: decidedBy,
    text: decisionText(row),
    body: JSON.stringify({ what: 'approvedAgainst', name, decider, decidedBy, ...judged }),
  }
}

function alarmEntry(
  { name, alarm }: JudgedMachine,
  raised: RaisedAlarm | null,
  recordedAt: number,
): RecordEntry {
  return {
    ...NONE,
    key: `${ALARM_KEY}${alarm?.uid ?? ''}`,
    kind: 'alarm',
    at: recordedAt,
    recordedAt,
    uid: alarm?.uid ?? null,
    machine: name,
    text: searchText([name]),
    body: JSON.stringify({
      what: 'issuedOtherwise',
      request: raised?.request ?? '',
      differences: raised?.differences ?? [],
    }),
  }
}

/** A joined machine with the times of its way, as far as its listed requests tell. */
function joinEntry(machine: JudgedMachine, recordedAt: number): RecordEntry {
  const { name, joinedAt, requests, node } = machine
  const filed = requests.map(({ createdAt }) => timeOf(createdAt, 0)).filter((at) => at > 0)
  const first = filed.length === 0 ? null : Math.min(...filed)
  const at = timeOf(joinedAt, 0)
  const approvedOf = (isServing: boolean) =>
    requests.findLast(
      ({ signerName, status }) =>
        status.startsWith('Approved') && (signerName === KUBELET_SERVING) === isServing,
    )?.decidedAt ?? null
  return {
    ...NONE,
    key: `join/${node?.uid ?? name}`,
    kind: 'join',
    at,
    recordedAt,
    machine: name,
    took: first === null || at < first ? null : at - first,
    text: searchText([name]),
    body: JSON.stringify({
      firstRequestAt: first === null ? null : new Date(first).toISOString(),
      clientApprovedAt: approvedOf(false),
      nodeCreatedAt: node?.createdAt ?? null,
      servingApprovedAt: approvedOf(true),
      readyAt: joinedAt,
    }),
  }
}

function lineEntry(entry: Readonly<Record<string, unknown>>, recordedAt: number): RecordEntry {
  const textIn = (field: string) => {
    const value = entry[field]
    return typeof value === 'string' && value !== '' ? value : null
  }
  const uid = textIn('uid')
  const isDismissal = entry.event === 'alarm.dismissed' && uid !== null
  const texts = Object.values(entry).filter((value) => typeof value === 'string')
  return {
    ...NONE,
    key: isDismissal ? `${DISMISSED_KEY}${uid}` : `line/${randomUUID()}`,
    kind: 'line',
    at: recordedAt,
    recordedAt,
    uid,
    machine: textIn('node') ?? textIn('machine'),
    person: textIn('who'),
    text: searchText(texts),
    body: JSON.stringify(entry),
  }
}
