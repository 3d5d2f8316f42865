import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ProblemCode } from '#lib/server/door/problem.ts'
import type { RunningFeed } from '#lib/server/feed/feed.ts'
import type { Streams } from '#lib/server/feed/streams.ts'
import type { Decision, FeedState, Outcome } from '#lib/wire/wire.ts'

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  decided(decision: Decision, outcome: Outcome): void
  refused(code: ProblemCode): void
  /** Milliseconds between an event's arrival and the patch that has it. */
  published(ageMs: number): void
}

export interface MetricsOptions {
  readonly feed: () => Pick<RunningFeed, 'moment'>
  readonly streams: () => Pick<Streams, 'count'>
}

const FEED_STATES: readonly FeedState[] = [
  'connecting',
  'live',
  'reconnecting',
  'stale',
  'forbidden',
  'unauthorized',
  'unreachable',
  'withheld',
]

/** In seconds; an event is to be painted within 50 ms, of which this is the server's share. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** A registry of its own: nothing that another package registers is told to whoever scrapes. */
export function createMetrics({ feed, streams }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]

  new Gauge({
    name: 'countersign_feed_state',
    help: '1 for the state that the view of the cluster is in.',
    labelNames: ['state'],
    registers,
    collect() {
      const { state } = feed().moment().feed
      for (const name of FEED_STATES) this.set({ state: name }, name === state ? 1 : 0)
    },
  })
  new Gauge({
    name: 'countersign_pending_requests',
    help: 'Requests that nobody has decided, by signer.',
    labelNames: ['signer'],
    registers,
    collect() {
      this.reset()
      for (const [signer, count] of pendingBySigner(feed().moment())) this.set({ signer }, count)
    },
  })
  new Gauge({
    name: 'countersign_certificate_alarms',
    help: 'Machines with a certificate that is not what was approved, and that nobody has dismissed.',
    registers,
    collect() {
      const machines = [...feed().moment().rows.machines.values()]
      this.set(machines.filter(({ alarm }) => alarm !== null).length)
    },
  })
  new Gauge({
    name: 'countersign_set_aside_objects',
    help: 'Objects of the API server that could not be understood.',
    labelNames: ['source'],
    registers,
    collect() {
      for (const [source, { setAside }] of Object.entries(feed().moment().feed.sources)) {
        this.set({ source }, setAside)
      }
    },
  })
  new Gauge({
    name: 'countersign_stream_clients',
    help: 'Browsers that are watching.',
    registers,
    collect() {
      this.set(streams().count)
    },
  })
  const decisions = new Counter({
    name: 'countersign_decisions_total',
    help: 'Items decided or not, by what was asked and what came of it.',
    labelNames: ['decision', 'outcome'],
    registers,
  })
  const refused = new Counter({
    name: 'countersign_refused_http_requests_total',
    help: 'HTTP requests that were refused before anything was done, by the code of the answer.',
    labelNames: ['code'],
    registers,
  })
  const latency = new Histogram({
    name: 'countersign_event_to_patch_seconds',
    help: 'From the arrival of the oldest event behind a change of rows to that change.',
    buckets: LATENCY_BUCKETS,
    registers,
  })

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    decided: (decision, outcome) => decisions.inc({ decision, outcome }),
    refused: (code) => refused.inc({ code }),
    published: (ageMs) => latency.observe(ageMs / 1000),
  }
}

/** Signers named by anybody make labels: beyond these they are counted together. */
const MOST_SIGNERS = 50

function pendingBySigner({ rows }: ReturnType<RunningFeed['moment']>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const count = (signerName: string) => {
    const known = counts.has(signerName) || counts.size < MOST_SIGNERS
    const signer = known ? signerName : 'other'
    counts.set(signer, (counts.get(signer) ?? 0) + 1)
  }
  for (const machine of rows.machines.values()) {
    for (const row of machine.requests) if (row.verdict !== null) count(row.signerName)
  }
  for (const row of rows.others.values()) if (row.verdict !== null) count(row.signerName)
  return counts
}
