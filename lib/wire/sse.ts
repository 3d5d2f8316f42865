import type { StreamEvent } from '#lib/wire/wire.ts'

/** Sent every 15 s so that proxies and the browser's watchdog know that the stream is alive. */
export const HEARTBEAT = ': still here\n\n'
export const HEARTBEAT_SECONDS = 15

/** One server-sent event as it goes over the wire. JSON holds no line break: one data line. */
export function frame(event: StreamEvent): string {
  return `event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`
}

/**
 * A frame that could not be understood. The stream is then no longer to be trusted: the reader
 * reconnects and reads a new snapshot.
 */
export interface Malformed {
  readonly event: 'malformed'
  readonly data: string
}

export interface SseParser {
  /** The events that this chunk completes, in order. Chunks may end anywhere, also in a character. */
  push(chunk: Uint8Array | string): (StreamEvent | Malformed)[]
}

const EVENTS: ReadonlySet<string> = new Set(['hello', 'feed', 'changed', 'run'])

/** Reads a stream by fetch, which, unlike EventSource, can send an Authorization header. */
export function createParser(): SseParser {
  const decoder = new TextDecoder()
  let rest: string[] = []
  let afterCarriageReturn = false
  let name = ''
  let data: string[] = []

  function endEvent(): StreamEvent | Malformed | null {
    const event = name
    const text = data.join('\n')
    const empty = data.length === 0
    name = ''
    data = []
    return empty ? null : toEvent(event, text)
  }

  function endLine(line: string): StreamEvent | Malformed | null {
    if (line === '') return endEvent()
    if (line.startsWith(':')) return null
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') name = value
    if (field === 'data') data.push(value)
    return null
  }

  return {
    push(chunk) {
      const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
      const events: (StreamEvent | Malformed)[] = []
      let start = 0
      // A CR at the end of the last chunk and an LF at the start of this one are one line end.
      if (text.length > 0) {
        if (afterCarriageReturn && text[0] === '\n') start = 1
        afterCarriageReturn = false
      }
      const lineEnd = /\r\n|\r|\n/g
      lineEnd.lastIndex = start
      for (let end = lineEnd.exec(text); end !== null; end = lineEnd.exec(text)) {
        rest.push(text.slice(start, end.index))
        start = end.index + end[0].length
        afterCarriageReturn = end[0] === '\r' && start === text.length
        const event = endLine(rest.join(''))
        rest = []
        if (event !== null) events.push(event)
      }
      if (start < text.length) rest.push(text.slice(start))
      return events
    },
  }
}

function toEvent(event: string, text: string): StreamEvent | Malformed {
  if (EVENTS.has(event)) {
    try {
      const data: unknown = JSON.parse(text)
      // Written by our own server of the same build: the shape is not checked field by field.
      if (typeof data === 'object' && data !== null) return { event, data } as StreamEvent
    } catch {
      // falls through
    }
  }
  return { event: 'malformed', data: text.slice(0, 200) }
}
