import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { type Agent, fetch, request } from 'undici'
import { atRest } from './at-rest.ts'
import type { Rig } from './rig.ts'

/** Questions of an open Machines page, by topic. */
const QUESTIONS = {
  summary: '/api/summary',
  machines: '/api/machines?section=waiting&verdict=all&sort=deadline&from=0&to=100',
} as const
/**
 * The page rests after an answer as lib/query/stream-events.ts does: a multiple of its duration, within
 * bounds.
 */
const REST = { times: 2, least: 16, most: 200 } as const

type Topic = keyof typeof QUESTIONS
const TOPICS = Object.keys(QUESTIONS) as readonly Topic[]

/** The app that pages are open on, and what their calls have in common. */
export interface PagesAt {
  readonly origin: string
  readonly agent: Agent
  readonly signal: AbortSignal
}

/** Pages of an app; they close with the figure. */
export async function pagesAt(rig: Rig, origin: string, given: Agent): Promise<PagesAt> {
  const agent = await rig.own(given, (it) => it.destroy())
  const { signal } = await rig.own(new AbortController(), (it) => it.abort())
  return { origin, agent, signal }
}

export type OpenPage = ReturnType<typeof openPage>

/** An open Machines page without a browser: its stream, its questions and its answers. */
export function openPage(
  { origin, agent, signal }: PagesAt,
  headers: Readonly<Record<string, string>>,
) {
  const etags = new Map<Topic, string>()
  const totals = new Map<Topic, { readonly total: number; readonly at: number }>()
  const reading = new Map<Topic, 'once' | 'again'>()
  const end = Promise.withResolvers<number>()
  end.promise.catch(() => {})
  let answers = 0

  async function ask(topic: Topic): Promise<void> {
    const etag = etags.get(topic)
    const { statusCode, ...answer } = await request(origin + QUESTIONS[topic], {
      headers: {
        ...{ ...headers, 'accept-encoding': 'gzip' },
        ...(etag !== undefined && { 'if-none-match': etag }),
      },
      dispatcher: agent,
      signal,
    })
    const bytes = Buffer.from(await answer.body.arrayBuffer())
    if (statusCode === 304) return
    if (statusCode !== 200) throw new Error(`${QUESTIONS[topic]}: ${statusCode}`)
    const tag = String(answer.headers.etag)
    etags.set(topic, tag)
    answers += 1
    const isPacked = answer.headers['content-encoding'] === 'gzip'
    totals.set(topic, { total: totalIn(tag, bytes, isPacked), at: Date.now() })
  }

  async function read(topic: Topic): Promise<void> {
    do {
      reading.set(topic, 'once')
      const began = performance.now()
      // Like react-query: a broken connection is no answer.
      await ask(topic).catch(() => reading.set(topic, 'again'))
      const rest = (performance.now() - began) * REST.times
      await sleep(Math.min(REST.most, Math.max(REST.least, rest)))
    } while (reading.get(topic) === 'again' && !signal.aborted)
    reading.delete(topic)
  }

  function invalidate(topics: readonly string[]): void {
    for (const topic of TOPICS.filter((each) => topics.includes(each))) {
      if (reading.has(topic)) reading.set(topic, 'again')
      else void read(topic)
    }
  }

  async function follow(): Promise<void> {
    const stream = await fetch(`${origin}/api/events`, { headers, dispatcher: agent, signal })
    if (stream.status !== 200 || stream.body === null) throw new Error(`events: ${stream.status}`)
    const { body } = stream
    const decoder = new TextDecoder()
    const followed = (async () => {
      let rest = ''
      for await (const chunk of body) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) {
          const topics = /^data: .*"topics":(\[[^\]]*\])/.exec(line)?.[1]
          if (topics !== undefined) invalidate(JSON.parse(topics))
        }
      }
    })()
    void followed.then(() => end.resolve(Date.now()), end.reject)
    await Promise.all(TOPICS.map(ask))
  }

  return {
    ready: follow(),
    /** Resolves with the time at which the server ended the stream. */
    ended: end.promise,
    total: () => totals.get('summary')?.total ?? 0,
    /** Number of answers with a body so far. */
    asked: () => answers,
    /** Resolves with the time at which all answers counted that many; rejects after a minute. */
    async reached(total: number): Promise<number> {
      for (const until = Date.now() + 60_000; Date.now() < until; await sleep(10)) {
        const known = TOPICS.map((topic) => totals.get(topic))
        if (known.every((each) => each !== undefined && each.total >= total)) {
          return Math.max(...known.map((each) => each?.at ?? 0))
        }
      }
      throw new Error(`a page counts ${JSON.stringify([...totals.values()])}, not ${total}`)
    },
  }
}

/**
 * Totals by ETag: an answer that several pages share is parsed once, because real browsers run on
 * other machines.
 */
const known = new Map<string, number>()

function totalIn(etag: string, bytes: Buffer, isPacked: boolean): number {
  const before = known.get(etag)
  if (before !== undefined) return before
  const { total, counts } = JSON.parse((isPacked ? gunzipSync(bytes) : bytes).toString()) as {
    readonly total?: number
    readonly counts: { readonly waiting?: number }
  }
  const count = total ?? counts.waiting ?? 0
  known.set(etag, count)
  return count
}

/** The count once all pages agree on it. */
export function settledTotal(open: readonly OpenPage[]): Promise<number> {
  return atRest(() => {
    const totals = new Set(open.map(({ total }) => total()))
    const [only = Number.NaN] = totals
    return totals.size === 1 ? only : Number.NaN
  })
}
