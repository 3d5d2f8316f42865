import type { Runs } from '#lib/act/runs.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { cause } from '#lib/csr/cause.ts'
import { type Clock, timestamp } from '#lib/kube/transport/clock.ts'
import { OF_PEOPLE, ofTheMost } from '#lib/refusals/limits.ts'
import { problemResponse } from '#lib/refusals/problem.ts'
import { frame, HEARTBEAT, HEARTBEAT_SECONDS } from '#lib/wire/sse.ts'
import type { StreamEvent } from '#lib/wire/wire.ts'

export type Streams = ReturnType<typeof createStreams>

export interface StreamsOptions {
  readonly feed: Pick<RunningFeed, 'moment' | 'subscribe'>
  readonly runs: Pick<Runs, 'subscribe'>
  readonly clock: Clock
  /** Called before each heartbeat, so that streams of ended sessions are closed. */
  readonly onBeat: () => void
  /** Most streams: 200 visible tabs and some room. */
  readonly limit?: number
  /** Most streams of one person at a time. */
  readonly limitOfOne?: number
  readonly queueBytes?: number
}

/**
 * Most bytes that a reader may be behind. Beyond it the stream is cut, and its tab reads everything
 * again.
 */
export const QUEUE_BYTES = 1024 * 1024

/** Milliseconds of difference from which browsers get the server's time again. */
const CLOCK_SET_MS = 1_000

type Controller = ReadableStreamDefaultController<Uint8Array>

/** Encodes every event once for all readers. */
export function createStreams(options: StreamsOptions) {
  const { feed, runs, clock, onBeat, limit = OF_PEOPLE.streams.inAll } = options
  const { limitOfOne = limit, queueBytes = QUEUE_BYTES } = options
  const encoder = new TextEncoder()
  /** Open streams, each with its person and the function that ends it. */
  const open = new Map<Controller, { readonly person: string; readonly forget: () => void }>()
  let closed = false
  let unsubscribe = () => {}
  let cancelHeartbeat = () => {}
  /** Start of the process by the clock now, and by the time sent to browsers. */
  const startByClock = () => clock.now() - clock.passed()
  let toldStart = 0

  function send(event: StreamEvent): void {
    sendBytes(encoder.encode(frame(event)))
  }

  function sendBytes(bytes: Uint8Array): void {
    for (const controller of open.keys()) enqueue(controller, bytes)
  }

  function enqueue(controller: Controller, bytes: Uint8Array): void {
    if ((controller.desiredSize ?? 0) < bytes.byteLength) {
      open.get(controller)?.forget()
      controller.error(new DOMException('The reader is too slow.', 'AbortError'))
      return
    }
    controller.enqueue(bytes)
  }

  function beat(): void {
    cancelHeartbeat = clock.after(HEARTBEAT_SECONDS * 1000, () => {
      beat()
      // The heartbeat may end the last stream, and with it the next heartbeat.
      onBeat()
      if (Math.abs(startByClock() - toldStart) > CLOCK_SET_MS) {
        toldStart = startByClock()
        send(hello())
      }
      sendBytes(encoder.encode(HEARTBEAT))
    })
  }

  /** Revision and server time, from which pages count down. */
  function hello(): StreamEvent {
    const { epoch, revision } = feed.moment()
    return { event: 'hello', data: { epoch, revision, serverTime: timestamp(clock.now()) } }
  }

  function add(controller: Controller, person: string, forget: () => void): void {
    if (open.size === 0) {
      const undo = [
        feed.subscribe(send),
        runs.subscribe((run) => send({ event: 'run', data: run })),
      ]
      unsubscribe = () => {
        for (const one of undo) one()
      }
      toldStart = startByClock()
      beat()
    }
    open.set(controller, { person, forget })
    const greeting: readonly StreamEvent[] = [hello(), { event: 'feed', data: feed.moment().feed }]
    for (const event of greeting) enqueue(controller, encoder.encode(frame(event)))
  }

  function remove(controller: Controller): void {
    if (!open.delete(controller) || open.size > 0) return
    unsubscribe()
    cancelHeartbeat()
  }

  function streamsOf(person: string) {
    return [...open].filter(([, one]) => one.person === person)
  }

  /**
   * Ends the newest stream of the person with the most, unless the newcomer would then have as
   * many.
   */
  function makeRoom(newcomer: string): boolean {
    const most = ofTheMost(open, ([, { person }]) => person)
    const [controller, newest] = most.at(-1) ?? []
    if (controller === undefined || streamsOf(newcomer).length + 1 >= most.length) return false
    newest?.forget()
    close(controller)
    return true
  }

  function body(person: string, signals: readonly AbortSignal[]): ReadableStream<Uint8Array> {
    let forget = () => {}
    return new ReadableStream<Uint8Array>(
      {
        start(controller) {
          // On disconnect the signal fires, and `cancel` sometimes: in any order.
          const end = () => {
            forget()
            close(controller)
          }
          forget = () => {
            for (const signal of signals) signal.removeEventListener('abort', end)
            remove(controller)
          }
          add(controller, person, forget)
          for (const signal of signals) signal.addEventListener('abort', end, { once: true })
          if (signals.some(({ aborted }) => aborted)) end()
        },
        cancel: () => forget(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: queueBytes }),
    )
  }

  return {
    get count(): number {
      return open.size
    },
    /** One browser's stream. It ends with any of the signals, with its reader, or with the process. */
    open(person: string, ...signals: readonly AbortSignal[]): Response {
      if (closed) return problemResponse('stopping', cause('serverStops'))
      const isOver = streamsOf(person).length >= limitOfOne
      if (isOver || (open.size >= limit && !makeRoom(person))) {
        const most = isOver ? limitOfOne : limit
        return problemResponse('tooManyStreams', cause('tooManyStreams', { most }), {
          'retry-after': '5',
        })
      }
      return new Response(body(person, signals), {
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-cache, no-transform',
          'x-accel-buffering': 'no',
        },
      })
    },
    /** Ends all streams, and refuses new ones. */
    close(): void {
      closed = true
      for (const [controller, { forget }] of [...open]) {
        forget()
        close(controller)
      }
    },
  }
}

function close(controller: Controller): void {
  try {
    controller.close()
  } catch {
    // The stream was already closed, cancelled or cut.
  }
}
