import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ScriptedServer, startScriptedServer } from '#lib/kube/fixtures/api-server.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { createPacer } from '#lib/kube/writes/pacer.ts'
import { type Account, answerAs } from '#lib/people/fixtures/accounts.ts'
import type { Impersonation } from '#lib/people/member-credential.ts'
import { NO_TOKENS, type TokenSet } from '#lib/people/oidc/oidc.ts'
import { OidcFailure } from '#lib/people/oidc/oidc-failure.ts'
import type { People, Proof } from '#lib/people/people.ts'
import { servicePeople } from '#lib/people/service-people.ts'
import type { SessionAnswer, SignInWay, TeamAnswer } from '#lib/wire/session-answers.ts'

const LIST = { verb: 'list', group: 'certificates.k8s.io', resource: 'certificatesigningrequests' }
const NO_PROOF: Proof = { authorization: undefined, cookie: undefined, binding: undefined }
/** Address of a person's browser. */
const HERE = '203.0.113.9'
const MINUTE_MS = 60_000
/** The state of a browser that returns from a provider and had no session. */
const BACK = { to: '/', replaces: '' }
/** A machine under load may take longer than a poll's default second. */
const PATIENT = { timeout: 10_000 }

type Oidc = NonNullable<Parameters<typeof servicePeople>[0]['oidc']>

const ALICE: Account = {
  ...{ username: 'alice', uid: 'a', groups: ['admins'], may: ['list', 'update', 'approve'] },
}

/** People by token. */
let accounts: Map<string, Account>
let server: ScriptedServer
let clock: ManualClock
let people: People
let log: Readonly<Record<string, unknown>>[]
let busy: Set<AbortSignal>
/** Sessions for which the server asked whether a run is under way, in order. */
let asked: AbortSignal[]
/** Number of times that pages were informed of changed rights. */
let told: number
/** The HTTP request that a server handles. */
const handling = new AsyncLocalStorage<string>()
/** HTTP requests during which reviews were made or timers set. */
let courses: (string | undefined)[]
let viewRights: readonly (typeof LIST)[]
/** While set, the API server's answer to every call: a status, or none. */
let trouble: number | 'silent' | null
/** Different tokens that the API server has seen. */
const tokensSeen = () =>
  new Set(server.exchanges.map(({ headers }) => `${headers.authorization}`.replace('Bearer ', '')))

beforeEach(async () => {
  accounts = new Map<string, Account>([
    ['alice-1', ALICE],
    ['alice-2', ALICE],
    ['bob-1', { username: 'bob', may: ['list'] }],
    ['carol-1', { username: 'carol', may: [] }],
    ['nobody', { username: 'system:anonymous', may: ['list'] }],
  ])
  const answer = answerAs((name) => accounts.get(name))
  server = await startScriptedServer(
    Array.from({ length: 400 }, () => (exchange) => {
      if (trouble === null) answer(exchange)
      else if (trouble !== 'silent') exchange.json(trouble, { kind: 'Status', code: trouble })
    }),
  )
  clock = manualClock()
  log = []
  busy = new Set()
  asked = []
  told = 0
  courses = []
  viewRights = [LIST]
  trouble = null
  people = peopleWith()
})

afterEach(async () => {
  await people.stop()
  await server.close()
})

const WAYS: readonly SignInWay[] = [
  { way: 'oidc', name: 'Company', href: '/sign-in/oidc' },
  { way: 'token' },
  { way: 'proxy', href: '/oauth2/sign_out' },
]

function peopleWith(
  oidc: Oidc | null = null,
  impersonation: Impersonation | null = null,
  ways = WAYS,
): People {
  return servicePeople({
    title: () => ({ name: 'prod', versions: ['Kubernetes v1.36.0'] }),
    endpoint: server.endpoint,
    clock: {
      ...clock,
      after(ms, then) {
        courses.push(handling.getStore())
        return clock.after(ms, then)
      },
    },
    idleMs: 10 * MINUTE_MS,
    viewerRole: 'team-viewer',
    ways,
    oidc,
    impersonation,
    signers() {
      courses.push(handling.getStore())
      return ['kubernetes.io/kubelet-serving']
    },
    viewRights: () => viewRights,
    newPacer: () => createPacer({ start: 1 }),
    hasRun(session) {
      asked.push(session)
      return busy.has(session)
    },
    onRights() {
      told += 1
    },
    log: (entry) => log.push(entry),
  })
}

/** A provider whose sign-ins end with these tokens, and that answers otherwise where told. */
const providerOf = (tokens: TokenSet, answers: Partial<Oidc> = {}): Oidc => ({
  begin: async () => ({ location: 'https://provider/', cookie: 'state' }),
  isUnderWay: () => true,
  finish: async () => ({ tokens, ...BACK }),
  refresh: async () => tokens,
  endSessionUrl: () => null,
  ...answers,
})

/** Returns from the provider. */
const comeBack = () => people.finishSignIn('/sign-in/callback?code=x', NO_PROOF, HERE)

/** The proof of a browser that has returned from the provider. */
async function proofFrom(finished: { cookies: readonly string[] } | null): Promise<Proof> {
  const cookie = finished?.cookies[0]?.split(';')[0] ?? ''
  const { binding } = teamOf(await people.session({ ...NO_PROOF, cookie }))
  return { ...NO_PROOF, cookie, binding: binding ?? '' }
}

/** The signal of a session that a run keeps, while it is under way. */
async function sessionWithRun(proof: Proof): Promise<AbortSignal> {
  const session = (await people.caller(proof))?.session ?? AbortSignal.abort()
  busy.add(session)
  return session
}

