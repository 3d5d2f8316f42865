import { describe, expect, it } from 'vitest'
import {
  type Access,
  codeNow,
  type FactsFor,
  rightsOf,
  viewOf,
  whyNotNow,
} from '#lib/csr/approval/may-act-now.ts'
import { cause } from '#lib/csr/cause.ts'

type CodeAsker = Parameters<typeof codeNow>[0]
type Asker = Parameters<typeof whyNotNow>[0] | CodeAsker
type Facts = FactsFor<Asker>

const NOTHING: Facts = {
  ...{ signedOut: false, server: false, cluster: false, judging: false, record: null },
  ...{ follower: false, paused: false, notActing: false, off: false, otherPolicy: false },
  ...{ barred: null, trouble: null, identity: null, actorUnknown: null, actor: false },
  ...{ stranger: false, owner: null, rightsUnknown: false, right: false, approval: false },
  ...{ unlisted: false, forbidden: false, unauthorized: false, withheld: false },
}

/** Every reason as it holds. */
const HELD: Facts = {
  ...{ signedOut: true, server: true, cluster: true, judging: true, actor: true },
  ...{ follower: true, paused: true, notActing: true, off: true, otherPolicy: true },
  ...{ stranger: true, rightsUnknown: true, right: true, approval: true, unlisted: true },
  ...{ forbidden: true, unauthorized: true, withheld: true },
  record: cause('recordSilent'),
  barred: cause('actsOnNamesAlone'),
  trouble: { what: 'nodes: stale', causes: [cause('networkReset', { server: 'a' })] },
  identity: [cause('actorUnknown'), cause('apiServerSaid', { said: 'Unauthorized' })],
  actorUnknown: [cause('actorUnknown')],
  owner: 'lee',
}
const REASONS = Object.keys(HELD) as (keyof Facts)[]

const OFF = { forbidden: 'notRead', unauthorized: 'unauthorized', withheld: 'withheld' }

/** In the order of the answers: the codes of the sentences, by reason. */
const ANSWERS: Readonly<Record<Asker, Partial<Record<keyof Facts, string>>>> = {
  click: {
    server: 'serverStops',
    cluster: 'clusterNotLive',
    rightsUnknown: 'rightsUnknown',
    right: 'mayNotApprove',
    record: 'recordSilent',
  },
  run: {
    signedOut: 'keyMissing',
    server: 'serverStops',
    cluster: 'clusterNotLive',
    actor: 'actorChanged',
    rightsUnknown: 'rightsUnknown',
    approval: 'mayNotApprove',
    right: 'mayNotApprove',
    record: 'recordSilent',
  },
  follow: { signedOut: 'keyMissing', server: 'serverStops' },
  halt: { signedOut: 'keyMissing', stranger: 'mayNotActOnRun' },
  resume: { signedOut: 'keyMissing', stranger: 'mayNotActOnRun', owner: 'ownerResumes' },
  batch: { ...OFF, cluster: 'disconnected', actor: 'otherUser', right: 'forbidden' },
  order: {
    server: 'stoppedBefore',
    identity: 'actorUnknown apiServerSaid',
    actorUnknown: 'actorUnknown',
    actor: 'actorChanged',
  },
  item: {
    server: 'stoppedBefore',
    cluster: 'clusterLost',
    actor: 'actorChanged',
    record: 'recordSilent',
  },
  write: {
    server: 'serverStops',
    judging: 'clusterLost',
    actor: 'actorChanged',
    record: 'recordSilent',
  },
  retry: {
    server: 'serverStops',
    judging: 'clusterLostMeanwhile',
    actor: 'actorChangedMeanwhile',
    record: 'recordSilent',
  },
  approver: {
    server: 'approverStops',
    follower: 'approverNotLeading',
    paused: 'approverPaused',
    notActing: 'approverNotActing',
    barred: 'actsOnNamesAlone',
    trouble: 'approverCannotSee networkReset',
    judging: 'approverCannotJudge',
    otherPolicy: 'approverOtherPolicy',
  },
  report: {
    follower: 'approverNotLeading',
    paused: 'approverPaused',
    off: 'approverNotActing',
    trouble: 'approverCannotSee networkReset',
  },
  message: { rightsUnknown: 'rightsUnknown', approval: 'mayNotApprove', right: 'mayNotApprove' },
  page: { ...OFF, cluster: 'notLive' },
  button: {
    ...{ ...OFF, cluster: 'notLive', rightsUnknown: 'notReviewed', approval: 'noApproval' },
    ...{ unlisted: 'notListed', right: 'noSigner', record: 'notRecorded' },
  },
}

