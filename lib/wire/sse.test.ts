import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeSnapshot } from '#lib/wire/fixtures/cluster.ts'
import { createParser, frame, HEARTBEAT } from '#lib/wire/sse.ts'
import type { StreamEvent } from '#lib/wire/wire.ts'

const { feed } = makeSnapshot()

const EVENTS: readonly StreamEvent[] = [
  { event: 'hello', data: { epoch: 'e1', revision: 7, serverTime: '2026-11-24T14:00:00.000Z' } },
  { event: 'feed', data: { ...feed, message: 'zwei\nZeilen\r\n  \u2028 größer 日本 \u{1f512}' } },
  {
    event: 'changed',
    data: { epoch: 'e1', revision: 8, topics: ['machines'], keys: ['data: x\n\nevent: hello'] },
  },
]

describe('the parser returns the events that were framed', () => {
  it.each(EVENTS.map((event) => [event.event, event] as const))(
    'the parser returns the event %s as it was framed',
    (_, event) => {
      expect(createParser().push(frame(event))).toEqual([event])
    },
  )

  it('the parser returns the events wherever the bytes are cut, with heartbeats in between', () => {
    const bytes = new TextEncoder().encode(EVENTS.map((event) => HEARTBEAT + frame(event)).join(''))
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (cuts) => {
        const parser = createParser()
        const ends = [...cuts, bytes.length].sort((a, b) => a - b)
        let start = 0
        const events = ends.flatMap((end) => {
          const chunk = bytes.slice(start, end)
          start = end
          return parser.push(chunk)
        })
        expect(events).toEqual(EVENTS)
      }),
    )
  })

  it('the parser returns the events byte by byte', () => {
    const parser = createParser()
    const bytes = new TextEncoder().encode(EVENTS.map(frame).join(''))
    expect([...bytes].flatMap((byte) => parser.push(Uint8Array.of(byte)))).toEqual(EVENTS)
  })
})

describe('the parser reports a frame that it cannot understand', () => {
  it.each([
    ['not JSON', 'event: patch\ndata: {"epoch"\n\n'],
    ['not an object', 'event: patch\ndata: 7\n\n'],
    ['null', 'event: patch\ndata: null\n\n'],
    ['an unknown event', 'event: surprise\ndata: {}\n\n'],
    ['no event name', 'data: {}\n\n'],
    ['no data', 'event: hello\n\n'],
  ])('the parser reports a frame with %s', (_, text) => {
    expect(
      createParser()
        .push(text)
        .map(({ event }) => event),
    ).toEqual(['malformed'])
  })
})
