import { writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type ScriptedServer, startScriptedServer } from '#lib/kube/fixtures/api-server.ts'
import { eachFolder } from '#lib/kube/fixtures/each-test.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'
import { createPacer } from '#lib/kube/writes/pacer.ts'
import { answerAs } from '#lib/people/fixtures/accounts.ts'
import { createOidc } from '#lib/people/oidc/oidc.ts'
import type { People, Proof } from '#lib/people/people.ts'
import { servicePeople } from '#lib/people/service-people.ts'
import { providerBrowser } from '#sandbox/openid/openid-browser.ts'
import {
  CLIENT_ID,
  type OpenIdProvider,
  startOpenIdProvider,
} from '#sandbox/openid/openid-provider.ts'

const PUBLIC_URL = 'https://countersign.example.com'
/** People who sign in one after the other. */
const PEOPLE = 3
/** Address of an ingress, which all callers have. */
const INGRESS = '203.0.113.7'
const NO_PROOF: Proof = { authorization: undefined, cookie: undefined, binding: undefined }

let provider: OpenIdProvider
let server: ScriptedServer
let people: People
const folder = eachFolder()

beforeAll(async () => {
  provider = await startOpenIdProvider({ publicUrl: PUBLIC_URL })
})
afterAll(() => provider.close())

/** An API server that accepts one ID token as alice's, and no other token. */
beforeEach(async () => {
  const alice = { username: 'alice', may: ['list', 'update', 'approve'] }
  const answer = answerAs((token) => (token.startsWith('eyJ') ? alice : undefined))
  server = await startScriptedServer(Array.from({ length: 20_000 }, () => answer))
  const [caFile, clientSecretFile] = [folder.file('ca.pem'), folder.file('secret')]
  writeFileSync(caFile, provider.ca)
  writeFileSync(clientSecretFile, provider.clientSecret)
  people = servicePeople({
    title: () => ({ name: 'prod', versions: ['Kubernetes v1.36.0'] }),
    ...{ endpoint: server.endpoint, clock: systemClock, idleMs: 600_000, viewerRole: 'viewer' },
    ways: [{ way: 'oidc', name: 'Company', href: '/sign-in/oidc' }, { way: 'token' }],
    oidc: createOidc({
      ...{ publicUrl: PUBLIC_URL, kind: 'oidc', issuer: provider.issuer, clientId: CLIENT_ID },
      ...{ clientSecretFile, caFile, scopes: 'openid', checksSignature: false },
    }),
    impersonation: null,
    signers: () => [],
    viewRights: () => [],
    newPacer: () => createPacer({ start: 1 }),
    hasRun: () => false,
    onRights() {},
    log() {},
  })
})
afterEach(async () => {
  await people.stop()
  await server.close()
})

async function begin(): Promise<{ readonly location: string; readonly cookie: string }> {
  const begun = await people.beginSignIn('/', INGRESS, NO_PROOF)
  return { location: begun?.location ?? '', cookie: begun?.cookies[0]?.split(';')[0] ?? '' }
}

/** Returns from the provider to the address, in the browser with that cookie. */
async function finish(address: string, cookie: string): Promise<string | undefined> {
  const { pathname, search } = new URL(address)
  const finished = await people.finishSignIn(pathname + search, { ...NO_PROOF, cookie }, INGRESS)
  return finished?.location
}

/** Keeps so many of these sign-ins under way until `isOver`; returns where each ended. */
function flood(count: number, one: () => Promise<unknown>, isOver: () => boolean) {
  return Array.from({ length: count }, async () => {
    while (!isOver()) {
      await one()
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
}

it('alice’s code gets in at once beside 100 wrong codes at a time from her address', async () => {
  let isOver = false
  let wrongAnswers = 0
  const { location, cookie } = await begin()
  const state = new URL(location).searchParams.get('state') ?? ''
  const wrong = async () => {
    const told = await finish(`${PUBLIC_URL}/sign-in/callback?code=wrong&state=${state}`, cookie)
    expect(['/?signIn=refused', '/?signIn=slowDown']).toContain(told)
    wrongAnswers += 1
  }
  const underWay = flood(100, wrong, () => isOver)
  await expect.poll(() => wrongAnswers, { timeout: 30_000 }).toBeGreaterThan(100)
  for (let person = 0; person < PEOPLE; person += 1) {
    const hers = await begin()
    const address = await providerBrowser(provider.ca).signIn(hers.location, 'alice')
    expect(await finish(address, hers.cookie)).toBe('/')
  }
  isOver = true
  await Promise.all(underWay)
})

it('alice’s token gets in at once beside 100 wrong tokens at a time from her address', async () => {
  let isOver = false
  const wrong = async () => {
    const told = await people.signIn({ token: 'wrong' }, INGRESS, NO_PROOF)
    expect(told).toMatchObject({ refused: expect.stringMatching(/^(wrongToken|slowDown)$/) })
  }
  const underWay = flood(100, wrong, () => isOver)
  await expect.poll(() => server.exchanges.length, { timeout: 30_000 }).toBeGreaterThan(100)
  for (let person = 0; person < PEOPLE; person += 1) {
    const hers = await people.signIn({ token: 'eyJ' }, INGRESS, NO_PROOF)
    expect(hers).not.toHaveProperty('refused')
  }
  isOver = true
  await Promise.all(underWay)
})