function answerTo(asker: Asker, facts: Facts): string | null {
  if (asker === 'page' || asker === 'button' || asker === 'batch') return codeNow(asker, facts)
  return (
    whyNotNow(asker, facts)
      ?.causes.map(({ code }) => code)
      .join(' ') ?? null
  )
}

describe.each(Object.entries(ANSWERS) as [Asker, (typeof ANSWERS)[Asker]][])(
  'the table answers when asked by %s',
  (asker, answers) => {
    it('the table has nothing against acting while no reason holds', () => {
      expect(answerTo(asker, NOTHING)).toBeNull()
    })

    it('the table says the sentence of each reason that holds, and ignores the reasons of others', () => {
      for (const reason of REASONS) {
        const said = answerTo(asker, { ...NOTHING, [reason]: HELD[reason] })
        expect([reason, said]).toEqual([reason, answers[reason] ?? null])
      }
    })

    it('the table answers with the first of the reasons that hold', () => {
      let facts = HELD
      for (const reason of Object.keys(answers) as (keyof Facts)[]) {
        expect(answerTo(asker, facts)).toBe(answers[reason])
        facts = { ...facts, [reason]: NOTHING[reason] }
      }
      expect(answerTo(asker, facts)).toBeNull()
    })
  },
)

it('an asker that leaves out a fact of its column does not compile', () => {
  // @ts-expect-error `server` is missing.
  expect(whyNotNow('follow', { signedOut: false })).toBeNull()
})

it.each<[Parameters<typeof viewOf>[0]['state'], onPage: string | null, ofRun: string | null]>([
  ['live', null, null],
  ['forbidden', 'notRead', 'notRead'],
  ['unauthorized', 'unauthorized', 'unauthorized'],
  ['withheld', 'withheld', 'withheld'],
  ['connecting', 'notLive', 'disconnected'],
  ['reconnecting', 'notLive', 'disconnected'],
  ['stale', 'notLive', 'disconnected'],
  ['unreachable', 'notLive', 'disconnected'],
])('a feed that is %s says %s on a page, and %s of a run', (state, onPage, ofRun) => {
  const facts = { ...NOTHING, ...viewOf({ state }) }
  expect([codeNow('page', facts), codeNow('batch', facts)]).toEqual([onPage, ofRun])
})

describe('the rights of a person', () => {
  const SIGNER = 'kubernetes.io/kubelet-serving'
  const OTHER = 'kubernetes.io/kube-apiserver-client-kubelet'
  const UNLISTED = 'example.com/other'
  const reviewedAt = '2026-11-24T14:00:00Z'
  const access = (signers: Access['signers'], approval = true) => ({
    approval,
    signers,
    reviewedAt,
  })
  const ONE = access({ [SIGNER]: false, [OTHER]: true })

  it.each<[what: string, of: Access, asked: readonly string[] | undefined, facts: string]>([
    ['are not known', { ...ONE, reviewedAt: null }, [SIGNER], 'rightsUnknown'],
    ['do not include approval', access({ [OTHER]: true }, false), [OTHER], 'approval right'],
    ['include the signer', ONE, [OTHER], ''],
    ['include another signer', ONE, [SIGNER], 'right'],
    ['include one of the signers', ONE, [SIGNER, OTHER], ''],
    ['include some signer', ONE, undefined, ''],
    ['include no signer', access({ [SIGNER]: false }), undefined, 'right'],
    ['were not asked for the signer', ONE, [UNLISTED], 'unlisted'],
    ['were asked for one signer only', ONE, [UNLISTED, SIGNER], ''],
    ['are for no listed signer', access({}, false), [UNLISTED], 'approval unlisted right'],
  ])('rights that %s are told in facts', (_, of, asked, facts) => {
    const held = Object.entries(rightsOf(of, asked)).filter(([, holds]) => holds)
    expect(held.map(([fact]) => fact).join(' ')).toBe(facts)
  })
})
