// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OnlySignedIn } from '#components/sign-in/only-signed-in.tsx'
import { PerSession } from '#components/sign-in/per-session.tsx'
import { UserMenu } from '#components/sign-in/user-menu.tsx'
import { LiveRegions } from '#components/ui/live-region.tsx'
import { InTab, openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import {
  KEY,
  NOBODY,
  signedInAs,
  type TestServer,
  withoutAccess,
  withUnknownAccess,
} from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'

let world: World
let server: TestServer

beforeEach(() => {
  ;({ world, server } = servedWorld())
  server.team = NOBODY
  window.history.replaceState(null, '', '/nodes?text=a')
})
afterEach(cleanup)

/** A draft of a page, as a dialog or an editor has it. */
function Draft() {
  const [text, setText] = useState('')
  return <input aria-label="draft" value={text} onChange={(event) => setText(event.target.value)} />
}

async function open(hash = '', demo = false) {
  const { tab, client } = openTab(world, hash)
  await moved(() => {
    client.start()
    render(
      <InTab client={client}>
        <PerSession>
          <LiveRegions>
            <UserMenu />
            <OnlySignedIn demo={demo}>
              <Draft />
            </OnlySignedIn>
          </LiveRegions>
        </PerSession>
      </InTab>,
    )
  })
  return { tab, client }
}

function moved(by: () => void, ms = 200) {
  return act(async () => {
    by()
    await world.advance(ms)
  })
}

const heading = () => screen.getByRole('heading', { level: 1 }).textContent

describe('the sign-in page', () => {
  it('the sign-in page offers each way of the server, and returns to the page that was asked for', async () => {
    document.title = 'Nodes · Countersign'
    await open()
    expect(heading()).toBe('Sign in to prod-edge-1')
    expect(document.title).toBe('Sign in to prod-edge-1 · Countersign')
    expect(screen.getByText('OpenShift 4.20.3 · Kubernetes v1.34.2')).toBeDefined()
    const link = screen.getByRole('link', { name: 'Continue with example SSO' })
    expect(link.getAttribute('href')).toBe(
      `/sign-in/oidc?to=${encodeURIComponent('/nodes?text=a')}`,
    )
    expect(screen.getByRole('button', { name: 'Use a token instead' })).toBeDefined()
    expect(screen.getByRole('button', { name: 'Load again' })).toBeDefined()
    expect(screen.queryByLabelText('draft')).toBeNull()
  })

  it('the sign-in page names the host of its own address where a proxy answers for the server', async () => {
    server.team = { ...NOBODY, cluster: null }
    await open()
    expect(heading()).toBe(`Sign in to ${window.location.host}`)
  })

  it.each([
    ['cancelled', 'You did not sign in.', 'false'],
    ['refused', 'The provider did not let you in.', 'false'],
    ['unreachable', 'The provider does not answer.', 'true'],
    ['notTaken', 'The cluster does not know this account.', 'false'],
    ['slowDown', 'Too many sign-ins at once.', 'false'],
    ['notReady', 'The cluster did not say who you are.', 'false'],
  ])(
    'after a failed sign-in (%s) the sign-in page says why, once',
    async (code, title, opensToken) => {
      window.history.replaceState(null, '', `/nodes?text=a&signIn=${code}`)
      await open()
      expect(screen.getByText(title)).toBeDefined()
      const disclosure = screen.getByRole('button', { name: 'Use a token instead' })
      expect(disclosure.getAttribute('aria-expanded')).toBe(opensToken)
      const link = screen.getByRole('link', { name: /^Continue/ })
      expect(link.getAttribute('href')).not.toContain('signIn')
      expect(window.location.search).toBe('?text=a')
    },
  )

  it('the sign-in page ignores a code that it does not know', async () => {
    window.history.replaceState(null, '', '/nodes?signIn=somethingElse')
    await open()
    expect(document.body.textContent).not.toContain('provider')
  })

  it.each([
    ['leads to where the proxy ends it', '/oauth2/sign_out'],
    ['says what to open, where that is not known', null],
  ])('the sign-in page of a session that a proxy keeps sending %s', async (_, href) => {
    server.team = { ...NOBODY, signIn: [{ way: 'proxy', href }] }
    await open()
    const link = screen.queryByRole('link', { name: 'Sign in again at the proxy' })
    expect(link?.getAttribute('href') ?? null).toBe(href)
    expect(screen.queryByText(/Open Countersign by the proxy’s address/) === null).toBe(
      href !== null,
    )
    expect(screen.getByRole('button', { name: 'Load again' })).toBeDefined()
  })

  it('the sign-in page shows the token’s field at once where a token is the only way', async () => {
    server.team = { ...NOBODY, signIn: [{ way: 'token' }] }
    await open()
    expect(screen.getByRole('button', { name: 'Sign in with token' })).toBeDefined()
    expect(screen.queryByRole('button', { name: 'Use a token instead' })).toBeNull()
  })
})

it.each([
  [true, /terminal in which this demo was started/],
  [false, /kubectl create token/],
])('the token’s field says where to get a token (in a demo: %s)', async (demo, words) => {
  server.team = { ...NOBODY, signIn: [{ way: 'token' }] }
  await open('', demo)
  expect(screen.getByText(words)).toBeDefined()
})

describe('a pasted token', () => {
  async function paste(token: string) {
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'Use a token instead' }))
    const field = screen.getByLabelText<HTMLInputElement>('Bearer token')
    fireEvent.change(field, { target: { value: token } })
    const form = field.closest('form')
    await moved(() => form !== null && fireEvent.submit(form))
    return field
  }

  it('a pasted token that the API server accepts opens the page', async () => {
    server.tokenAnswer = signedInAs('oidc:kim.osei')
    await paste(' secret\n')
    expect(screen.getByLabelText('draft')).toBeDefined()
  })

  it.each([
    [401, 'does not accept this token'],
    [429, 'Too many tokens wait to be tried'],
    [503, 'could not be tried'],
  ])(
    'a pasted token answered with %i stays in its field, and the page says why',
    async (status, words) => {
      server.tokenAnswer = status
      const field = await paste('secret')
      const alerts = screen.getAllByRole('alert').map(({ textContent }) => textContent)
      expect(alerts.join('')).toContain(words)
      expect(field.value).toBe('secret')
    },
  )

  it('a pasted token is hidden until the person shows it', async () => {
    await open()
    const field = screen.getByLabelText<HTMLInputElement>('Bearer token')
    expect(field.type).toBe('password')
    fireEvent.click(screen.getByRole('button', { name: 'Show', hidden: true }))
    expect(field.type).toBe('text')
  })
})

