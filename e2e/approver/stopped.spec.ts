import { expect, it } from 'vitest'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { countCalls } from '../fixtures/sandbox-requests.ts'
import { APPROVALS, openStandIn } from './stand-in.ts'

const COUNT = 5

it.each(['SIGTERM', 'SIGHUP'] as const)(
  'the approver ends by %s while its writes are under way, and logs each as unknown before',
  async (signal) => {
    const { sandbox, approver, file, end } = await openStandIn()
    try {
      const writes = countCalls(sandbox, APPROVALS.path)
      sandbox.failNext({ match: APPROVALS, times: COUNT, until: new Promise(() => {}) })
      const filed = Array.from({ length: COUNT }, file)
      await until('all to be written', () => writes.count === COUNT)
      expect(await approver.stop(signal)).toBe(0)
      const unknown = approver.log.filter(({ event }) => event === 'unknown')
      const uids = filed.map(({ metadata }) => metadata.uid)
      expect(unknown.map(({ uid }) => uid).toSorted()).toEqual(uids.toSorted())
    } finally {
      await end()
    }
  },
)
