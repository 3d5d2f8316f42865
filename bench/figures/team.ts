import type { LookupFunction } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, fetch } from 'undici'
import { idTokenFor } from '#e2e/fixtures/id-token.ts'
import { fileOn } from '#e2e/fixtures/real-requests.ts'
import { atMost, type Figure, type Measured } from '../figure.ts'
import { type OpenPage, openPage, type PagesAt, pagesAt, settledTotal } from '../page-client.ts'
import { memoryOf, processorSeconds } from '../process-use.ts'
import { quantile, spread } from '../quantiles.ts'
import { CROWD, type Team } from '../rig.ts'

const ROLES = ['viewer', 'approver'] as const
const PEOPLE_OF_ROLE = 100
const BROWSERS = ROLES.length * PEOPLE_OF_ROLE
const EVENTS = 100
const GAP_MS = 300
/** Milliseconds after which a slow server's further events are not awaited. */
const EVENTS_WITHIN_MS = 60_000
const SHORT_TOKEN_SECONDS = 15
/** Sign-ins at the same time; the server accepts 50 of one way. */
const AT_ONCE = 10

/** A browser with a session. */
interface SignedIn {
  readonly role: (typeof ROLES)[number] | null
  readonly page: OpenPage
  signOut(): Promise<void>
}

/** Two hundred people of team mode, each with their own token, session and stream. */
export const team: Figure = {
  name: 'team',
  method:
    `Team mode on ${CROWD.nodes} nodes and ${CROWD.csrs} requests: ${BROWSERS} people, ${PEOPLE_OF_ROLE} who may see and ` +
    `${PEOPLE_OF_ROLE} who may also approve, each a ServiceAccount signed in with its own token over TLS, with the ` +
    'page clients of the figure pages. ' +
    `At most ${EVENTS} requests of new machines are filed within ${EVENTS_WITHIN_MS / 1_000} s, one at a time, ${GAP_MS} ms after the last is seen. All current: from ` +
    'just before the write to the answers that count it on the last of all pages. Memory: VmRSS after these, all ' +
    'signed in. Sign-out: from the call to the end of the session’s stream. Token ended: people of the OpenID ' +
    `provider with ID tokens of ${SHORT_TOKEN_SECONDS} s, from \`exp\`. Binding deleted: from the deletion of the ` +
    'ClusterRoleBinding of all who may only see to the end of the last of their streams. The worst of each counts, ' +
    'the p99 for events.',
  async measure(rig) {
    const on = await rig.team()
    const agent = new Agent({
      ...{ connections: null, headersTimeout: 60_000, bodyTimeout: 0 },
      // The app made the certificate's CA itself; Node does not resolve names under localhost.
      connect: { rejectUnauthorized: false, lookup: toLoopback, timeout: 60_000 },
    })
    const place = await pagesAt(rig, on.app.url, agent)
    const open: Open = (token, role = null) => signIn(place, token, role)
    const { everybody, memory } = await signInAll(on, open)
    return [
      ...(await seeEvents(on, everybody, memory)),
      await afterSignOut(everybody),
      await afterTokens(on, open),
      await afterUnbinding(on, everybody),
    ]
  },
}

type Open = (token: string, role?: SignedIn['role']) => Promise<SignedIn>

/**
 * Signs everyone in. Returns the sessions, and the memory before the first and after each quarter.
 */
async function signInAll(on: Team, open: Open) {
  const signedIn: SignedIn[] = []
  const memory = [memoryOf(on.app.pid).rss]
  for (const role of ROLES) {
    const tokens = await on.tokensOf(role, PEOPLE_OF_ROLE)
    for (let from = 0; from < tokens.length; from += AT_ONCE) {
      const batch = tokens.slice(from, from + AT_ONCE)
      signedIn.push(...(await Promise.all(batch.map((token) => open(token, role)))))
      if (signedIn.length % (BROWSERS / 4) === 0) memory.push(memoryOf(on.app.pid).rss)
    }
  }
  return { everybody: signedIn, memory }
}

