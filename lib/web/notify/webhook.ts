import { createHmac, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isAlarmEvent } from '#lib/csr/machine/announcements.ts'
import { type Clock, sleep } from '#lib/kube/transport/clock.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import type { WebhookSetting } from '#lib/settings/settings.ts'
import { type Delivery, MOST_KEPT, MOST_TRIES } from '#lib/wire/notification-answers.ts'

/** `failed`: refused, or without success after all attempts. `dropped`: too many waited. */
export type DeliveryOutcome = 'delivered' | 'failed' | 'dropped'

export type Webhook = ReturnType<typeof createWebhook>

/** Subject of a message, for the list of deliveries. */
export type MessageSubject = Pick<Delivery, 'event' | 'name' | 'count'>

/** Bodies arrive in their shape, worded in their language. */
type Target = Pick<WebhookSetting, 'url' | 'secretFile'>

/** Milliseconds that a receiver has to answer. */
const ANSWER_MS = 10_000
/** Doubled after each attempt: eight attempts take half an hour. */
const FIRST_WAIT_MS = 15_000
/** Longest wait that a receiver may ask for. */
const LONGEST_ASKED_MS = 5 * 60_000

interface Message extends MessageSubject {
  readonly id: string
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Earliest time of the next attempt, milliseconds of the monotonic clock. */
  dueAt: number
  state: Delivery['state']
  tries: number
  answer: Delivery['answer']
  tookMs: number
}

interface Answer {
  readonly outcome: 'delivered' | 'tryAgain' | 'refused'
  readonly answer: Exclude<Delivery['answer'], null>
  /** Wait of the receiver's own Retry-After; null without one. */
  readonly waitMs: number | null
}

/**
 * Sends one POST at a time, the oldest due message first: a message that must wait holds up no
 * other. A redirect counts as a refusal, and the answer's body is not read.
 */
export function createWebhook({
  setting,
  clock,
  onEnd,
  onFailed,
}: {
  readonly setting: Target
  readonly clock: Clock
  readonly onEnd: (outcome: DeliveryOutcome) => void
  /** Logs a message that was not delivered: a status or an error's code, never address or secret. */
  readonly onFailed: (why: string, tries: number) => void
}) {
  const queue: Message[] = []
  /** Known messages, newest first. */
  const kept: Message[] = []
  const stopping = new AbortController()
  let isBusy = false

  function end(message: Message, outcome: DeliveryOutcome): void {
    const index = queue.indexOf(message)
    if (index !== -1) queue.splice(index, 1)
    message.state = outcome === 'delivered' ? 'delivered' : 'givenUp'
    if (outcome !== 'delivered') onFailed(wordsOf(message.answer), message.tries)
    onEnd(outcome)
  }

  function enqueue(message: Message): void {
    queue.push(message)
    const [least] = queue.toSorted((a, b) => weight(a) - weight(b))
    if (queue.length > OF_PEOPLE.queuedMessages.inAll && least !== undefined) {
      least.answer = 'queueFull'
      end(least, 'dropped')
    }
    void deliverAll()
  }

  /**
   * Reason that a person may not queue a test (null) or this message again; null where they may. The
   * message is delivered or not known; another test waits; the queue is full.
   */
  function barred(id: string | null): 'deliveryGone' | 'testWaits' | 'queueFull' | null {
    const message = kept.find((one) => one.id === id)
    if (id !== null && (message === undefined || message.state === 'delivered')) {
      return 'deliveryGone'
    }
    if (message !== undefined && queue.includes(message)) return null
    const isTest = message === undefined || message.event === 'test'
    if (isTest && queue.some(({ event }) => event === 'test')) return 'testWaits'
    return queue.length < OF_PEOPLE.queuedMessages.inAll ? null : 'queueFull'
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
    const begunAt = clock.passed()
    const { outcome, answer, waitMs } = await post(setting, message, clock, stopping.signal)
    if (stopping.signal.aborted || !queue.includes(message)) return
    message.answer = answer
    message.tookMs = Math.round(clock.passed() - begunAt)
    if (outcome === 'tryAgain' && message.tries < MOST_TRIES) {
      const wait =
        waitMs === null
          ? FIRST_WAIT_MS * 2 ** (message.tries - 1)
          : Math.min(waitMs, LONGEST_ASKED_MS)
      message.state = 'tryingAgain'
      message.dueAt = clock.passed() + wait
      void sleep(clock, wait, stopping.signal).then(deliverAll)
    } else end(message, outcome === 'delivered' ? 'delivered' : 'failed')
  }

  function deliveryOf(message: Message, now: number): Delivery {
    const { id, event, name, count, state, tries, answer, tookMs } = message
    const nextAt = state === 'tryingAgain' ? now + message.dueAt - clock.passed() : null
    return {
      ...{ id, event, name, count, state, tries, answer, tookMs },
      at: isoTime(now - clock.now() + message.at),
      nextAt: nextAt === null ? null : isoTime(nextAt),
    }
  }

  return {
    /** Queues a JSON body. Never throws, never waits. */
    send(body: string, about: MessageSubject): void {
      if (stopping.signal.aborted) return
      const [at, dueAt] = [clock.now(), clock.passed()]
      const fresh = { state: 'queued', tries: 0, answer: null, tookMs: 0 } as const
      const message: Message = { ...about, ...fresh, id: randomUUID(), body, at, dueAt }
      kept.unshift(message)
      kept.length = Math.min(kept.length, MOST_KEPT)
      enqueue(message)
    },
    barred,
    /** Tries a message again now, unless `barred` gives a reason against it. */
    sendAgain(id: string): void {
      const message = kept.find((one) => one.id === id)
      if (message === undefined || barred(id) !== null || stopping.signal.aborted) return
      message.dueAt = clock.passed()
      if (queue.includes(message)) void deliverAll()
      else {
        message.state = 'queued'
        message.tries = 0
        enqueue(message)
      }
    },
    /** Number of queued messages. */
    get queued(): number {
      return queue.length
    },
    /** The last messages, newest first. Times are by the clock that now reads `now`. */
    deliveries: (now: number): readonly Delivery[] =>
      kept.map((message) => deliveryOf(message, now)),
    stop: () => stopping.abort(),
  }
}

