/**
 * 429 with Retry-After on the sandbox, with exact counts and waits: a real API server begins with a
 * second and chooses by itself.
 */
import { expect, it } from 'vitest'
import { until } from '#sandbox/control-plane/wait-until.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { conditionsIn } from '../fixtures/sandbox-requests.ts'
import { APPROVALS, openStandIn } from './stand-in.ts'

const UNTOUCHED = 5
const REFUSED = 3
const PAUSE_MS = 2_000

it('the approver waits for the whole time the API server asks for, then approves every request once', async () => {
  const { sandbox, approver, file, end } = await openStandIn()
  try {
    const writes = timesOfWrites(sandbox)
    // Some approvals pass first; then some are refused, once no other is under way.
    const { promise: untilAllCame, resolve: refuse } = Promise.withResolvers<void>()
    const throttled = { status: 429, retryAfter: PAUSE_MS / 1_000, until: untilAllCame }
    sandbox.failNext({ match: APPROVALS, times: UNTOUCHED, delayMs: 1 })
    sandbox.failNext({ match: APPROVALS, times: REFUSED, ...throttled })
    const filed = Array.from({ length: 20 }, file)
    const approvedOnce = (csr: (typeof filed)[number]) =>
      conditionsIn(sandbox, csr).filter((type) => type === 'Approved').length === 1
    await until('the others to be approved', () => {
      return filed.filter(approvedOnce).length === filed.length - REFUSED
    })
    const refusedAt = performance.now()
    refuse()
    // This answer comes after the refusals; an approval that begins now waits, too.
    await approver.get('/livez')
    for (let more = 0; more < 5; more += 1) filed.push(file())
    await until('all approvals', () => filed.every(approvedOnce))
    expect(writes).toHaveLength(filed.length + REFUSED)
    // No approval began during the pause. Timers may be a little early.
    const [next = 0] = writes.slice(20)
    expect(next - refusedAt).toBeGreaterThan(PAUSE_MS - 50)
    await expect
      .poll(() => approver.metric('countersign_approver_decisions_total', { outcome: 'approved' }))
      .toBe(filed.length)
    expect(await approver.metric('countersign_approver_errors_total', { kind: 'write' })).toBe(0)
  } finally {
    await end()
  }
})

/** Arrival times of PUTs of approvals from now on, without any effect on them. */
function timesOfWrites(sandbox: Sandbox): readonly number[] {
  const times: number[] = []
  // A fault that never matches is asked about every call.
  class Noting extends RegExp {
    override test(text: string): boolean {
      if (super.test(text)) times.push(performance.now())
      return false
    }
  }
  sandbox.failNext({ match: { method: 'PUT', path: new Noting(APPROVALS.path) } })
  return times
}
