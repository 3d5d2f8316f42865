import { afterEach, expect, it } from 'vitest'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makeRunSummary } from '#lib/web/notify/fixtures/make-notices.ts'
import { LOOK_MS, startNotifier } from '#lib/web/notify/notifier.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

const MINUTE = 60_000
let stop = () => {}
afterEach(() => stop())

/**
 * A notifier on a cluster where worker-1 now files a request. Its messages are listed as `event`
 * with run or machines.
 */
async function notifier() {
  const csr = makeCsr({ nodeName: 'worker-1', createdAt: '2026-11-24T12:00:00Z' })
  const cluster = await liveCluster({ csrs: [csr] })
  const sent: string[] = []
  const runs: RunSummary[] = []
  const cutOff: RunSummary[] = []
  stop = startNotifier({
    feed: cluster.feed,
    runs: { list: () => runs, takeCutOff: () => cutOff.splice(0) },
    trips: () => [],
    send(notice) {
      const machines = 'machines' in notice ? notice.machines.map(({ name }) => name) : []
      sent.push(`${notice.event} ${'run' in notice ? notice.run.id : machines.join()}`)
    },
    clock: cluster.clock,
  })
  return { ...cluster, sent, runs, cutOff }
}

it('the notifier sends each step of a waiting machine', async () => {
  const { sent, clock } = await notifier()
  clock.advance(15 * MINUTE + LOOK_MS)
  expect(sent).toEqual(['machine.waiting.15min worker-1'])
  clock.advance(60 * MINUTE)
  expect(sent.slice(1)).toEqual(['machine.hour.15min worker-1', 'machine.overdue worker-1'])
})

it('the notifier sends nothing while the cluster is not live, nor later what was due by then', async () => {
  const { sent, clock, csrs } = await notifier()
  csrs.enter('reconnecting')
  clock.advance(50 * MINUTE)
  expect(sent).toEqual([])
  csrs.enter('live')
  clock.advance(LOOK_MS)
  expect(sent).toEqual(['machine.hour.15min worker-1'])
})

it('the notifier reports runs that ended since its start, and not those of before a restart', async () => {
  const { sent, clock, csrs, runs } = await notifier()
  csrs.enter('reconnecting')
  runs.push(makeRunSummary({ id: 'before', endedAt: clock.now() - 1 }))
  clock.advance(LOOK_MS / 2)
  runs.push(makeRunSummary({ id: 'since', endedAt: clock.now() }))
  clock.advance(LOOK_MS)
  csrs.enter('live')
  clock.advance(2 * LOOK_MS)
  expect(sent).toEqual(['run.ended since'])
})

it('the notifier reports a run that the earlier process left, once the cluster is live', async () => {
  const { sent, clock, csrs, runs, cutOff } = await notifier()
  csrs.enter('reconnecting')
  const left = makeRunSummary({ id: 'left', status: 'cutOff', endedAt: null })
  runs.push(left)
  cutOff.push(left)
  clock.advance(2 * LOOK_MS)
  expect(sent).toEqual([])
  csrs.enter('live')
  clock.advance(3 * LOOK_MS)
  expect(sent).toEqual(['run.ended left'])
})

it('the stopped notifier sends nothing', async () => {
  const { sent, clock } = await notifier()
  stop()
  clock.advance(90 * MINUTE)
  expect(sent).toEqual([])
})
