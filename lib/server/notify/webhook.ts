import { createHmac, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Clock, sleep } from '#lib/kube/transport/clock.ts'
import type { WebhookFormat, WebhookSetting } from '#lib/server/notify/webhook-setting.ts'

/** `failed`: refused, or too old after its tries. `dropped`: too many waited. */
export type DeliveryOutcome = 'delivered' | 'failed' | 'dropped'

export interface Webhook {
  readonly format: WebhookFormat
  /** Queues a JSON body. Never throws, never waits. */
  send(body: string): void
  /** Number of queued messages. */
  readonly queued: number
  stop(): void
}

export interface WebhookOptions {
  readonly setting: WebhookSetting
  readonly clock: Clock
  readonly onEnd: (outcome: DeliveryOutcome) => void
  /** Logs a message that was not delivered: a status or an error's code, never address or secret. */
  readonly onFailed: (why: string, tries: number) => void
}

/** Messages that wait; beyond it the oldest is dropped. */
export const MOST_QUEUED = 100
/** Age at which a message is given up: news of an hour ago is on the page. */
export const MOST_AGE_MS = 30 * 60_000
/** A receiver has so long to answer. */
const ANSWER_MS = 10_000
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 5 * 60_000

interface Message {
  readonly id: string
  readonly body: string
  /** Milliseconds of the monotonic clock. */
  readonly queuedAt: number
  /** Earliest time of the next try, by the same clock. */
  dueAt: number
  tries: number
}

type Answer =
  | { readonly delivered: true }
  /** `waitMs`: the receiver's own Retry-After; null without one. */
  | {
      readonly delivered: false
      readonly why: string
      readonly again: boolean
      readonly waitMs: number | null
    }

/**
 * One POST at a time, the oldest due message first: one that has to wait holds up no other. A
 * redirect is a refusal, and no body of an answer is read.
 */
export function createWebhook({ setting, clock, onEnd, onFailed }: WebhookOptions): Webhook {
  const queue: Message[] = []
  const stopping = new AbortController()
  let isBusy = false

  function end(message: Message, outcome: DeliveryOutcome, why?: string): void {
    const index = queue.indexOf(message)
    if (index !== -1) queue.splice(index, 1)
    if (why !== undefined) onFailed(why, message.tries)
    onEnd(outcome)
  }

  async function deliverAll(): Promise<void> {
    if (isBusy) return
    isBusy = true
    for (let next = firstDue(); next !== undefined; next = firstDue()) await deliver(next)
    isBusy = false
  }

  function firstDue(): Message | undefined {
    if (stopping.signal.aborted) return
    return queue.find(({ dueAt }) => dueAt <= clock.passed())
  }

  async function deliver(message: Message): Promise<void> {
    message.tries += 1
    const answer = await post(setting, message, clock, stopping.signal)
    if (stopping.signal.aborted || !queue.includes(message)) return
    if (answer.delivered) {
      end(message, 'delivered')
      return
    }
    const wait = Math.min(
      answer.waitMs ?? FIRST_WAIT_MS * 2 ** Math.min(message.tries - 1, 16),
      LONGEST_WAIT_MS,
    )
    message.dueAt = clock.passed() + wait
    const isTooOld = message.dueAt - message.queuedAt > MOST_AGE_MS
    if (answer.again && !isTooOld) void sleep(clock, wait, stopping.signal).then(deliverAll)
    else end(message, 'failed', answer.why)
  }

  return {
    format: setting.format,
    send(body) {
      if (stopping.signal.aborted) return
      const [oldest] = queue
      if (queue.length >= MOST_QUEUED && oldest !== undefined) end(oldest, 'dropped', 'queueFull')
      const now = clock.passed()
      queue.push({ id: randomUUID(), body, queuedAt: now, dueAt: now, tries: 0 })
      void deliverAll()
    },
    get queued() {
      return queue.length
    },
    stop: () => stopping.abort(),
  }
}

async function post(
  { url, secretFile }: WebhookSetting,
  { id, body }: Message,
  clock: Clock,
  stopping: AbortSignal,
): Promise<Answer> {
  const late = new AbortController()
  const cancel = clock.after(ANSWER_MS, () => late.abort())
  try {
    // Read for each try: a mounted secret may have been rotated.
    const secret = secretFile === null ? null : (await readFile(secretFile, 'utf8')).trim()
    if (secret === '') return { delivered: false, why: 'secretEmpty', again: true, waitMs: null }
    const time = String(Math.floor(clock.now() / 1_000))
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([late.signal, stopping]),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'countersign',
        'countersign-id': id,
        'countersign-time': time,
        ...(secret === null ? {} : { 'countersign-signature': signature(secret, time, body) }),
      },
      body,
    })
    await response.body?.cancel()
    return answerOf(response)
  } catch (error) {
    const why = late.signal.aborted ? 'noAnswer' : codeOf(error)
    return { delivered: false, why, again: true, waitMs: null }
  } finally {
    cancel()
  }
}

/** `v1=` and the hexadecimal HMAC-SHA256 over `<time>.<body>`. */
export function signature(secret: string, time: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`
}

/** Statuses that the receiver may take back: a timeout, too many, its own trouble. */
function answerOf({ ok, status, headers }: Response): Answer {
  if (ok) return { delivered: true }
  const again = status === 408 || status === 429 || status >= 500
  const seconds = Number(headers.get('retry-after') || Number.NaN)
  const waitMs = seconds > 0 ? seconds * 1_000 : null
  return { delivered: false, why: `status ${status}`, again, waitMs }
}

/** Code alone: an error's message may have the address. */
function codeOf(error: unknown): string {
  const { cause = error } = error instanceof Error ? error : {}
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : null
  return typeof code === 'string' ? code : 'failed'
}
