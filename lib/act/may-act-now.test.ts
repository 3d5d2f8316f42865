import { describe, expect, it } from 'vitest'
import { type FactsFor, refusalNow, rightsOf, whyNotNow } from '#lib/act/may-act-now.ts'
import { cause } from '#lib/csr/cause.ts'
import type { Access } from '#lib/wire/wire.ts'

type Asker = Parameters<typeof whyNotNow>[0]
type Facts = FactsFor<Asker>

const NOTHING: Facts = {
  ...{ signedOut: false, server: false, cluster: false, judging: false, record: null },
  ...{ follower: false, paused: false, notActing: false, off: false, otherPolicy: false },
  ...{ barred: null, trouble: null, identity: null, actorUnknown: null, actor: false },
  ...{ stranger: false, owner: null, rightsUnknown: false, right: false, approval: false },
}

/** Every reason as it holds. */
const HELD: Facts = {
  ...{ signedOut: true, server: true, cluster: true, judging: true, actor: true },
  ...{ follower: true, paused: true, notActing: true, off: true, otherPolicy: true },
  ...{ stranger: true, rightsUnknown: true, right: true, approval: true },
  record: cause('recordSilent'),
  barred: cause('actsOnNamesAlone'),
  trouble: { what: 'nodes: stale', causes: [cause('networkReset', { server: 'a' })] },
  identity: [cause('actorUnknown'), cause('apiServerSaid', { said: 'Unauthorized' })],
  actorUnknown: [cause('actorUnknown')],
  owner: 'lee',
}
const REASONS = Object.keys(HELD) as (keyof Facts)[]

