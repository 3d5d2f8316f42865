import { cause } from '#lib/csr/cause.ts'
import {
  type DecisionBody,
  type DecisionLine,
  type DecisionPause,
  type HaltBody,
  LOSSES,
  OUTCOMES,
} from '#lib/live/wire.ts'
import { type Api, ProblemError, pageProblem } from '#lib/query/api.ts'
import { readLines } from '#lib/query/ndjson.ts'

export interface SendOptions {
  /** Aborting makes the server stop handing out items; those under way may still be written. */
  readonly signal?: AbortSignal
  /** The server has it under way. */
  readonly onBegun?: () => void
  /** The API server asked to wait until then (RFC 3339), or the wait is over (null). */
  readonly onPause?: ((until: string | null) => void) | undefined
}

/**
 * Sends one batch and tells each item's outcome as its line arrives. Rejects when the answer breaks
 * off before its last line: what was not told by then is unknown.
 */
export async function sendDecisions(
  api: Pick<Api, 'send'>,
  body: DecisionBody,
  onLine: (line: DecisionLine) => void,
  { signal, onBegun, onPause }: SendOptions = {},
): Promise<void> {
  const response = await api.send('/api/decisions', {
    method: 'POST',
    body,
    accept: 'application/x-ndjson',
    signal,
  })
  onBegun?.()
  let done = false
  for await (const line of readLines(response)) {
    if (isDone(line)) done = true
    else if (isDecisionLine(line)) onLine(line)
    else if (isDecisionPause(line)) onPause?.(line.pausedUntil)
  }
  if (!done) {
    throw new ProblemError(pageProblem('interrupted', cause('answerBrokeOff')))
  }
}

/** Nothing more is begun of that bulk; what is under way is finished, and told to whoever listens. */
export async function haltDecisions(api: Pick<Api, 'send'>, run: string): Promise<void> {
  const body: HaltBody = { run }
  await api.send('/api/decisions/halt', { method: 'POST', body })
}

function isDone(line: unknown): boolean {
  return typeof line === 'object' && line !== null && 'done' in line && line.done === true
}

function isDecisionPause(line: unknown): line is DecisionPause {
  if (typeof line !== 'object' || line === null || !('pausedUntil' in line)) return false
  return line.pausedUntil === null || typeof line.pausedUntil === 'string'
}

const KNOWN_OUTCOMES: ReadonlySet<unknown> = new Set(OUTCOMES)
const KNOWN_LOSSES: ReadonlySet<unknown> = new Set(LOSSES)

function isDecisionLine(line: unknown): line is DecisionLine {
  if (typeof line !== 'object' || line === null) return false
  const { uid, outcome, detail, causes, lost } = line as Partial<
    Record<keyof DecisionLine, unknown>
  >
  return (
    typeof uid === 'string' &&
    KNOWN_OUTCOMES.has(outcome) &&
    (detail === undefined || typeof detail === 'string') &&
    (causes === undefined || Array.isArray(causes)) &&
    (lost === undefined || KNOWN_LOSSES.has(lost))
  )
}
