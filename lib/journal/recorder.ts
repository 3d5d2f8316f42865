import { randomUUID } from 'node:crypto'
import type { JudgedRow, RowNews } from '#lib/cluster/row-news.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { cutText } from '#lib/csr/reading/cut-text.ts'
import { isApprovedRow, isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedMachine, JudgedRequest, RequestDetail } from '#lib/csr/rows/rows.ts'
import { milliseconds } from '#lib/csr/time.ts'
import type { RaisedAlarm } from '#lib/csr/world/alarms.ts'
import { alarmEntry } from '#lib/journal/alarm-entries.ts'
import { decisionText, filtersOf, originOf } from '#lib/journal/decision-filters.ts'
import { createLineLimit } from '#lib/journal/line-limit.ts'
import { BLANK, dismissedKey, type RecordEntry } from '#lib/journal/record-store.ts'
import { searchText } from '#lib/journal/search-text.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import { type Clock, timestamp } from '#lib/kube/transport/clock.ts'
import type { RecordedVerdict } from '#lib/wire/views.ts'

/**
 * Most requests described in one turn, and the milliseconds between turns: checks take a tenth of
 * one each.
 */
const DESCRIBED_AT_ONCE = 10
const DESCRIBE_EVERY_MS = 20
/**
 * Most requests that wait for their checks; others are recorded without them, as a flood must not
 * cost a second judgement.
 */
const MOST_DESCRIBED = 5_000
/** Longest description of one request, in characters. */
const LONGEST_BODY = 64_000
/** Longest line, in bytes, and the bounds of each of its texts, tried one after the other. */
const LONGEST_LINE = 4_096
const LINE_TEXTS = [Number.POSITIVE_INFINITY, 500, 100]

