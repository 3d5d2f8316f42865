import { afterEach, expect, it } from 'vitest'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { liveCluster } from '#lib/server/fixtures/scripted-cluster.ts'
import { LOOK_MS, startNotifier } from '#lib/server/notify/notifier.ts'

const MINUTE = 60_000
let stop = () => {}
afterEach(() => stop())

/** A notifier on a cluster where worker-1 files a request now; its messages as `event text`. */
async function notifier() {
  const csr = makeCsr({ nodeName: 'worker-1', createdAt: '2026-11-24T12:00:00Z' })
  const cluster = await liveCluster({ csrs: [csr] })
  const sent: string[] = []
  stop = startNotifier({
    feed: cluster.feed,
    runs: { list: () => [] },
    trips: () => [],
    webhook: {
      format: 'json',
      send(body) {
        const { event, link } = JSON.parse(body) as { event: string; link: string }
        sent.push(`${event} ${link}`)
      },
    },
    origin: 'http://board.localhost:8430',
    clock: cluster.clock,
  })
  return { ...cluster, sent, csr }
}

const LINK = 'http://board.localhost:8430/machines/worker-1'

it('sends each step of a machine that waits', async () => {
  const { sent, clock } = await notifier()
  clock.advance(15 * MINUTE + LOOK_MS)
  expect(sent).toEqual([`machine.waiting.15min ${LINK}`])
  clock.advance(60 * MINUTE)
  expect(sent.slice(1)).toEqual([`machine.hour.15min ${LINK}`, `machine.overdue ${LINK}`])
})

it('sends nothing while the cluster is not live, and what is due by then', async () => {
  const { sent, clock, csrs } = await notifier()
  csrs.enter('reconnecting')
  clock.advance(50 * MINUTE)
  expect(sent).toEqual([])
  csrs.enter('live')
  clock.advance(LOOK_MS)
  expect(sent).toEqual([`machine.hour.15min ${LINK}`])
})

it('sends nothing once it is stopped', async () => {
  const { sent, clock } = await notifier()
  stop()
  clock.advance(90 * MINUTE)
  expect(sent).toEqual([])
})