/** In the order of the answers: the codes of the sentences, by reason. */
const ANSWERS: Readonly<Record<Asker, Partial<Record<keyof Facts, string>>>> = {
  click: {
    server: 'serverStops',
    cluster: 'clusterNotLive',
    record: 'recordSilent',
    rightsUnknown: 'rightsUnknown',
    right: 'mayNotApprove',
  },
  run: {
    signedOut: 'keyMissing',
    server: 'serverStops',
    cluster: 'clusterNotLive',
    record: 'recordSilent',
    actor: 'actorChanged',
    rightsUnknown: 'rightsUnknown',
    right: 'mayNotApprove',
    approval: 'mayNotApprove',
  },
  follow: { signedOut: 'keyMissing', server: 'serverStops' },
  halt: { signedOut: 'keyMissing', stranger: 'mayNotActOnRun' },
  resume: { signedOut: 'keyMissing', stranger: 'mayNotActOnRun', owner: 'ownerResumes' },
  batch: { cluster: 'clusterNotLive', actor: 'actorChanged', right: 'mayNotApprove' },
  order: {
    server: 'stoppedBefore',
    identity: 'actorUnknown apiServerSaid',
    actorUnknown: 'actorUnknown',
    actor: 'actorChanged',
  },
  item: {
    server: 'stoppedBefore',
    cluster: 'clusterLost',
    record: 'recordSilent',
    actor: 'actorChanged',
  },
  write: {
    server: 'serverStops',
    judging: 'clusterLost',
    record: 'recordSilent',
    actor: 'actorChanged',
  },
  retry: {
    server: 'serverStops',
    judging: 'clusterLostMeanwhile',
    record: 'recordSilent',
    actor: 'actorChangedMeanwhile',
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
  message: { rightsUnknown: 'rightsUnknown', right: 'mayNotApprove', approval: 'mayNotApprove' },
}

describe.each(Object.entries(ANSWERS) as [Asker, (typeof ANSWERS)[Asker]][])(
  'the table answers when asked by %s',
  (asker, answers) => {
    const codesFor = (facts: Facts) =>
      whyNotNow(asker, facts)
        ?.causes.map(({ code }) => code)
        .join(' ') ?? null

    it('the table has nothing against acting while no reason holds', () => {
      expect(whyNotNow(asker, NOTHING)).toBeNull()
    })

    it('the table says the sentence of each reason that holds, and ignores the reasons of others', () => {
      for (const reason of REASONS) {
        const expected = answers[reason] ?? null
        expect([reason, codesFor({ ...NOTHING, [reason]: HELD[reason] })]).toEqual([
          reason,
          expected,
        ])
      }
    })

    it('the table answers with the first of the reasons that hold', () => {
      let facts = HELD
      for (const reason of Object.keys(answers) as (keyof Facts)[]) {
        expect(whyNotNow(asker, facts)?.reason).toBe(reason)
        facts = { ...facts, [reason]: NOTHING[reason] }
      }
      expect(whyNotNow(asker, facts)).toBeNull()
    })
  },
)

it('an asker that leaves out a fact of its column does not compile', () => {
  // @ts-expect-error `server` is missing.
  expect(whyNotNow('follow', { signedOut: false })).toBeNull()
})

it('a run of another person is resumed by its owner alone, whom the sentence names', () => {
  const facts = { signedOut: false, stranger: false }
  expect(refusalNow('resume', { ...facts, owner: 'lee' })).toEqual({
    refused: 'notAllowed',
    why: cause('ownerResumes', { person: 'lee' }),
  })
  // The owner's name may be unknown.
  expect(refusalNow('resume', { ...facts, owner: '' })?.refused).toBe('notAllowed')
  expect(refusalNow('resume', { ...facts, owner: null })).toBeNull()
})

describe('the rights of a person', () => {
  const SIGNER = 'kubernetes.io/kubelet-serving'
  const OTHER = 'kubernetes.io/kube-apiserver-client-kubelet'
  const reviewedAt = '2026-11-24T14:00:00Z'
  const UNKNOWN: Access = { approval: false, signers: {}, reviewedAt: null }
  const NO_RIGHT: Access = { approval: false, signers: {}, reviewedAt }
  const NO_SIGNER: Access = { approval: true, signers: { [SIGNER]: false }, reviewedAt }
  const ONE_SIGNER: Access = { ...NO_SIGNER, signers: { [SIGNER]: false, [OTHER]: true } }
  const ALL: Access = { approval: true, signers: { [SIGNER]: true }, reviewedAt }
  const LAPTOP = { name: 'kim', mayApprove: () => true }
  const TEAM = { ...LAPTOP, uid: 'kims-uid' }

  /** Codes of the answers to a click on a request of SIGNER, to a run and to a message. */
  const answersTo = (viewer: typeof LAPTOP, access: Access) => {
    const click = { ...NOTHING, ...rightsOf({ viewer, access }, [SIGNER]) }
    const any = { ...NOTHING, ...rightsOf({ viewer, access }) }
    return [refusalNow('click', click), refusalNow('run', any), refusalNow('message', any)].map(
      (refusal) => refusal?.refused ?? 'may',
    )
  }

  it.each<[what: string, access: Access, expected: readonly string[]]>([
    ['are unknown', UNKNOWN, ['rightsUnknown', 'rightsUnknown', 'rightsUnknown']],
    ['do not include approval', NO_RIGHT, ['mayNotApprove', 'mayNotApprove', 'mayNotApprove']],
    ['include no signer', NO_SIGNER, ['mayNotApprove', 'mayNotApprove', 'mayNotApprove']],
    ['include another signer', ONE_SIGNER, ['mayNotApprove', 'may', 'may']],
    ['are complete', ALL, ['may', 'may', 'may']],
  ])('rights in a team that %s answer a click, a run and a message', (_, access, expected) => {
    expect(answersTo(TEAM, access)).toEqual(expected)
  })

  it.each<[what: string, access: Access, expected: readonly string[]]>([
    ['are unknown', UNKNOWN, ['may', 'may', 'may']],
    ['do not include approval', NO_RIGHT, ['may', 'mayNotApprove', 'mayNotApprove']],
    ['include no signer', NO_SIGNER, ['may', 'may', 'may']],
    ['are complete', ALL, ['may', 'may', 'may']],
  ])(
    'rights on a laptop that %s: the API server answers each click, and a run that could only wait is refused',
    (_, access, expected) => {
      expect(answersTo(LAPTOP, access)).toEqual(expected)
    },
  )

  it('a person’s rights allow a click on a request of a signer that the access review did not ask about', () => {
    const click = { ...NOTHING, ...rightsOf({ viewer: TEAM, access: NO_SIGNER }, ['a', SIGNER]) }
    expect(refusalNow('click', click)).toBeNull()
  })
})