async function seeEvents(
  { app, kube }: Team,
  all: readonly SignedIn[],
  signingIn: readonly number[],
) {
  const pages = all.map(({ page }) => page)
  let total = await settledTotal(pages)
  const took: number[] = []
  const asked = () => pages.reduce((sum, page) => sum + page.asked(), 0)
  const before = { asked: asked(), seconds: processorSeconds(app.pid) }
  const until = Date.now() + EVENTS_WITHIN_MS
  for (let n = 0; n < EVENTS && Date.now() < until; n += 1) {
    const began = Date.now()
    total += 1
    await fileOn(kube, { nodeName: `team-${n}` })
    took.push(Math.max(...(await Promise.all(pages.map((page) => page.reached(total))))) - began)
    await sleep(GAP_MS)
  }
  const answers = asked() - before.asked
  const each = ((processorSeconds(app.pid) - before.seconds) * 1_000) / answers
  const { rss, peak } = memoryOf(app.pid)
  const megabytes = signingIn.map((rss) => rss.toFixed(0)).join(', ')
  return [
    atMost(`team mode, ${BROWSERS} people: event → all current, p99`, 1_000, quantile(took, 0.99), {
      unit: 'ms',
      more: `${spread(took, [0.5, 1])} of ${took.length}; ${each.toFixed(2)} ms of processor for each of ${answers} answers`,
    }),
    atMost('server memory with them', 400, rss, {
      unit: 'MB RSS',
      more: `peak ${peak.toFixed(0)}; while they signed in ${megabytes}`,
    }),
  ]
}

async function afterSignOut(all: readonly SignedIn[]): Promise<Measured> {
  const late: number[] = []
  for (const one of all.filter(({ role }) => role === 'approver').slice(0, 20)) {
    const began = Date.now()
    await one.signOut()
    late.push((await endOf(one.page)) - began)
  }
  return closed('signed out', late, 1)
}

async function afterTokens({ provider }: Team, open: Open): Promise<Measured> {
  provider.setTokenSeconds(SHORT_TOKEN_SECONDS)
  const late = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const token = await idTokenFor(provider, 'bob')
      const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
      const { page } = await open(token)
      return (await endOf(page)) - exp * 1_000
    }),
  )
  return closed('token ended', late, 2)
}

async function afterUnbinding(on: Team, all: readonly SignedIn[]): Promise<Measured> {
  const began = Date.now()
  await on.unbind('viewer')
  const theirs = all.filter(({ role }) => role === 'viewer')
  const late = await Promise.all(theirs.map(async ({ page }) => (await endOf(page)) - began))
  return closed('role binding deleted', late, 60)
}

function endOf({ ended }: OpenPage): Promise<number> {
  // Milliseconds after which a stream that is still open counts as closed.
  return Promise.race([ended, sleep(90_000, null, { ref: false }).then(Date.now)])
}

/** `late` in milliseconds, `most` in seconds. */
function closed(what: string, late: readonly number[], most: number): Measured {
  const seconds = late.map((ms) => ms / 1_000)
  return atMost(`${what} → stream closed, worst of ${late.length}`, most, Math.max(...seconds), {
    unit: 's',
    digits: 2,
    more: spread(seconds, [0.5], 2),
  })
}

/** Signs in with a pasted token, and opens the Machines page. */
async function signIn(place: PagesAt, token: string, role: SignedIn['role']): Promise<SignedIn> {
  const { origin, agent, signal } = place
  const call = (method: string, headers: Readonly<Record<string, string>>, body?: object) =>
    fetch(`${origin}/api/session`, {
      ...{ method, signal, dispatcher: agent, headers: { origin, ...headers } },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const answer = await call('POST', { 'content-type': 'application/json' }, { token })
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
  const { binding } = (await answer.json()) as { readonly binding: string }
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const headers = { cookie, 'x-countersign-session': binding }
  const page = openPage(place, headers)
  await page.ready
  return {
    role,
    page,
    async signOut() {
      await (await call('DELETE', headers)).arrayBuffer()
    },
  }
}

const toLoopback: LookupFunction = (_host, _options, found) =>
  found(null, [{ address: '127.0.0.1', family: 4 }])