/** A token that names its end. */
const jwtOf = (claims: object) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`

async function signIn(token: string, before = NO_PROOF) {
  const result = await people.signIn({ token }, HERE, before)
  if ('refused' in result) throw new Error(result.refused)
  const answer = result.answer as TeamAnswer
  const cookie = (result.cookie ?? '').split(';')[0] ?? ''
  return { answer, proof: { ...NO_PROOF, cookie, binding: answer.binding ?? '' } }
}

/** Starts sign-ins with invalid tokens, all from one address. */
function wrongOnes(count: number) {
  return Array.from({ length: count }, (_, n) =>
    people.signIn({ token: `wrong-${n}` }, '', NO_PROOF),
  )
}

/** Keeps a page of the session visible for so many hours. */
function inViewFor(hours: number, proof: Proof): void {
  for (let minutes = 0; minutes < hours * 60; minutes += 5) {
    people.seen(proof)
    clock.advance(5 * MINUTE_MS)
  }
}

const teamOf = (answer: SessionAnswer): TeamAnswer => {
  if (answer.mode !== 'service') throw new Error(answer.mode)
  return answer
}

describe('signing in with a token', () => {
  it('the API server says who the person is, and what they may do', async () => {
    const { answer, proof } = await signIn('alice-1')
    expect(answer.person).toMatchObject({
      name: 'alice',
      uid: 'a',
      groups: ['admins'],
      idleSeconds: 600,
    })
    expect(answer.access).toEqual({ mayView: true })
    expect(people.authorize(proof)).toBe('session')
    const caller = await people.caller(proof)
    expect(caller?.principal.viewer).toMatchObject({ name: 'alice', uid: 'a' })
    expect(caller?.principal.viewer.mayApprove('kubernetes.io/kubelet-serving')).toBe(true)
    expect(tokensSeen()).toEqual(new Set(['alice-1']))
  })

  it('an endless name, uid and list of groups are cut before they are stored', async () => {
    const [username, uid] = ['n', 'u'].map((letter) => letter.repeat(100_000))
    const groups = Array.from({ length: 10_000 }, (_, n) => `group-${n}-${'x'.repeat(100)}`)
    accounts.set('long-1', { username: `${username}`, uid: `${uid}`, groups, may: ['list'] })
    const { answer } = await signIn('long-1')
    expect(answer.person?.groups[0]).toBe(groups[0])
    expect(JSON.stringify([answer, log]).length).toBeLessThan(24_000)
  })

  it('a session does not hold on to the HTTP request that began it', async () => {
    await handling.run('POST /api/session', () => signIn('alice-1'))
    expect(new Set(courses)).toEqual(new Set([undefined]))
  })

  it('the cookie is for this host alone, and no script can read it', async () => {
    const result = await people.signIn({ token: 'alice-1' }, HERE, NO_PROOF)
    expect(result).toMatchObject({
      cookie: expect.stringMatching(
        /^__Host-countersign=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
      ),
    })
  })

  it.each([
    ['that the API server does not take', 'wrong', 'wrongToken'],
    ['of nobody', 'nobody', 'wrongToken'],
    ['that is no header', 'a b\r\nx: y', 'wrongToken'],
  ])('a token %s is refused', async (_, token, refused) => {
    expect(await people.signIn({ token }, HERE, NO_PROOF)).toMatchObject({ refused })
    expect(people.count).toBe(0)
  })

  it('a launch key does not sign in', async () => {
    expect(await people.signIn({ key: 'alice-1' }, HERE, NO_PROOF)).toMatchObject({
      refused: 'notAllowed',
    })
  })

  it('a right token signs in after many wrong ones', async () => {
    await Promise.all(wrongOnes(80))
    expect((await signIn('alice-1')).answer.person?.name).toBe('alice')
  })

  it('a flood of wrong tokens from one address does not keep out other addresses', async () => {
    const flood = wrongOnes(300)
    const [alice, ...told] = await Promise.all([signIn('alice-1'), ...flood])
    expect(alice.answer.person?.name).toBe('alice')
    const dropped = told.filter((one) => 'refused' in one && one.refused === 'slowDown')
    expect(dropped).toHaveLength(95)
    expect(tokensSeen().size).toBe(206)
  })

  it('a flood of pasted wrong tokens does not keep out other ways to sign in', async () => {
    const flood = wrongOnes(80)
    const authorization = 'Bearer bob-1'
    expect((await people.caller({ ...NO_PROOF, authorization }))?.principal.displayName).toBe('bob')
    await Promise.all(flood)
  })

  it('all sessions of a person share a pacer, which no other person has', async () => {
    const pacers = await Promise.all(
      ['alice-1', 'alice-2', 'bob-1'].map(async (token) => {
        return (await people.caller((await signIn(token)).proof))?.principal.pacer
      }),
    )
    expect(pacers[0]).toBe(pacers[1])
    expect(new Set(pacers).size).toBe(2)
  })

  it('a pacer lasts as long as the person has a session', async () => {
    const pacerOf = async ({ proof }: { proof: Proof }) =>
      (await people.caller(proof))?.principal.pacer
    const one = await signIn('alice-1')
    const two = await signIn('alice-2')
    const pacer = await pacerOf(one)
    await people.signOut(one.proof)
    const three = await signIn('alice-1')
    expect(await pacerOf(three)).toBe(pacer)
    await people.signOut(two.proof)
    await people.signOut(three.proof)
    expect(await pacerOf(await signIn('alice-1'))).not.toBe(pacer)
  })

  it('no log line and no answer has the token', async () => {
    const { answer, proof } = await signIn('alice-1')
    await people.signOut(proof)
    expect(JSON.stringify([log, answer])).not.toContain('alice-1')
    expect(log.map(({ event }) => event)).toEqual(['session.begin', 'session.end'])
  })
})

describe('the cookie', () => {
  it.each<[string, (proof: Proof) => Proof, string]>([
    ['without the binding', (proof) => ({ ...proof, binding: undefined }), 'wrong'],
    ['with another binding', (proof) => ({ ...proof, binding: 'x' }), 'wrong'],
    [
      'sent twice',
      (proof) => ({ ...proof, cookie: `${proof.cookie}; ${proof.cookie}` }),
      'missing',
    ],
    ['of nobody', (proof) => ({ ...proof, cookie: '__Host-countersign=x' }), 'missing'],
  ])('a cookie %s opens nothing', async (_, change, expected) => {
    const { proof } = await signIn('alice-1')
    const changed = change(proof)
    expect(people.authorize(changed)).toBe(expected)
    expect(await people.caller(changed)).toBeNull()
  })

  it('a cookie of one person with the binding of another opens nothing', async () => {
    const [alice, bob] = [await signIn('alice-1'), await signIn('bob-1')]
    const mixed = { ...alice.proof, binding: bob.proof.binding }
    expect(people.authorize(mixed)).toBe('wrong')
  })

  it('a cookie without its binding only gives the page that binding', async () => {
    const { answer, proof } = await signIn('alice-1')
    expect(await people.session({ ...proof, binding: undefined })).toEqual(answer)
    expect(teamOf(await people.session(NO_PROOF))).toMatchObject({ person: null, binding: null })
  })

  it('the answer without a cookie has the ways to sign in, the cluster’s name and versions, and no more', async () => {
    const { signIn: ways, ...rest } = teamOf(await people.session(NO_PROOF))
    expect(ways.map(({ way }) => way)).toContain('token')
    expect(rest).toEqual({
      mode: 'service',
      cluster: { name: 'prod', versions: ['Kubernetes v1.36.0'] },
      ...{ person: null, binding: null, access: null },
    })
  })
})

describe('the right to see', () => {
  it('a person without the right to see gets nothing but the rule that grants it', async () => {
    const { answer, proof } = await signIn('carol-1')
    expect(answer.access).toEqual({
      mayView: false,
      missing: [LIST],
      command: expect.stringMatching(
        /^kubectl create clusterrolebinding team-viewer-[0-9a-f]{8} \\\n {2}--clusterrole=team-viewer \\\n {2}--user=carol$/,
      ),
    })
    const caller = await people.caller(proof)
    expect([caller?.viewRight, caller?.viewing?.aborted]).toEqual(['mayNot', true])
  })

  it('within a minute after the right to see was removed, streams end and calls are refused', async () => {
    const { proof } = await signIn('bob-1')
    const before = await people.caller(proof)
    accounts.set('bob-1', { username: 'bob', may: [] })
    clock.advance(45_000)
    await until(() => before?.viewing?.aborted === true, 'the stream to end')
    expect(before?.session?.aborted).toBe(false)
    expect((await people.caller(proof))?.viewRight).toBe('mayNot')
    accounts.set('bob-1', { username: 'bob', may: ['list'] })
    clock.advance(45_000)
    await expect.poll(async () => (await people.caller(proof))?.viewRight, PATIENT).toBe('may')
    expect((await people.caller(proof))?.viewing?.aborted).toBe(false)
  })
})

it('pages are informed of a change of rights, and not of the first answer', async () => {
  await signIn('alice-1')
  await signIn('bob-1')
  expect(told).toBe(0)
  accounts.set('alice-1', { username: 'alice', uid: 'a', may: ['list'] })
  clock.advance(45_000)
  await until(() => told > 0, 'pages to be told')
  expect(told).toBe(1)
})

describe('a right to see', () => {
  it('the right to a source that is read only since the last review is asked for again', async () => {
    const { proof } = await signIn('bob-1')
    viewRights = [LIST, { ...LIST, group: 'machine.openshift.io', resource: 'machines' }]
    expect((await people.caller(proof))?.viewRight).toBe('mayNot')
    clock.advance(45_000)
    await expect.poll(async () => (await people.caller(proof))?.viewRight, PATIENT).toBe('may')
  })

  it('a right to see granted a moment ago is found by the page’s next question', async () => {
    const { proof } = await signIn('carol-1')
    accounts.set('carol-1', { username: 'carol', may: ['list'] })
    expect(teamOf(await people.session(proof)).access).toEqual({ mayView: true })
    expect((await people.caller(proof))?.viewing?.aborted).toBe(false)
  })

  it('questions of a page that may not see ask the API server once in two seconds', async () => {
    const { proof } = await signIn('carol-1')
    const before = server.exchanges.length
    await people.session(proof)
    const calls = server.exchanges.length - before
    for (let n = 0; n < 20; n += 1) await people.session(proof)
    expect(server.exchanges.length - before).toBe(calls)
    clock.advance(2_000)
    await people.session(proof)
    expect(server.exchanges.length - before).toBe(2 * calls)
  })

  it('the right to see ends where the API server forbids the person to review rights', async () => {
    const { proof } = await signIn('bob-1')
    const before = await people.caller(proof)
    accounts.set('bob-1', { username: 'bob', may: 'no reviews' })
    clock.advance(45_000)
    await until(() => before?.viewing?.aborted === true, 'the stream to end')
    expect((await people.caller(proof))?.viewRight).toBe('mayNot')
    expect(teamOf(await people.session(proof)).access).toMatchObject({ missing: [LIST] })
  })
})

describe('a right to see that the API server no longer confirms', () => {
  it.each([429, 500, 503])(
    'a right to see ends after three minutes of %i, and returns with the next answer',
    async (status) => {
      const { proof } = await signIn('alice-1')
      const before = await people.caller(proof)
      trouble = status
      clock.advance(3 * MINUTE_MS - 1)
      expect([before?.viewing?.aborted, (await people.caller(proof))?.viewRight]).toEqual([
        ...[false, 'may'],
      ])
      clock.advance(1)
      expect([before?.viewing?.aborted, before?.session?.aborted]).toEqual([true, false])
      expect((await people.caller(proof))?.viewRight).toBe('unknown')
      expect(teamOf(await people.session(proof)).access).toEqual({
        mayView: 'unknown',
        causes: [expect.objectContaining({ code: expect.any(String) })],
      })
      trouble = null
      // A review may still be under way and fail: then this is the next one.
      people.reviewAccess()
      await expect.poll(async () => (await people.caller(proof))?.viewRight, PATIENT).toBe('may')
      expect((await people.caller(proof))?.viewing?.aborted).toBe(false)
    },
  )

  it('a right to see is found by the page’s next question once the API server answers', async () => {
    const { proof } = await signIn('bob-1')
    trouble = 503
    clock.advance(3 * MINUTE_MS)
    expect(teamOf(await people.session(proof)).access).toMatchObject({ mayView: 'unknown' })
    trouble = null
    clock.advance(2_000)
    expect(teamOf(await people.session(proof)).access).toEqual({ mayView: true })
  })

  it('the page says which right was removed while the API server was silent', async () => {
    const { proof } = await signIn('bob-1')
    trouble = 503
    clock.advance(3 * MINUTE_MS)
    accounts.set('bob-1', { username: 'bob', may: [] })
    trouble = null
    expect(teamOf(await people.session(proof)).access).toMatchObject({ missing: [LIST] })
  })

  it('a page does not wait for a silent API server', async () => {
    const { proof } = await signIn('bob-1')
    trouble = 'silent'
    clock.advance(3 * MINUTE_MS)
    const before = server.exchanges.length
    const asked = people.session(proof)
    await until(() => server.exchanges.length > before, 'the question')
    clock.advance(3_000)
    expect(teamOf(await asked).access).toMatchObject({ mayView: 'unknown' })
  })
})

describe('the end of a session', () => {
  it('signing out drops the session’s credential', async () => {
    const { proof } = await signIn('alice-1')
    const caller = await people.caller(proof)
    expect(await people.signOut(proof)).toEqual({ signOutUrl: null })
    expect([caller?.session?.aborted, caller?.viewing?.aborted]).toEqual([true, true])
    expect([people.count, people.authorize(proof)]).toEqual([0, 'missing'])
  })

  it('a run’s report has the person without any credential', async () => {
    const { proof } = await signIn('alice-1')
    const actor = (await people.caller(proof))?.principal.actor
    expect(actor?.username).toBe('alice')
    await people.signOut(proof)
    expect(actor?.username).toBe('')
    await expect(actor?.name()).rejects.toThrow('connectionClosed')
  })

  const KINDS: readonly (readonly [string, () => Promise<Proof>])[] = [
    ['of a browser', async () => (await signIn('alice-1')).proof],
    ['of a proxy’s token', async () => ({ ...NO_PROOF, authorization: 'Bearer alice-1' })],
  ]

  it.each(KINDS)('a session %s ends when no page was visible for ten minutes', async (_, enter) => {
    const proof = await enter()
    await people.caller(proof)
    clock.advance(9 * MINUTE_MS)
    people.seen(proof)
    clock.advance(9 * MINUTE_MS)
    expect(await people.caller(proof)).not.toBeNull()
    clock.advance(2 * MINUTE_MS)
    expect([people.count, await people.caller(proof)]).toEqual([0, null])
  })

  it.each(KINDS)('a session %s ends after eight hours at the latest', async (_, enter) => {
    const proof = await enter()
    await people.caller(proof)
    inViewFor(8, proof)
    expect([people.count, await people.caller(proof)]).toEqual([0, null])
  })

  it.each(KINDS)(
    'an idle session %s shows nothing, and its credential lasts until its run ends',
    async (_, enter) => {
      const proof = await enter()
      const viewing = (await people.caller(proof))?.viewing
      const session = await sessionWithRun(proof)
      clock.advance(11 * MINUTE_MS)
      people.endIdle()
      expect([viewing?.aborted, session.aborted]).toEqual([true, false])
      expect(await people.caller(proof)).toBeNull()
      busy.clear()
      // The session is checked although no page is open.
      clock.advance(15_000)
      expect(session.aborted).toBe(true)
    },
  )

  it('a session that signs out during a run does not keep its credential for the run', async () => {
    const { proof } = await signIn('alice-1')
    // The run learns of the end later than the session.
    await sessionWithRun(proof)
    await people.signOut(proof)
    asked.length = 0
    people.endIdle()
    expect(asked).toEqual([])
  })

  it('a session ends with its token, also during a run', async () => {
    const end = Math.floor(clock.now() / 1000) + 120
    const token = jwtOf({ exp: end })
    accounts.set(token, { username: 'dora', may: ['list'] })
    const { answer, proof } = await signIn(token)
    expect(answer.person?.endsAt).toBe(new Date(end * 1000).toISOString())
    const session = await sessionWithRun(proof)
    clock.advance(121_000)
    expect([session.aborted, people.authorize(proof)]).toEqual([true, 'missing'])
  })

  it('a token that has ended is refused without waiting', async () => {
    const end = Math.floor(clock.now() / 1000) - 30
    const token = jwtOf({ exp: end })
    accounts.set(token, { username: 'dora', may: ['list'] })
    expect(await people.signIn({ token }, HERE, NO_PROOF)).toMatchObject({ refused: 'wrongToken' })
    expect(people.count).toBe(0)
  })

  it('a session ends when the API server refuses its token', async () => {
    const { proof } = await signIn('bob-1')
    accounts.delete('bob-1')
    clock.advance(45_000)
    await until(() => people.count === 0, 'the session to end')
    expect(people.authorize(proof)).toBe('missing')
  })

  it('one person has at most ten sessions: their own oldest ends', async () => {
    const bob = await signIn('bob-1')
    const first = await signIn('alice-1')
    for (let more = 0; more < 10; more += 1) await signIn('alice-2')
    expect(people.authorize(first.proof)).toBe('missing')
    expect(people.authorize(bob.proof)).toBe('session')
    expect(people.count).toBe(11)
  })
})

describe('signing in again in the same browser', () => {
  /** Signs in at a provider that gives this token, in a browser with that session. */
  async function atProvider(token: string, before: Proof): Promise<Proof> {
    await people.stop()
    let replaces = ''
    const tokens = { ...NO_TOKENS, token }
    people = peopleWith(
      providerOf(tokens, {
        async begin(_to, name = '') {
          replaces = name
          return { location: 'https://provider/', cookie: 'state' }
        },
        finish: async () => ({ tokens, to: '/', replaces }),
      }),
    )
    const { proof } = await signIn('alice-1')
    first = proof
    await people.beginSignIn('/', HERE, before === NO_PROOF ? NO_PROOF : proof)
    return proofFrom(await comeBack())
  }
  let first: Proof

  it('a new sign-in at the provider ends the browser’s earlier session, although the return has no cookie of it', async () => {
    const proof = await atProvider('alice-2', { ...NO_PROOF, cookie: 'its own' })
    expect([people.authorize(first), people.authorize(proof)]).toEqual(['missing', 'session'])
    expect(people.count).toBe(1)
  })

  it('sessions in two browsers both last', async () => {
    const proof = await atProvider('alice-2', NO_PROOF)
    expect([people.authorize(first), people.authorize(proof)]).toEqual(['session', 'session'])
  })

  it('a refused sign-in ends no session', async () => {
    await atProvider('wrong', { ...NO_PROOF, cookie: 'its own' })
    expect(people.authorize(first)).toBe('session')
  })

  it('a sign-in with a token ends the browser’s earlier session', async () => {
    const before = await signIn('alice-1')
    const now = await signIn('alice-2', before.proof)
    expect([people.authorize(before.proof), people.authorize(now.proof)]).toEqual([
      ...['missing', 'session'],
    ])
    expect(log.map(({ event }) => event)).toEqual([
      ...['session.begin', 'session.begin', 'session.end'],
    ])
  })

  it('the same person’s run keeps its credential after a new sign-in, and ends when they sign out', async () => {
    const before = await signIn('alice-1')
    const caller = await people.caller(before.proof)
    const session = await sessionWithRun(before.proof)
    const now = await signIn('alice-2', before.proof)
    expect([people.authorize(before.proof), caller?.viewing?.aborted, session.aborted]).toEqual([
      ...['missing', true, false],
    ])
    await people.signOut(now.proof)
    expect([session.aborted, people.count]).toEqual([true, 0])
  })

  it('the earlier credential is dropped once the same person’s run has ended', async () => {
    const before = await signIn('alice-1')
    const session = await sessionWithRun(before.proof)
    await signIn('alice-2', before.proof)
    busy.clear()
    clock.advance(15_000)
    expect([session.aborted, people.count]).toEqual([true, 1])
  })

  it('another person’s sign-in also ends the runs of the earlier person’s earlier sign-ins', async () => {
    const first = await signIn('alice-1')
    const session = await sessionWithRun(first.proof)
    const second = await signIn('alice-2', first.proof)
    expect([session.aborted, people.count]).toEqual([false, 2])
    await signIn('bob-1', second.proof)
    expect([session.aborted, people.count]).toEqual([true, 1])
  })

  it('another person’s sign-in in the same browser ends the earlier person’s run', async () => {
    const before = await signIn('alice-1')
    const session = await sessionWithRun(before.proof)
    await signIn('bob-1', before.proof)
    expect([session.aborted, people.count]).toEqual([true, 1])
  })
})

describe('what the log has of sessions', () => {
  const begins = () => log.filter(({ event }) => event === 'session.begin')

  async function inAndOut(token: string, times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) await people.signOut((await signIn(token)).proof)
  }

  it('the log has five beginnings a minute for one person, each with its end, and counts the others', async () => {
    await inAndOut('alice-1', 7)
    expect(log).toHaveLength(10)
    await inAndOut('bob-1', 1)
    expect(begins().at(-1)).toMatchObject({ who: 'bob' })
    clock.advance(MINUTE_MS)
    expect(log.at(-1)).toEqual({ event: 'session.more', counts: { 'session.begin': 2 } })
    await inAndOut('alice-1', 1)
    expect(begins().at(-1)).toMatchObject({ who: 'alice' })
  })

  it('the log has ten beginnings a minute for all people without the right to see', async () => {
    for (let n = 0; n < 15; n += 1) {
      accounts.set(`nobody-${n}`, { username: `nobody-${n}`, may: [] })
      await inAndOut(`nobody-${n}`, 1)
    }
    expect(begins()).toHaveLength(10)
    await inAndOut('alice-1', 1)
    expect(begins().at(-1)).toMatchObject({ who: 'alice' })
  })
})

it('a bearer token opens nothing where no proxy signs people in, whichever proxies are listed', async () => {
  await people.stop()
  people = peopleWith(null, null, [{ way: 'token' }])
  const proof = { ...NO_PROOF, authorization: 'Bearer alice-1' }
  expect([people.authorize(proof), await people.caller(proof)]).toEqual(['wrong', null])
  expect(server.exchanges).toEqual([])
})

describe('behind a proxy', () => {
  const by = (token: string): Proof => ({ ...NO_PROOF, authorization: `Bearer ${token}` })

  it('the token that a proxy passes on is the person’s, and is asked for once', async () => {
    const [one, two] = await Promise.all([people.caller(by('bob-1')), people.caller(by('bob-1'))])
    expect(one?.principal.viewer.name).toBe('bob')
    expect(two?.principal).toBe(one?.principal)
    expect(server.exchanges.filter(({ path }) => path.endsWith('selfsubjectreviews'))).toHaveLength(
      2,
    )
  })

  it('a renewed token of the same person keeps the binding, which no other person has', async () => {
    const bindings = await Promise.all(
      ['alice-1', 'alice-2', 'bob-1'].map(async (token) => {
        return teamOf(await people.session(by(token))).binding
      }),
    )
    expect(bindings[0]).toBe(bindings[1])
    expect(new Set(bindings).size).toBe(2)
    expect((await signIn('alice-1')).answer.binding).not.toBe(bindings[0])
  })

  it('one person has at most ten sessions, however many tokens a proxy passes on', async () => {
    for (let n = 0; n < 12; n += 1) {
      accounts.set(`dora-${n}`, { username: 'dora', may: ['list'] })
      await people.caller(by(`dora-${n}`))
    }
    expect(people.count).toBe(10)
  })

  it('a signed-out token of a proxy opens nothing, and another token of that person does', async () => {
    expect(teamOf(await people.session(by('alice-1'))).person?.name).toBe('alice')
    await people.signOut(by('alice-1'))
    expect(teamOf(await people.session(by('alice-1'))).person).toBeNull()
    expect(await people.caller(by('alice-1'))).toBeNull()
    expect(people.count).toBe(0)
    expect((await people.caller(by('alice-2')))?.principal.viewer.name).toBe('alice')
  })

  it('a signed-out token of a proxy is forgotten after its own end, when the API server refuses it', async () => {
    const seconds = (clock.now() + MINUTE_MS) / 1000
    const token = jwtOf({ exp: seconds })
    accounts.set(token, { username: 'dora', may: ['list'] })
    const asked = () =>
      server.exchanges.filter(({ headers }) => headers.authorization === `Bearer ${token}`).length
    await people.caller(by(token))
    await people.signOut(by(token))
    const before = asked()
    expect(await people.caller(by(token))).toBeNull()
    expect(asked()).toBe(before)

    accounts.delete(token)
    clock.advance(MINUTE_MS)
    await people.caller(by('bob-1'))
    await people.signOut(by('bob-1'))
    expect(await people.caller(by(token))).toBeNull()
    expect(asked()).toBe(before + 1)
  })

  it('a signed-out token without an end of its own is refused for a day', async () => {
    await people.caller(by('alice-1'))
    inViewFor(7, by('alice-1'))
    await people.signOut(by('alice-1'))
    clock.advance(23 * 60 * MINUTE_MS)
    await people.caller(by('bob-1'))
    await people.signOut(by('bob-1'))
    expect(await people.caller(by('alice-1'))).toBeNull()
  })

  it('a proxy’s token opens nothing after the machine has slept for ten minutes', async () => {
    await people.caller(by('alice-1'))
    clock.moveHands(11 * MINUTE_MS)
    expect(await people.caller(by('alice-1'))).toBeNull()
  })

  it('a token that a starting API server refused is accepted later', async () => {
    await people.caller(by('bob-1'))
    trouble = 401
    clock.advance(45_000)
    await until(() => people.count === 0, 'the session to end')
    trouble = null
    expect((await people.caller(by('bob-1')))?.principal.viewer.name).toBe('bob')
  })

  it('a proxy’s token as a cookie opens nothing', async () => {
    await people.caller(by('alice-1'))
    for (const token of ['alice-1', 'proxy alice-1', 'proxy%20alice-1']) {
      const cookie = `__Host-countersign=${token}`
      expect(teamOf(await people.session({ ...NO_PROOF, cookie })).person).toBeNull()
    }
  })

  it.each(['Bearer wrong', 'Bearer ', 'Basic YWxpY2U6eA=='])(
    'the authorization header %j names no person',
    async (authorization) => {
      expect(await people.caller({ ...NO_PROOF, authorization })).toBeNull()
      const isAsked = authorization.endsWith('wrong')
      expect(server.exchanges).toHaveLength(isAsked ? 1 : 0)
    },
  )

  it('a browser with a proxy’s cookie must send the binding, too', async () => {
    const { binding } = teamOf(await people.session(by('bob-1')))
    const browser = { ...by('bob-1'), cookie: '_oauth2_proxy=x' }
    expect(await people.caller(browser)).toBeNull()
    expect(await people.caller({ ...browser, binding: binding ?? '' })).not.toBeNull()
  })
})

describe('at a provider', () => {
  const tokens: TokenSet = {
    ...{ ...NO_TOKENS, token: 'alice-1', idToken: 'alice-1', refreshToken: 'more' },
    expiresAt: Date.UTC(2026, 10, 24, 12, 5),
  }
  const takes = async (more: Partial<TokenSet> = {}) => ({
    tokens: { ...tokens, ...more },
    ...BACK,
  })

  /** Makes the provider answer like this. */
  async function provider(answers: Partial<Oidc>): Promise<void> {
    await people.stop()
    const endSessionUrl = () => 'https://provider/out'
    people = peopleWith(providerOf(tokens, { endSessionUrl, ...answers }))
  }

  it('a sign-in at the provider leads back to the page, with the session and without the sign-in’s cookie', async () => {
    await provider({ finish: async () => ({ tokens, ...BACK, to: '/nodes' }) })
    expect(await people.beginSignIn('/nodes', HERE, NO_PROOF)).toMatchObject({
      location: 'https://provider/',
      cookies: [expect.stringContaining('SameSite=Lax')],
    })
    const finished = await comeBack()
    expect(finished).toMatchObject({
      location: '/nodes',
      cookies: [
        expect.stringMatching(/^__Host-countersign=/),
        expect.stringContaining('Max-Age=0'),
      ],
    })
    expect(await people.signOut(await proofFrom(finished))).toEqual({
      signOutUrl: 'https://provider/out',
    })
  })

  it('the log says why a sign-in could not begin, without the provider’s words', async () => {
    await provider({ begin: () => Promise.reject(new TypeError('secret-1')) })
    expect(await people.beginSignIn('/', HERE, NO_PROOF)).toMatchObject({
      location: '/?signIn=unreachable',
    })
    expect(log).toEqual([
      { event: 'session.refused', way: 'oidc', code: 'unreachable', reason: 'failed' },
    ])
  })

  it('invented returns are logged up to a limit', async () => {
    await provider({ isUnderWay: () => false })
    for (let n = 0; n < 100; n += 1) await comeBack()
    const line = {
      ...{ event: 'session.refused', way: 'oidc', code: 'refused', reason: 'noSignInUnderWay' },
    }
    expect(log).toEqual([line, line, line, line, line])
    await people.finishSignIn('/sign-in/callback', NO_PROOF, '203.0.113.10')
    expect(log).toHaveLength(6)
    clock.advance(MINUTE_MS)
    expect(log.at(-1)).toEqual({ event: 'session.more', counts: { 'session.refused': 95 } })
  })

  it('invented returns never reach the queue or the provider', async () => {
    const finish = vi.fn<Oidc['finish']>(() => takes())
    await provider({ finish, isUnderWay: (url) => url.includes('state=right') })
    const wrong = Array.from({ length: 300 }, () =>
      people.finishSignIn('/sign-in/callback?code=x&state=wrong', NO_PROOF, HERE),
    )
    const right = people.finishSignIn('/sign-in/callback?code=x&state=right', NO_PROOF, HERE)
    expect(await right).toMatchObject({ location: '/' })
    const told = (await Promise.all(wrong)).map((finished) => finished?.location)
    expect([new Set(told), finish.mock.calls.length]).toEqual([new Set(['/?signIn=refused']), 1])
  })

  it.each([
    ['of another tab’s sign-in stays', 'noSignInUnderWay', []],
    ['of this sign-in goes', 'invalid_grant', [expect.stringContaining('Max-Age=0')]],
  ])('after a refused return the cookie %s', async (_case, reason, cookies) => {
    const isUnderWay = () => reason !== 'noSignInUnderWay'
    await provider({ isUnderWay, finish: async () => ({ failed: 'refused', reason }) })
    const finished = await comeBack()
    expect(finished).toEqual({ location: '/?signIn=refused', cookies })
  })

  it('the token is renewed before it ends, for the same person', async () => {
    const next = { ...tokens, token: 'alice-2', expiresAt: Date.UTC(2026, 10, 24, 20) }
    await provider({ refresh: async () => next })
    const proof = await proofFrom(await comeBack())
    clock.advance(4.5 * MINUTE_MS)
    await until(() => tokensSeen().has('alice-2'), 'the new token')
    expect(teamOf(await people.session(proof)).person?.name).toBe('alice')
  })

  it('a token renewed during the sign-out is dropped', async () => {
    const renewal = Promise.withResolvers<TokenSet>()
    const refresh = vi.fn<Oidc['refresh']>(() => renewal.promise)
    await provider({ refresh })
    const proof = await proofFrom(await comeBack())
    const actor = (await people.caller(proof))?.principal.actor
    clock.advance(4.5 * MINUTE_MS)
    await until(() => refresh.mock.calls.length === 1, 'the renewal')
    await people.signOut(proof)
    renewal.resolve({ ...tokens, token: 'alice-2' })
    await new Promise((resolve) => setImmediate(resolve))
    await expect(actor?.name()).rejects.toThrow('connectionClosed')
    // A stored token would be renewed again, as it ends within a minute.
    expect(refresh).toHaveBeenCalledTimes(1)
  })

  it('a session whose token is not renewed ends with the token', async () => {
    await provider({ refresh: () => Promise.reject(new Error('revoked')) })
    await comeBack()
    const before = server.exchanges.length
    clock.advance(4.5 * MINUTE_MS)
    await until(() => server.exchanges.length > before, 'the review')
    expect(people.count).toBe(1)
    clock.advance(MINUTE_MS / 2)
    await until(() => people.count === 0, 'the session to end')
  })

  it('a session whose token is renewed into another person’s ends', async () => {
    const next = { ...tokens, token: 'bob-1' }
    await provider({ refresh: async () => next })
    await comeBack()
    expect(people.count).toBe(1)
    clock.advance(4.5 * MINUTE_MS)
    await until(() => people.count === 0, 'the session to end')
  })

  it.each<[string, Oidc['finish'], string]>([
    ['it was cancelled', async () => ({ failed: 'cancelled', reason: 'x' }), 'cancelled'],
    ['its token is not taken', () => takes({ token: 'wrong', refreshToken: null }), 'notTaken'],
  ])('the page says why: %s', async (_, finish, code) => {
    await provider({ finish })
    const location = `/?signIn=${code}`
    expect(await comeBack()).toMatchObject({ location })
    expect(people.count).toBe(0)
  })

  it('five codes of one address go to the provider at once, and other addresses are not kept out', async () => {
    let underWay = 0
    let most = 0
    const answered = Promise.withResolvers<void>()
    await provider({
      async finish(url) {
        underWay += 1
        most = Math.max(most, underWay)
        await answered.promise
        underWay -= 1
        return url.includes('right') ? takes() : { failed: 'refused', reason: 'invalid_grant' }
      },
    })
    const finish = (code: string, from: string) =>
      people.finishSignIn(`/sign-in/callback?code=${code}`, NO_PROOF, from)
    const wrong = Array.from({ length: 300 }, () => finish('wrong', 'elsewhere'))
    const right = finish('right', HERE)
    answered.resolve()
    expect(await right).toMatchObject({ location: '/' })
    const told = (await Promise.all(wrong)).map((finished) => finished?.location)
    expect([most, told.filter((location) => location === '/?signIn=slowDown').length]).toEqual([
      5 + 1,
      300 - 5 - 200,
    ])
  })

  it('the page says whether the API server does not name the person, or too many sign-ins wait', async () => {
    await provider({ finish: () => takes({ token: 'wrong', refreshToken: null }) })
    trouble = 503
    expect(await comeBack()).toMatchObject({ location: '/?signIn=notReady' })
    trouble = null
    const finished = await Promise.all(Array.from({ length: 206 }, comeBack))
    const told = finished.map((one) => one?.location)
    expect(told.filter((location) => location === '/?signIn=notTaken')).toHaveLength(205)
    expect(told.filter((location) => location === '/?signIn=slowDown')).toHaveLength(1)
  })
})

describe('at OpenShift, whose tokens are objects', () => {
  const objectPath = '/apis/oauth.openshift.io/v1/oauthaccesstokens/sha256~hash'
  const deletions = () => server.exchanges.filter(({ method }) => method === 'DELETE')

  beforeEach(() => openshift())

  /** Makes the provider give alice this token. */
  async function openshift(more: Partial<TokenSet> = {}): Promise<void> {
    await people.stop()
    const tokens = { ...NO_TOKENS, token: 'alice-1', objectPath, ...more }
    people = peopleWith(providerOf(tokens))
  }

  const signInAlice = async () => proofFrom(await comeBack())

  it.each<[string, (proof: Proof) => unknown]>([
    ['is signed out', (proof) => people.signOut(proof)],
    ['is idle', () => clock.advance(10 * MINUTE_MS)],
    ['has lasted eight hours', (proof) => inViewFor(8, proof)],
    ['ends with the server', () => people.stop()],
  ])('the token of an OpenShift session that %s is deleted once', async (_, end) => {
    const proof = await signInAlice()
    expect(deletions()).toEqual([])
    await end(proof)
    expect([people.count, people.authorize(proof)]).toEqual([0, 'missing'])
    // Stopping waits for deletions under way.
    await people.stop()
    expect(deletions().map(({ path, headers }) => [path, headers.authorization])).toEqual([
      [objectPath, 'Bearer alice-1'],
    ])
    expect(log.map(({ event }) => event)).toEqual(['session.begin', 'session.end'])
  })

  it('the token of a sign-in that is refused later is deleted', async () => {
    trouble = 503
    const refused = await comeBack()
    expect(refused).toMatchObject({ location: '/?signIn=notReady' })
    trouble = null
    await people.stop()
    expect(deletions().map(({ headers }) => headers.authorization)).toEqual(['Bearer alice-1'])
  })

  it.each<[string, () => Promise<Proof>]>([
    ['of another provider', () => openshift({ objectPath: null }).then(signInAlice)],
    ['that was pasted', async () => (await signIn('sha256~bob')).proof],
    ['of a proxy', async () => ({ ...NO_PROOF, authorization: 'Bearer sha256~bob' })],
  ])('a token %s is not deleted', async (_, enter) => {
    accounts.set('sha256~bob', { username: 'bob', may: ['list'] })
    const proof = await enter()
    expect(teamOf(await people.session(proof)).person).not.toBeNull()
    await people.signOut(proof)
    await people.stop()
    expect([people.count, deletions()]).toEqual([0, []])
  })

  it('a person is signed out where the API server does not delete the token, and the log says why', async () => {
    const proof = await signInAlice()
    trouble = 403
    expect(await people.signOut(proof)).toEqual({ signOutUrl: null })
    expect([people.count, people.authorize(proof)]).toEqual([0, 'missing'])
    await people.stop()
    expect(deletions()).toHaveLength(1)
    expect(log.at(-1)).toEqual({
      ...{ event: 'session.tokenNotDeleted', who: 'alice', uid: 'a' },
      why: expect.stringContaining('403'),
    })
    expect(JSON.stringify(log)).not.toContain('alice-1')
  })

  it('a person is signed out at once where the API server does not answer, and the log says so after three seconds', async () => {
    const proof = await signInAlice()
    trouble = 'silent'
    expect(await people.signOut(proof)).toEqual({ signOutUrl: null })
    expect([people.count, people.authorize(proof)]).toEqual([0, 'missing'])
    expect(log.at(-1)).toEqual({ event: 'session.end', who: 'alice', uid: 'a' })
    await people.stop()
    expect(deletions()).toHaveLength(1)
    expect(log.at(-1)).toEqual({
      ...{ event: 'session.tokenNotDeleted', who: 'alice', uid: 'a' },
      why: expect.stringContaining('3 s'),
    })
  })

  it('a token that the API server already refuses is no failure to delete', async () => {
    const proof = await signInAlice()
    accounts.delete('alice-1')
    await people.signOut(proof)
    await people.stop()
    expect(deletions()).toHaveLength(1)
    expect(log.map(({ event }) => event)).toEqual(['session.begin', 'session.end'])
  })
})

describe('as whom the server acts', () => {
  let reader: Identity
  const mappings = {
    ...{ usernameClaim: 'sub', usernamePrefix: 'oidc:' },
    ...{ groupsClaim: 'groups', groupsPrefix: 'oidc:' },
  }
  const tokensOf = (claims: object, minutes = 5): TokenSet => {
    const idToken = jwtOf(claims)
    const expiresAt = clock.now() + minutes * MINUTE_MS
    return { ...NO_TOKENS, token: idToken, idToken, refreshToken: 'more', expiresAt }
  }
  const CLAIMS = { sub: 'alice', groups: ['admins'] }

  beforeEach(async () => {
    await people.stop()
    accounts.set('as oidc:alice', {
      username: 'oidc:alice',
      groups: ['oidc:admins', 'system:authenticated'],
      may: ['list', 'update', 'approve'],
    })
    reader = bearerIdentity('reader', server.endpoint, 'server-token')
  })
  afterEach(() => reader.close())

  /** Signs in at the provider; null where the API server or our server refuses. */
  async function signInAs(
    tokens: TokenSet,
    refresh: (tokens: TokenSet) => Promise<TokenSet> = async () => tokens,
  ): Promise<TeamAnswer | null> {
    people = peopleWith(providerOf(tokens, { refresh }), { server: reader, mappings })
    const finished = await comeBack()
    if (finished?.location !== '/') return null
    return teamOf(await people.session(await proofFrom(finished)))
  }

  it('every call has the server’s token with the person’s name and groups, never the ID token', async () => {
    const tokens = tokensOf(CLAIMS)
    const answer = await signInAs(tokens)
    expect(answer?.person?.name).toBe('oidc:alice')
    expect(answer?.access).toEqual({ mayView: true })
    for (const { headers } of server.exchanges) {
      expect(headers).toMatchObject({
        authorization: 'Bearer server-token',
        'impersonate-user': 'oidc:alice',
        'impersonate-group': 'oidc:admins',
      })
    }
    expect(tokensSeen()).toEqual(new Set(['server-token']))
  })

  it.each<[string, object]>([
    ['administrators', { ...CLAIMS, groups: ['system:masters'] }],
    ['a user of the API server', { sub: 'system:admin' }],
  ])('an ID token of %s is refused before any call', async (_, claims) => {
    expect(await signInAs(tokensOf(claims))).toBeNull()
    expect(server.exchanges).toEqual([])
    expect(log).toEqual([expect.objectContaining({ why: expect.stringContaining('ID token') })])
  })

  it.each<[string, Partial<Account>]>([
    ['another name', { username: 'oidc:bob' }],
    ['another group', { groups: ['oidc:admins', 'system:authenticated', 'system:masters'] }],
    ['fewer groups', { groups: ['system:authenticated'] }],
  ])('a sign-in is refused where the API server answers with %s', async (_, change) => {
    const taken = { username: 'oidc:alice', groups: ['oidc:admins', 'system:authenticated'] }
    accounts.set('as oidc:alice', { ...taken, may: ['list'], ...change })
    expect(await signInAs(tokensOf(CLAIMS))).toBeNull()
    expect(people.count).toBe(0)
  })

  it('a sign-in is refused where the server may not impersonate, and the log says why', async () => {
    accounts.delete('as oidc:alice')
    expect(await signInAs(tokensOf(CLAIMS))).toBeNull()
    expect(log).toEqual([
      expect.objectContaining({
        event: 'session.refused',
        why: expect.stringContaining('constrained impersonation'),
      }),
    ])
    expect(people.count).toBe(0)
  })

  it('a pasted token remains its own credential', async () => {
    people = peopleWith(null, { server: reader, mappings })
    await signIn('bob-1')
    expect(tokensSeen()).toEqual(new Set(['bob-1']))
  })

  it('a renewal may change the groups', async () => {
    const next = tokensOf({ ...CLAIMS, groups: ['others'] }, 60)
    await signInAs(tokensOf(CLAIMS), async () => next)
    clock.advance(4.5 * MINUTE_MS)
    const groupsSeen = () => server.exchanges.map(({ headers }) => headers['impersonate-group'])
    await until(() => groupsSeen().includes('oidc:others'), 'the new group')
    expect(people.count).toBe(1)
  })

  it.each<[string, () => Promise<TokenSet>]>([
    ['another subject', () => Promise.reject(new OidcFailure('refused', 'anotherSubject'))],
    ['another name', async () => tokensOf({ ...CLAIMS, sub: 'bob' }, 60)],
    ['a name that is refused', async () => tokensOf({ sub: 'system:admin' }, 60)],
  ])('a session renewed into %s ends', async (_, refresh) => {
    accounts.set('as oidc:bob', { username: 'oidc:bob', may: ['list'] })
    await signInAs(tokensOf(CLAIMS), refresh)
    expect(people.count).toBe(1)
    clock.advance(4.5 * MINUTE_MS)
    await until(() => people.count === 0, 'the session to end')
  })

  it('a session that is not renewed ends with its ID token', async () => {
    await signInAs(tokensOf(CLAIMS), () => Promise.reject(new OidcFailure('unreachable', 'x')))
    clock.advance(4.5 * MINUTE_MS)
    expect(people.count).toBe(1)
    clock.advance(MINUTE_MS)
    await until(() => people.count === 0, 'the session to end')
  })
})

describe('whose a call is, before it is let in', () => {
  const APPROVER = { viewRight: 'may', mayApprove: true }

  it('all sessions of a person are known as theirs, however they signed in', async () => {
    const { proof } = await signIn('alice-1')
    const passedOn = { ...NO_PROOF, authorization: 'Bearer alice-2' }
    await people.caller(passedOn)
    const known = [proof, passedOn].map((sent) => people.known(sent))
    expect(known).toMatchObject([APPROVER, APPROVER])
    expect(known[0]?.person).toBe(known[1]?.person)
    expect(people.known((await signIn('bob-1')).proof)?.person).not.toBe(known[0]?.person)
  })

  it.each([
    ['bob-1', { viewRight: 'may', mayApprove: false }],
    ['carol-1', { viewRight: 'mayNot', mayApprove: false }],
  ])('the rights of %s are known before a call is let in', async (token, expected) => {
    expect(people.known((await signIn(token)).proof)).toMatchObject(expected)
  })

  it('a call has no known person without a session, after its end, or with a token not asked for yet', async () => {
    const { proof } = await signIn('alice-1')
    await people.signOut(proof)
    const cookie = proof.cookie?.replace(/.$/, '')
    const strangers = [
      NO_PROOF,
      proof,
      { ...proof, cookie },
      { ...NO_PROOF, authorization: 'Bearer bob-1' },
    ]
    expect(strangers.map((sent) => people.known(sent))).toEqual([null, null, null, null])
  })

  it('a page without the binding is known as its person’s', async () => {
    const { proof } = await signIn('alice-1')
    expect(people.known({ ...proof, binding: undefined })).toMatchObject(APPROVER)
  })
})