/** The message of least weight is dropped first: tests never displace an alarm. */
function weight({ event }: Message): number {
  if (event === 'test') return 0
  return isAlarmEvent(event) ? 2 : 1
}

function isoTime(at: number): string {
  return new Date(at).toISOString()
}

/** The answer in words, for the log. */
function wordsOf(answer: Delivery['answer']): string {
  return typeof answer === 'number' ? `status ${answer}` : (answer ?? 'failed')
}

async function post(
  { url, secretFile }: Target,
  { id, body }: Message,
  clock: Clock,
  stopping: AbortSignal,
): Promise<Answer> {
  const late = new AbortController()
  const cancel = clock.after(ANSWER_MS, () => late.abort())
  try {
    // Read for each attempt: a mounted secret may have been rotated.
    const secret = secretFile === null ? null : (await readFile(secretFile, 'utf8')).trim()
    if (secret === '') return { outcome: 'tryAgain', answer: 'secretEmpty', waitMs: null }
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
    const answer = late.signal.aborted ? 'noAnswer' : codeOf(error)
    return { outcome: 'tryAgain', answer, waitMs: null }
  } finally {
    cancel()
  }
}

/** `v1=` and the hexadecimal HMAC-SHA256 over `<time>.<body>`. */
export function signature(secret: string, time: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`
}

/**
 * Statuses after which an attempt may succeed later: a timeout, too many calls, the receiver's own
 * failure.
 */
function answerOf({ ok, status, headers }: Response): Answer {
  const isTrouble = status === 408 || status === 429 || status >= 500
  const seconds = Number(headers.get('retry-after') || Number.NaN)
  return {
    outcome: ok ? 'delivered' : isTrouble ? 'tryAgain' : 'refused',
    answer: status,
    waitMs: seconds > 0 ? seconds * 1_000 : null,
  }
}

/** The code alone: an error's message may contain the address. */
function codeOf(error: unknown): string {
  const { cause = error } = error instanceof Error ? error : {}
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : null
  return typeof code === 'string' ? code : 'failed'
}
