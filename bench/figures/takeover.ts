import { setTimeout as sleep } from 'node:timers/promises'
import type { ApproverProcess } from '#e2e/approver/approver-process.ts'
import { leads } from '#e2e/approver/installation.ts'
import { type ApproverSite, delays } from '../approver-site.ts'
import { atMost, type Figure } from '../figure.ts'
import { rounds } from '../quantiles.ts'

/** Signals in this order. Only SIGKILL has a target. */
const ROUNDS = [
  ...Array.from({ length: 5 }, () => 'SIGKILL' as const),
  ...Array.from({ length: 3 }, () => 'SIGTERM' as const),
]
/** Requests filed together as the leader ends. */
const AT_WORK = 40

/** Time without approvals after the loss of the leading replica. */
export const takeover: Figure = {
  name: 'takeover',
  rare: true,
  appless: true,
  method:
    'Two replicas of the approver, one leading. ' +
    `${AT_WORK} machines file together, and when half of them have their answer the leader is ` +
    'ended by a signal. From the signal to the first approval of a request that was filed after the ' +
    'leader’s process had gone, by the audit log. The other then leads, a new one stands beside ' +
    `it, and the next round begins; ${ROUNDS.length} rounds, SIGKILL first. Twice: requests with ` +
    'more than one successful PUT to /approval in the audit log, over all rounds; every request ' +
    'must be approved, though the log may have its PUT as failed: its client was killed.',
  async measure(rig) {
    const site = await rig.approverSite({ name: 'takeover', mode: 'act' })
    const took = { SIGKILL: [] as number[], SIGTERM: [] as number[] }
    let leader = await site.start('replica-0')
    await leads(leader)
    let other = await site.start('replica-1')
    let approved = 0
    for (const [round, signal] of ROUNDS.entries()) {
      const played = await play(site, leader, signal, round)
      took[signal].push(played.seconds)
      rig.say(`   ${signal}: ${played.seconds.toFixed(1)} s`)
      approved += played.approved
      leader = other
      other = await site.start(`replica-${round + 2}`)
    }
    const filed = ROUNDS.length * (AT_WORK + 1)
    const names = site.writes().map(({ name }) => name)
    const doubled = names.length - new Set(names).size
    return [
      atMost(
        'leader killed: the other replica approves after, worst',
        20,
        Math.max(...took.SIGKILL),
        {
          unit: 's',
          digits: 1,
          more: `${rounds(took.SIGKILL, 1)}; SIGTERM ${rounds(took.SIGTERM, 1)}`,
        },
      ),
      {
        figure: 'requests approved twice meanwhile',
        reach: '0',
        measured: `${doubled} (${approved} of ${filed} approved, ${ROUNDS.length} rounds)`,
        ok: doubled === 0 && approved === filed,
      },
    ]
  },
}

/** Seconds from the signal, sent to a working leader, to the next approval; requests approved. */
async function play(
  site: ApproverSite,
  leader: ApproverProcess,
  signal: NodeJS.Signals,
  round: number,
): Promise<{ readonly seconds: number; readonly approved: number }> {
  const [next, ...machines] = await site.join(AT_WORK + 1)
  if (next === undefined) throw new Error('no machines')
  // Shift between rounds: the leader renews its Lease every 2 s, and each round kills at another
  // point.
  await sleep(round * 400)
  const half = Promise.withResolvers<void>()
  let answered = 0
  const filing = Promise.all(
    machines.map(async (machine) => {
      const filed = await site.file(machine)
      answered += 1
      if (answered === AT_WORK / 2) half.resolve()
      return filed
    }),
  )
  await Promise.race([half.promise, filing])
  const at = Date.now()
  await leader.stop(signal)
  const late = await site.file(next)
  const approved = await site.settle([...(await filing), late])
  const [delay = Number.NaN] = delays([{ name: late.name, at }], site.writes())
  return { seconds: delay / 1000, approved }
}
