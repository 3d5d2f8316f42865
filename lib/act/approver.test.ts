import { beforeEach, describe, expect, it } from 'vitest'
import { type ApproverRig, approverRig } from '#lib/act/fixtures/approver-rig.ts'
import { reasonOf } from '#lib/cluster/why-not-known.ts'
import { cause } from '#lib/csr/cause.ts'
import {
  approved,
  denied,
  makeMachineObject,
  makeNode,
  presents,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { kubeletPlace, type LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import type { Csr } from '#lib/csr/model.ts'
import { DEFAULT_POLICY, type Rule } from '#lib/csr/policy/policy.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { inEnglish } from '#lib/messages/english.ts'

let rig: ApproverRig

beforeEach(() => {
  rig = approverRig()
})

/** Adds a machine whose requests are verified. */
function join(name: string, ip: string): void {
  rig.world.upsertNode(makeNode({ name, ips: [ip], createdAt: '2026-11-24T11:00:00Z' }))
  const machine = makeMachineObject({ name, ips: [ip], internalDns: [name], nodeRef: name })
  rig.world.upsertMachineObject(machine)
}

function serving(nodeName: string, ip: string, more: Parameters<typeof makeCsr>[0] = {}): Csr {
  return makeCsr({ nodeName, dnsNames: [nodeName], ipAddresses: [ip], ...more })
}

/** A verified request of `rack-` and that number. */
function goodOne(index = 0): Csr {
  const [name, ip] = [`rack-${index}`, `10.0.${index >> 8}.${index & 255}`]
  join(name, ip)
  return serving(name, ip, { name: `csr-${name}` })
}

/** Verified requests, each of its own machine. */
const good = (count: number) => Array.from({ length: count }, (_, index) => goodOne(index))

/** The request once Countersign has approved it: the approver, unless another reason is given. */
const approvedHere = (csr: Csr, at: string, reason = 'CountersignAutoApprove'): Csr => {
  const { conditions } = approved(csr, at)
  return { ...csr, conditions: conditions.map((one) => ({ ...one, reason })) }
}

const outcomes = () => rig.done.map(({ outcome }) => outcome)

describe('a request that the policy approves', () => {
  it('an approval is written once, in the version that was judged, and names the policy', async () => {
    const requests: object[] = []
    rig.answer = (request) => {
      requests.push(request)
      return { outcome: 'approved', auditId: 'audit-1' }
    }
    const csr = goodOne()
    rig.put(csr)
    await rig.turn()
    expect(rig.written).toEqual([csr.name])
    expect(rig.done).toMatchObject([{ outcome: 'approved', auditId: 'audit-1' }])
    expect(requests[0]).toMatchObject({
      decision: 'approve',
      reason: 'CountersignAutoApprove',
      message: expect.stringContaining('by policy built-in@built-in as approver'),
    })
    expect(Reflect.get(requests[0] ?? {}, 'csr')).toBe(csr)
    // Judged again before the watch brings the approval: no second write.
    rig.world.touchAll()
    await rig.turn()
    expect(rig.written).toHaveLength(1)
    rig.put(approved(csr))
    await rig.turn()
    expect(rig.done).toHaveLength(1)
  })

  it('suspicious, refused, plausible and client requests are never written', async () => {
    goodOne()
    rig.world.upsertNode(makeNode({ name: 'alone', ips: ['10.9.9.9'] }))
    rig.put(
      serving('rack-0', '10.9.9.9', { keyName: 'stolen' }),
      serving('rack-0', '10.0.0.0', { organizations: ['system:masters'], keyName: 'refused' }),
      serving('alone', '10.9.9.9'),
      makeCsr({ kind: 'client', nodeName: 'new' }),
      makeCsr({ signerName: 'kubernetes.io/kube-apiserver-client' }),
    )
    await rig.turn()
    expect(rig.done).toEqual([])
  })
})

it('the approver approves one of two client requests for a name, also before the watch shows the first approval', async () => {
  rig.policy({ clients: true })
  rig.world.upsertMachineObject(makeMachineObject())
  const of = (keyName: string) => makeCsr({ kind: 'client', name: keyName, keyName })
  rig.put(of('first'), of('second'))
  await rig.turn()
  expect(rig.written).toHaveLength(1)
  rig.clock.advance(60_000)
  await rig.turn()
  expect(rig.written).toHaveLength(1)
})

it('a denial stands: later requests of the machine are left while the cluster lists the denial', async () => {
  const [refused, other] = [goodOne(0), goodOne(1)]
  const createdAt = '2026-11-24T12:05:02Z'
  const again = serving('rack-0', '10.0.0.0', { name: 'again', keyName: 'again', createdAt })
  rig.put(denied(refused), again, other)
  await rig.turn()
  expect(rig.written).toEqual([other.name])
  rig.world.removeCsr(refused.uid)
  await rig.turn()
  expect(rig.written).toEqual([other.name, 'again'])
})

describe('places where kubelets are asked', () => {
  const evidence = (live: LiveCertificate) => {
    const node = rig.world.cluster.node('rack-0')
    if (node === null) throw new Error('no Node')
    const askedAt = rig.clock.now()
    rig.world.setEvidence('rack-0', { where: kubeletPlace(node), askedAt, ca: 'kubeconfig', live })
  }
  beforeEach(() => rig.world.setAsksKubelets(true))

  it.each<readonly [string, () => void, number]>([
    ['not before it has answered', () => {}, 0],
    ['once it has answered that it has none', () => evidence({ outcome: 'noCertificate' }), 1],
    ['once it is overdue', () => rig.world.setOverdue('rack-0', true), 1],
    ['never what it contradicts', () => evidence(presents({ nodeName: 'rack-9' })), 0],
  ])('the approver approves %s', async (_, happens, count) => {
    rig.put(...good(1))
    await rig.turn()
    expect(rig.done).toEqual([])
    happens()
    await rig.turn()
    expect(rig.written).toHaveLength(count)
  })

  it('the approver writes nothing when the kubelet’s answer grew too old after judging', async () => {
    rig.around.leads = false
    const requests = good(1)
    evidence({ outcome: 'noCertificate' })
    rig.put(...requests)
    await rig.turn()
    rig.clock.advance(120_000)
    rig.around.leads = true
    rig.wake()
    await rig.turn()
    expect(rig.done).toMatchObject([])
    evidence(presents({ nodeName: 'rack-9' }))
    await rig.turn()
    expect(rig.written).toEqual([])
  })
})

describe('an approver that may not begin', () => {
  it.each<[string, (rig: ApproverRig) => void, (rig: ApproverRig) => void]>([
    ['while another leads', (r) => (r.around.leads = false), (r) => (r.around.leads = true)],
    [
      'while the kill switch is on',
      (r) => (r.around.inForce = { ...r.around.inForce, paused: true }),
      (r) => (r.around.inForce = { ...r.around.inForce, paused: false }),
    ],
    [
      'while the policy acts on a list of names alone',
      (r) => (r.around.inForce = { ...r.around.inForce, barred: cause('actsOnNamesAlone') }),
      (r) => (r.around.inForce = { ...r.around.inForce, barred: null }),
    ],
    [
      'while the view is not live',
      (r) => (r.around.trouble = reasonOf('nodes: stale')),
      (r) => (r.around.trouble = null),
    ],
    ['in shadow mode', (r) => r.policy({ mode: 'shadow' }), (r) => r.policy({ mode: 'act' })],
    ['when it is off', (r) => r.policy({ mode: 'off' }), (r) => r.policy({ mode: 'act' })],
  ])('%s, and everything afterwards', async (_, begin, end) => {
    begin(rig)
    rig.put(...good(3))
    await rig.turn()
    rig.wake()
    expect(rig.done).toEqual([])
    end(rig)
    rig.wake()
    await rig.turn()
    expect(rig.written).toHaveLength(3)
  })

  it('an approver without a policy begins nothing', async () => {
    rig.around.inForce = { ...rig.around.inForce, policy: null }
    rig.put(...good(1))
    await rig.turn()
    rig.wake()
    expect(rig.done).toEqual([])
  })
})

describe('right before the write the approver checks again', () => {
  it.each<[string, (rig: ApproverRig, csr: Csr) => void]>([
    ['the lead is lost', (r) => (r.around.leads = false)],
    ['the kill switch', (r) => (r.around.inForce = { ...r.around.inForce, paused: true })],
    [
      'the policy is refused beside the list',
      (r) => (r.around.inForce = { ...r.around.inForce, barred: cause('actsOnNamesAlone') }),
    ],
    ['the view', (r) => (r.around.trouble = reasonOf('clientCsrs: reconnecting'))],
    ['the policy acts no more', (r) => r.policy({ mode: 'shadow' })],
    ['the policy is another text, which would approve it too', (r) => r.policy({ clients: true })],
    ['the Node is gone', (r) => r.world.removeNode('node-rack-0')],
    [
      'another Node has its address',
      (r) => r.world.upsertNode(makeNode({ name: 'b', ips: ['10.0.0.0'] })),
    ],
    ['it is the approver’s own', (r, csr) => (r.around.name = csr.requestor.username)],
    ['it is gone', (r, csr) => r.world.removeCsr(csr.uid)],
    ['somebody denied it', (r, csr) => r.world.upsertCsr(denied(csr))],
    [
      'somebody denied the one before it',
      (r) => r.world.upsertCsr(denied(serving('rack-0', '10.0.0.0', { keyName: 'before' }))),
    ],
  ])('right before the write the approver notices a change: %s', async (_, change) => {
    const csr = goodOne()
    rig.beforeWrite = () => change(rig, csr)
    rig.put(csr)
    await rig.turn()
    expect(rig.written).toEqual([])
    expect(outcomes()).toEqual(['changed'])
  })
})

it('the approver logs the cause of an untrusted view, escaped once', async () => {
  rig.beforeWrite = () => {
    rig.around.trouble = reasonOf('nodes: forbidden', [said('no\u202e \\u0041')])
  }
  rig.put(...good(1))
  await rig.turn()
  expect(rig.done.map(({ causes }) => inEnglish(causes))).toEqual([
    'The view of the cluster cannot be trusted: nodes: forbidden. The API server said: “no\\u202e \\u005cu0041”',
  ])
})

describe('the log of the approver', () => {
  const events = () => rig.lines.map(([event]) => event)

  it('the log has a line before each write and one after, with the id in the message', async () => {
    const messages: string[] = []
    rig.answer = ({ message }) => {
      messages.push(`${events().join()} ${message}`)
      return { outcome: 'approved' }
    }
    rig.put(...good(1))
    await rig.turn()
    const [before, after] = rig.lines
    expect([before, after]).toEqual([
      ['approving', 'csr-rack-0', expect.any(String)],
      ['approved', 'csr-rack-0', before?.[2]],
    ])
    expect(messages).toEqual([expect.stringMatching(/^approving .*/)])
    expect(messages[0]).toContain(before?.[2])
  })

  it('the log has its line before the write is made, or nothing is written', async () => {
    const out = Promise.withResolvers<void>()
    rig.beforeLine = () => out.promise
    rig.put(...good(1))
    await rig.turn()
    expect(rig.written).toEqual([])
    out.resolve()
    await rig.turn()
    expect(rig.written).toEqual(['csr-rack-0'])
  })

  it.each<[what: string, stop: () => void, event: string]>([
    ['the kill switch', () => pauses(), 'notTried'],
    ['the Node is gone', () => rig.world.removeNode('node-rack-0'), 'notTried'],
  ])(
    'the log says of a try that ends before its write that it was none: %s',
    async (_, stop, event) => {
      rig.beforeLine = stop
      rig.put(...good(1))
      await rig.turn()
      expect(events()).toEqual(['approving', event])
      expect([rig.written, rig.done]).toEqual([[], []])
    },
  )

  it('the log says of a try that trips the brake that it was stopped', async () => {
    rig = approverRig({ limits: { perNode: 9, perRequestor: 9, total: 1 } })
    rig.put(...good(2))
    await rig.turn()
    expect(events().toSorted()).toEqual(['approved', 'approving', 'approving', 'braked'])
  })

  function pauses(): void {
    rig.around.inForce = { ...rig.around.inForce, paused: true }
  }
})

describe('the brake of the approver', () => {
  it('the brake for a node stops that node, and no other', async () => {
    rig = approverRig({ limits: { perNode: 2, perRequestor: 99, total: 99 } })
    join('flood', '10.1.1.1')
    const flood = Array.from({ length: 50 }, (_, index) =>
      serving('flood', '10.1.1.1', { name: `flood-${index}`, keyName: `flood-${index}` }),
    )
    rig.put(...flood, ...good(5))
    await rig.turn()
    expect(rig.written.filter((name) => name.startsWith('flood'))).toHaveLength(2)
    expect(rig.written.filter((name) => name.startsWith('csr-rack'))).toHaveLength(5)
    expect(rig.brake.trips).toMatchObject([{ scope: 'node', name: 'flood' }])
  })

  it('the brake for all nodes stops every request until a person releases it', async () => {
    rig = approverRig({ limits: { perNode: 9, perRequestor: 9, total: 3 } })
    rig.put(...good(5))
    await rig.turn()
    expect(rig.written).toHaveLength(3)
    rig.clock.advance(2 * 60 * 60 * 1000)
    rig.wake()
    await rig.turn()
    expect(rig.written).toHaveLength(3)
    rig.release(rig.clock.now())
    await rig.turn()
    expect(rig.written).toHaveLength(5)
  })

  it('the brake counts every approval in the API server, by any approver', async () => {
    rig = approverRig({ limits: { perNode: 9, perRequestor: 9, total: 3 } })
    const at = '2026-11-24T11:30:00Z'
    const failed = { type: 'Failed', status: 'True', reason: '', message: '', lastUpdateTime: null }
    const issuing = approvedHere(goodOne(1), at)
    rig.put(
      approvedHere(goodOne(0), at),
      { ...issuing, conditions: [...issuing.conditions, failed] },
      approvedHere(goodOne(2), at, 'CountersignApprove'),
    )
    await rig.turn()
    rig.put(goodOne(3), goodOne(4))
    await rig.turn()
    expect(rig.written).toHaveLength(2)
    expect(rig.brake.trips).toEqual([])
  })

  it('the brake counts every approval in the first list before any request is judged, as after a restart', async () => {
    rig = approverRig({ limits: { perNode: 9, perRequestor: 9, total: 1 } })
    rig.put(goodOne(0), approvedHere(goodOne(1), '2026-11-24T11:41:00Z'))
    rig.judge.work(() => false)
    expect(rig.judge.answers.size).toBe(1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(outcomes()).toEqual(['braked'])
  })

  it('the brake does not count a write that failed', async () => {
    rig = approverRig({ limits: { perNode: 9, perRequestor: 9, total: 1 } })
    const [a, b] = [goodOne(0), goodOne(1)]
    rig.answer = ({ csr }) => ({ outcome: csr.name === a.name ? 'already' : 'approved' })
    rig.put(a)
    await rig.turn()
    // Approved by another client.
    rig.put(approved(a))
    rig.put(b)
    await rig.turn()
    expect(outcomes()).toEqual(['already', 'approved'])
  })

  it('the brake counts an earlier write with a lost answer, although the next try finds it approved', async () => {
    rig = approverRig({ limits: { perNode: 9, perRequestor: 9, total: 1 } })
    const [a, b] = [goodOne(0), goodOne(1)]
    rig.answer = ({ csr }) => {
      if (csr.name !== a.name) return { outcome: 'approved' }
      // The watch brings the approval before the answer.
      rig.put(approvedHere(a, '2026-11-24T12:00:00Z'))
      return { outcome: 'already' }
    }
    rig.put(a)
    await rig.turn()
    rig.put(b)
    await rig.turn()
    expect(outcomes()).toEqual(['already', 'braked'])
  })
})

describe('a failed write', () => {
  it('a failed write is tried again after a growing pause, and delays no other request', async () => {
    const bad = goodOne()
    let tries = 0
    rig.answer = ({ csr }) => {
      if (csr.name !== bad.name) return { outcome: 'approved' }
      tries += 1
      return tries < 4 ? { outcome: 'error', detail: 'down' } : { outcome: 'approved' }
    }
    rig.put(bad)
    await rig.turn()
    expect(tries).toBe(1)
    // Half of a ceiling of 1 s, 2 s and 4 s.
    for (const [pause, expected] of [
      [499, 1],
      [1, 2],
      [999, 2],
      [1, 3],
      [1_999, 3],
      [1, 4],
    ] as const) {
      rig.clock.advance(pause)
      await rig.turn()
      expect(tries).toBe(expected)
    }
    expect(rig.written).toEqual([bad.name])
  })

  it('a request that breaks the judge is logged and not written; others are written', async () => {
    const [bad, well] = [goodOne(0), goodOne(1)]
    let broken = false
    const run: Rule['run'] = ({ request }) => {
      if (broken && request.name === bad.name) throw new Error('broken')
      return { outcome: 'pass' }
    }
    const before = rig.around.inForce
    const policy = {
      ...DEFAULT_POLICY,
      ...before.policy,
      rules: [{ name: 'r', message: '', cel: '', run }],
    }
    rig.around.inForce = { ...before, policy }
    rig.around.leads = false
    rig.put(bad, well)
    await rig.turn()
    broken = true
    // A new policy object makes the judge judge every request anew.
    rig.around.inForce = { ...before, policy: { ...policy } }
    rig.around.leads = true
    rig.wake()
    await rig.turn()
    expect(rig.written).toEqual([well.name])
    expect(rig.errors).toEqual([new Error('broken')])

    broken = false
    rig.clock.advance(500)
    await rig.turn()
    expect(rig.written).toEqual([well.name, bad.name])
  })

  it('a failed write waits as long as the API server asks, with every other request', async () => {
    let tries = 0
    rig.answer = () => {
      tries += 1
      return tries === 1 ? { outcome: 'throttled', retryAfterMs: 5_000 } : { outcome: 'approved' }
    }
    rig.put(...good(1))
    await rig.turn()
    rig.clock.advance(4_999)
    await rig.turn()
    expect(tries).toBe(1)
    rig.clock.advance(1)
    await rig.turn()
    expect(rig.written).toHaveLength(1)
  })

  it('a failed write is repeated in the version that the watch brought during the wait', async () => {
    const versions: string[] = []
    rig.answer = ({ csr }) => {
      versions.push(csr.resourceVersion)
      return versions.length === 1
        ? { outcome: 'throttled', retryAfterMs: 5_000 }
        : { outcome: 'approved' }
    }
    const csr = goodOne()
    rig.put(csr)
    await rig.turn()
    rig.put({ ...csr, resourceVersion: 'later' })
    await rig.turn()
    rig.clock.advance(5_000)
    await rig.turn()
    expect(versions).toEqual([csr.resourceVersion, 'later'])
  })

  it('a hanging write delays no other machine: it is one of sixteen', async () => {
    const [silent, ...others] = [goodOne(), ...good(10).slice(1)]
    rig.answer = ({ csr }) =>
      csr.name === silent.name ? new Promise<never>(() => {}) : { outcome: 'approved' }
    rig.put(silent)
    await rig.turn()
    rig.put(...others)
    await rig.turn()
    expect(rig.written).toHaveLength(9)
  })
})
