import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, fetch } from 'undici'
import type { Figure } from '../figure.ts'
import { quantile } from '../quantiles.ts'
import { type Crowd, NODES, REQUESTS } from '../shared-clusters.ts'

const PAGES = 200
const EVENTS = 1_000
const REACH_MS = 1_000
const REACH_CORES = 1
const CURRENT_WITHIN_MS = 60_000
/** Questions of an open Machines page, by topic. */
const QUESTIONS = {
  summary: '/api/summary',
  machines: '/api/machines?section=waiting&verdict=all&sort=deadline&from=0&to=100',
} as const
/** As lib/query/stream-events.ts: rest after an answer, in times of what it took, within bounds. */
const REST = { times: 2, least: 16, most: 200 } as const

type Topic = keyof typeof QUESTIONS
const TOPICS = Object.keys(QUESTIONS) as readonly Topic[]

/** Many people with the page open during a burst. */
export const pages: Figure = {
  name: 'pages',
  method:
    `${PAGES} open Machines pages on ${NODES} nodes and ${REQUESTS} requests: plain HTTP clients of ` +
    'one process, each with a stream and the browser’s questions (summary and first rows, ETag, one ' +
    'question a topic at a time, the same rest after each answer). ' +
    `${EVENTS} requests of new machines are filed as fast as the API server takes them. Current: the ` +
    'page’s rows and summary both count them all, from the last write; p99 over the pages. Cores: ' +
    'processor time of the app from the first write until all pages are current.',
  async measure(stage) {
    const crowd = await stage.crowd()
    const agent = new Agent({ connections: null, headersTimeout: 60_000, bodyTimeout: 0 })
    const ending = new AbortController()
    const open = Array.from({ length: PAGES }, () => openPage(crowd, agent, ending.signal))
    try {
      await Promise.all(open.map(({ ready }) => ready))
      await sleep(5_000)
      const before = await settledTotal(open)
      const [began, usedBefore] = [Date.now(), processorSeconds(crowd.app.pid)]
      const { perSecond } = await crowd.cluster.churn({ kind: 'csr-create', events: EVENTS })
      const ended = Date.now()
      const late = await Promise.all(
        open.map(async (page) => (await page.reached(before + EVENTS)) - ended),
      )
      const seconds = (Date.now() - began) / 1000
      const cores = (processorSeconds(crowd.app.pid) - usedBefore) / seconds
      const [p50, p99] = [quantile(late, 0.5), quantile(late, 0.99)]
      const asked = open.reduce((sum, { asked }) => sum + asked(), 0)
      return [
        {
          figure: `${PAGES} pages, ${EVENTS} events: all current after the last, p99`,
          reach: `≤ ${REACH_MS} ms`,
          measured: `${p99.toFixed(0)} ms (p50 ${p50.toFixed(0)}; ${perSecond.toFixed(0)} events/s, ${asked} answers)`,
          ok: p99 <= REACH_MS,
        },
        {
          figure: 'server processor meanwhile',
          reach: `≤ ${REACH_CORES} core`,
          measured: `${cores.toFixed(2)} cores over ${seconds.toFixed(1)} s`,
          ok: cores <= REACH_CORES,
        },
      ]
    } finally {
      ending.abort()
      await agent.destroy()
    }
  },
}

interface OpenPage {
  readonly ready: Promise<void>
  readonly total: () => number
  /** Answers with a body so far. */
  readonly asked: () => number
  /** The time at which all its answers counted that many; rejects when that takes a minute. */
  reached(total: number): Promise<number>
}

function openPage({ app }: Crowd, agent: Agent, signal: AbortSignal): OpenPage {
  const headers = { authorization: `Bearer ${app.key}` }
  const etags = new Map<Topic, string>()
  const totals = new Map<Topic, { readonly total: number; readonly at: number }>()
  const reading = new Map<Topic, 'once' | 'again'>()
  let answers = 0

  async function ask(topic: Topic): Promise<void> {
    const etag = etags.get(topic)
    const answer = await fetch(app.api + QUESTIONS[topic], {
      headers: { ...headers, ...(etag !== undefined && { 'if-none-match': etag }) },
      dispatcher: agent,
      signal,
    })
    if (answer.status === 304) return void (await answer.arrayBuffer())
    if (answer.status !== 200) throw new Error(`${QUESTIONS[topic]}: ${answer.status}`)
    etags.set(topic, answer.headers.get('etag') ?? '')
    const body = (await answer.json()) as { total?: number; counts: { waiting?: number } }
    answers += 1
    totals.set(topic, { total: body.total ?? body.counts.waiting ?? 0, at: Date.now() })
  }

  async function read(topic: Topic): Promise<void> {
    do {
      reading.set(topic, 'once')
      const began = performance.now()
      await ask(topic)
      const rest = (performance.now() - began) * REST.times
      await sleep(Math.min(REST.most, Math.max(REST.least, rest)))
    } while (reading.get(topic) === 'again')
    reading.delete(topic)
  }

  function invalidate(topics: readonly string[]): void {
    for (const topic of TOPICS.filter((each) => topics.includes(each))) {
      if (reading.has(topic)) reading.set(topic, 'again')
      else read(topic).catch(() => {})
    }
  }

  async function follow(): Promise<void> {
    const stream = await fetch(`${app.api}/api/events`, { headers, dispatcher: agent, signal })
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
    followed.catch(() => {})
    await Promise.all(TOPICS.map(ask))
  }

  return {
    ready: follow(),
    total: () => totals.get('summary')?.total ?? 0,
    asked: () => answers,
    async reached(total) {
      for (const until = Date.now() + CURRENT_WITHIN_MS; Date.now() < until; await sleep(10)) {
        const known = TOPICS.map((topic) => totals.get(topic))
        if (known.every((each) => each !== undefined && each.total >= total)) {
          return Math.max(...known.map((each) => each?.at ?? 0))
        }
      }
      throw new Error(`a page counts ${JSON.stringify([...totals.values()])}, not ${total}`)
    },
  }
}

/** The count once all pages agree on it. */
async function settledTotal(open: readonly OpenPage[]): Promise<number> {
  for (let i = 0; i < 300; i++) {
    const totals = new Set(open.map(({ total }) => total()))
    const [only = 0] = totals
    if (totals.size === 1) return only
    await sleep(100)
  }
  throw new Error('the pages do not come to rest')
}

/** User and system time of all its threads so far. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
