import type { StreamEvent } from '#lib/wire/wire.ts'

/** Sent every 15 s, so that proxies and the browser know that the stream is alive. */
export const HEARTBEAT = ': still here\n\n'
export const HEARTBEAT_SECONDS = 15

/** One server-sent event in its wire format. JSON holds no line break, so the data is one line. */
export function frame(event: StreamEvent): string {
  return `event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`
}

/**
 * A frame that the parser could not understand. The reader then reconnects and reads a new
 * snapshot.
 */
export interface Malformed {
  readonly event: 'malformed'
  readonly data: string
}

const EVENTS: ReadonlySet<string> = new Set(['hello', 'feed', 'changed', 'run'])

/**
 * Parses frames as `frame` writes them: no other server writes this stream. fetch reads it, which,
 * unlike EventSource, can send an Authorization header.
 */
export function createParser() {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    /** The events that this chunk completes. Chunks may end anywhere, also within a character. */
    push(chunk: Uint8Array | string): readonly (StreamEvent | Malformed)[] {
      const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
      const frames = (rest + text).split('\n\n')
      rest = frames.pop() ?? ''
      return frames.flatMap((one) => (one.startsWith(':') ? [] : [toEvent(one)]))
    },
  }
}

function toEvent(text: string): StreamEvent | Malformed {
  const [, event = '', json = ''] = /^event: ([^\n]*)\ndata: ([^\n]*)$/.exec(text) ?? []
  if (EVENTS.has(event)) {
    try {
      const data: unknown = JSON.parse(json)
      // Our own server of the same build wrote the event: its shape is not checked field by field.
      if (typeof data === 'object' && data !== null) return { event, data } as StreamEvent
    } catch {
      // falls through
    }
  }
  return { event: 'malformed', data: text.slice(0, 200) }
}