/** Turns news of rows and log lines into entries of the record. */
export function createRecorder({
  add,
  request,
  clock,
}: {
  readonly add: (entries: readonly RecordEntry[]) => void
  /** The request with its checks; null once it is gone. */
  readonly request: (uid: string) => RequestDetail | null
  /** This machine's clock. */
  readonly clock: Clock
}) {
  /** Requests that wait for their description. */
  const undescribed = new Map<string, JudgedRow>()
  let cancelDescribe: (() => void) | null = null
  const limit = createLineLimit(clock, (who, count) => {
    const now = clock.now()
    add([lineEntry({ time: timestamp(now), event: 'record.leftOut', who, count }, now)])
  })

  function entryOf(news: RowNews): RecordEntry | null {
    const now = clock.now()
    switch (news.what) {
      case 'request':
        return describeLater(news) ? null : requestEntry(news, null, now)
      case 'decision':
        return decisionEntry(news.row, news.judged, now)
      case 'join':
        return joinEntry(news.machine, news.issuedAt, now)
      case 'nodeDeleted':
        return nodeEntry(news, now)
    }
  }

  /** Whether the request is recorded with its checks, in a later turn. */
  function describeLater(one: JudgedRow): boolean {
    if (!isPendingRow(one.row) || undescribed.size >= MOST_DESCRIBED) return false
    undescribed.set(one.row.uid, one)
    cancelDescribe ??= clock.after(DESCRIBE_EVERY_MS, describe)
    return true
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

  return {
    /** Takes news of published rows. */
    take(news: readonly RowNews[]): void {
      const entries = news.flatMap((one) => entryOf(one) ?? [])
      if (entries.length > 0) add(entries)
    },
    /** Takes an alarm that was raised. */
    alarm: (alarm: RaisedAlarm) => add([alarmEntry(alarm, clock.now())]),
    /** Takes a line of standard output that was written. */
    line(entry: LogEntry): void {
      if (limit.takes(entry)) add([lineEntry(entry, clock.now())])
    },
    stop(): void {
      limit.stop()
      cancelDescribe?.()
      const entries = [...undescribed.values()].map((one) => requestEntry(one, null, clock.now()))
      undescribed.clear()
      if (entries.length > 0) add(entries)
    },
  }
}

function requestEntry(
  { row, judged }: JudgedRow,
  detail: RequestDetail | null,
  recordedAt: number,
): RecordEntry {
  const { twoPeople: _, ...facts } = row
  const seen = { ...facts, ...judged }
  const described = JSON.stringify({ ...seen, ...(detail === null ? {} : describedOf(detail)) })
  return {
    ...BLANK,
    key: `request/${row.uid}`,
    kind: 'request',
    at: milliseconds(row.createdAt) ?? 0,
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
    checks: checks.map(({ code, outcome, finding, values }) => ({
      code,
      outcome,
      finding,
      values,
    })),
  }
}

/** `judged`: the verdict before the decision. */
function decisionEntry(
  row: JudgedRequest,
  judged: RecordedVerdict | null,
  recordedAt: number,
): RecordEntry {
  const matches = filtersOf(row, judged).filter((filter) => filter !== 'all')
  return {
    ...BLANK,
    key: `decision/${row.uid}/${row.status}`,
    kind: 'decision',
    at: milliseconds(row.decidedAt) ?? 0,
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

/** A joined machine with the times of its way, as far as its listed requests tell. */
function joinEntry(
  machine: JudgedMachine,
  issuedAt: ReadonlyMap<string, number>,
  recordedAt: number,
): RecordEntry {
  const { name, joinedAt, requests, node } = machine
  const filed = requests.map(({ createdAt }) => milliseconds(createdAt) ?? 0).filter((at) => at > 0)
  const first = filed.length === 0 ? null : Math.min(...filed)
  const at = milliseconds(joinedAt) ?? 0
  const [client, serving] = [false, true].map((isServing) =>
    requests.findLast(
      (one) => isApprovedRow(one) && (one.signerName === KUBELET_SERVING) === isServing,
    ),
  )
  return {
    ...BLANK,
    key: `join/${node?.uid ?? name}`,
    kind: 'join',
    at,
    recordedAt,
    machine: name,
    took: first === null || at < first ? null : at - first,
    text: searchText([name]),
    body: JSON.stringify({
      firstRequestAt: timeOf(first),
      clientApprovedAt: client?.decidedAt ?? null,
      clientIssuedAt: timeOf(issuedAt.get(client?.uid ?? '') ?? null),
      nodeCreatedAt: node?.createdAt ?? null,
      servingApprovedAt: serving?.decidedAt ?? null,
      servingIssuedAt: timeOf(issuedAt.get(serving?.uid ?? '') ?? null),
      readyAt: joinedAt,
    }),
  }
}

function nodeEntry(
  { what, name, uid }: Extract<RowNews, { readonly what: 'nodeDeleted' }>,
  recordedAt: number,
): RecordEntry {
  return {
    ...BLANK,
    key: `node/${uid}`,
    kind: 'node',
    at: recordedAt,
    recordedAt,
    machine: name,
    text: searchText([name]),
    body: JSON.stringify({ what, nodeUid: uid }),
  }
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : timestamp(ms)
}

function lineEntry(entry: LogEntry, recordedAt: number): RecordEntry {
  const textIn = (field: string) => {
    const value = entry[field]
    return typeof value === 'string' && value !== '' ? value : null
  }
  const uid = textIn('uid')
  const isDismissal = entry.event === 'alarm.dismissed' && uid !== null
  return {
    ...BLANK,
    key: isDismissal ? dismissedKey(uid, entry.alarm) : `line/${randomUUID()}`,
    kind: 'line',
    at: recordedAt,
    recordedAt,
    uid,
    machine: textIn('node') ?? textIn('machine'),
    person: textIn('who'),
    body: lineBody(entry),
  }
}

/** The line as JSON, with its texts cut until it is short enough. */
function lineBody(entry: LogEntry): string {
  for (const most of LINE_TEXTS) {
    const cut = (_: string, value: unknown) =>
      typeof value === 'string' ? cutText(value, most) : value
    const body = JSON.stringify(entry, cut)
    if (Buffer.byteLength(body) <= LONGEST_LINE) return body
  }
  return JSON.stringify({ event: entry.event, isCut: true })
}
