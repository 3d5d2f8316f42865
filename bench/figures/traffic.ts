import { setTimeout as sleep } from 'node:timers/promises'
import type { ApproverProcess } from '#e2e/approver/approver-process.ts'
import { certificateOf } from '#e2e/approver/kubelet-ports.ts'
import { UNBROKEN } from '#e2e/approver/request-faults.ts'
import {
  eachOf,
  expectedList,
  fileStory,
  goodTraffic,
  hostileTraffic,
  joinAll,
  joinLate,
  type Planned,
  shuffled,
  TRAFFIC_SPEC,
} from '#e2e/approver/traffic-requests.ts'
import { CSRS, conditionTypes, type KubeObject } from '#e2e/fixtures/kube-client.ts'
import type { Figure } from '../figure.ts'

const GOOD = 500
const LEAST_HOSTILE = 500
/** Time limit for judging all; a request approved later counts as missed. */
const JUDGED_WITHIN_MS = 90_000
/** Time for further approvals of the remaining requests. */
const LATER_MS = 10_000

/** Whether it approves exactly the right requests. */
export const traffic: Figure = {
  name: 'traffic',
  appless: true,
  method:
    `${GOOD} good serving requests (dual stack, IP only, DNS only, RSA, ECDSA, Ed25519 and other ` +
    'kinds of kubelet, and one that has no Machine) and more than as many hostile ones, mixed, ' +
    'filed in the names of their nodes over 16 connections while the approver acts, with a list of ' +
    'expected machines that is declared complete and names every good one. Hostile: every fault of ' +
    'e2e/approver/request-faults.ts alone on each of ten kinds of machine, and every two that different ' +
    'checks have to see, on the kinds by turns; only with a node called `localhost`, of which there ' +
    'is one, are other faults of the machine left out. Every machine has a port that the approver ' +
    'asks what it presents, as in `approve`; some present another node’s certificate. Between them they break every check of serving requests but ' +
    `${Object.keys(UNBROKEN).join(', ')} (why: there); one fault may break more than one check. A ` +
    'Node that has to be younger than its request comes when all are filed. When the approver has ' +
    `approved or left each of them, and ${LATER_MS / 1000} s later, the requests are listed: wrong ` +
    'is a hostile one with any condition, missed a good one that is not approved. The hostile ones ' +
    'that the API server itself turns away are not counted.',
  async measure(stage) {
    const site = await stage.approverSite({ name: 'traffic', mode: 'act', spec: TRAFFIC_SPEC })
    try {
      const planned = { good: goodTraffic(GOOD), ...hostileTraffic(GOOD) }
      const good = new Set(planned.good)
      const { ports } = site
      const asked =
        ports === null ? undefined : { ports, anothers: await certificateOf(site, 'spare-1') }
      await joinAll(site.admin, planned, asked)
      await site.writeExpected(expectedList(planned))
      const approver = await site.start('one')
      const filed = new Map<string, Planned>()
      await eachOf(shuffled([...planned.good, ...planned.hostile]), async (one) => {
        if (asked === undefined && one.story.presents !== undefined) return
        const request = await fileStory(site.admin, one)
        if (request !== null) filed.set(request.metadata.uid, one)
      })
      await joinLate(site.admin, planned, asked)
      const hostile = filed.size - GOOD
      const deadline = Date.now() + JUDGED_WITHIN_MS
      let judged = await judgedBy(approver)
      while (judged < filed.size && Date.now() < deadline) {
        await sleep(500)
        judged = await judgedBy(approver)
      }
      await sleep(LATER_MS)
      const { body } = await site.admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)
      const decided = body.items.filter(
        (csr) => filed.has(csr.metadata.uid) && conditionTypes(csr).length > 0,
      )
      const right = decided.filter((csr) => isAmong(good, filed.get(csr.metadata.uid)))
      const wrong = decided.filter((csr) => !isAmong(good, filed.get(csr.metadata.uid)))
      for (const csr of wrong) stage.say(`   wrong: ${filed.get(csr.metadata.uid)?.name}`)
      const approved = right.filter((csr) => conditionTypes(csr).includes('Approved'))
      return [
        {
          figure: `wrong automatic approvals, of at least ${LEAST_HOSTILE} hostile requests`,
          reach: '0',
          measured: `${wrong.length} (of ${hostile}; ${judged} of ${filed.size} judged)`,
          ok: wrong.length === 0 && hostile >= LEAST_HOSTILE && judged >= filed.size,
        },
        {
          figure: `missed right ones, of ${GOOD} good requests`,
          reach: '0',
          measured: `${GOOD - approved.length} (of ${GOOD})`,
          ok: approved.length === GOOD,
        },
      ]
    } finally {
      await site.end()
    }
  },
}

/** Number of requests approved or left to a person by now. */
async function judgedBy(approver: ApproverProcess): Promise<number> {
  const approved = { outcome: 'approved' }
  return (
    (await approver.metric('countersign_approver_decisions_total', approved)) +
    (await approver.metric('countersign_approver_left_requests'))
  )
}

function isAmong(some: ReadonlySet<Planned>, one: Planned | undefined): boolean {
  return one !== undefined && some.has(one)
}