describe('without the right to see', () => {
  it('the page names the person, the missing rule and the command, and nothing of the cluster', async () => {
    server.team = withoutAccess('oidc:kim.osei')
    await open()
    expect(heading()).toBe('You may not see this cluster’s requests')
    const row = screen.getAllByRole('row').at(-1)?.textContent
    expect(row).toBe('certificatesigningrequestscertificates.k8s.ioget list watch')
    expect(document.body.textContent).toContain('--user=oidc:kim.osei')
    expect(screen.getAllByText('oidc:platform-admins')).not.toEqual([])
    expect(screen.queryByLabelText('draft')).toBeNull()
  })

  it('the page says that the API server does not answer, and why, not that a right is missing', async () => {
    server.team = withUnknownAccess('kim')
    await open()
    expect(heading()).toBe('The API server does not say what you may see')
    expect(document.body.textContent).toContain('kubectl get --raw')
    expect(screen.getByText('The last try failed').parentElement?.textContent).toContain('answer')
    expect(screen.queryByRole('table')).toBeNull()
    expect(screen.queryByLabelText('draft')).toBeNull()
  })

  it.each([
    ['is there', withoutAccess],
    ['is known again', withUnknownAccess],
  ])('the page opens once the right %s', async (_, without) => {
    server.team = without('kim')
    await open()
    server.team = signedInAs('kim')
    await moved(() => fireEvent.click(screen.getByRole('button', { name: 'Check again' })))
    expect(screen.getByLabelText('draft')).toBeDefined()
  })
})

describe('a draft on a page', () => {
  const draft = () => screen.getByLabelText<HTMLInputElement>('draft').value

  it.each([
    ['the same person’s, signed in again', signedInAs('kim', 'again')],
    ['another person’s', signedInAs('ana')],
  ])('a draft is dropped when the session becomes %s', async (_whose, next) => {
    server.team = signedInAs('kim')
    await open()
    fireEvent.change(screen.getByLabelText('draft'), { target: { value: 'of kim' } })
    expect(draft()).toBe('of kim')
    server.team = next
    await moved(() => server.endStreams(), 5_000)
    expect(draft()).toBe('')
  })

  it.each([
    ['the launch key', null, `#key=${KEY}`],
    ['a cookie', signedInAs('kim'), ''],
  ])('a draft stays while the page signs in with %s', async (_how, team, hash) => {
    server.team = team
    const { client } = await open(hash)
    expect(client.session.get().status).toBe('signedIn')
    const change = () =>
      fireEvent.change(screen.getByLabelText('draft'), { target: { value: 'mine' } })
    await moved(change, 60_000)
    expect(draft()).toBe('mine')
  })
})

it('signing out leads to the sign-in page, which says so', async () => {
  server.team = signedInAs('kim')
  const { client } = await open()
  await moved(() => client.signOut())
  expect(screen.getByText('You are signed out.')).toBeDefined()
  expect(screen.queryByRole('button', { name: /^Signed in as/ })).toBeNull()
})

it.each([
  ['noAnswer', 'Countersign does not answer', 'Retry now'],
  ['notEnded', 'You may still be signed in', 'Sign out again'],
])('a button tries again where the server does not answer (%s)', async (reason, title, button) => {
  server.team = signedInAs('kim')
  if (reason === 'noAnswer') server.trouble = 'down'
  const { client } = await open()
  server.trouble = 'down'
  if (reason === 'notEnded') await moved(() => client.signOut())
  expect(heading()).toBe(title)
  server.trouble = null
  await moved(() => fireEvent.click(screen.getByRole('button', { name: button })))
  expect(client.session.get().status).toBe(reason === 'noAnswer' ? 'signedIn' : 'signIn')
})
