// @vitest-environment happy-dom
import { act, cleanup, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { letApprove, press, renderLive } from '#app/fixtures/render-live.tsx'
import { NotificationsPage } from '#components/notifications/notifications-page.tsx'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { problem, type TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import type { Delivery, WebhookStatus } from '#lib/wire/notification-answers.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

let world: World
let server: TestServer
let webhook: WebhookStatus | null
let sent: string[]

beforeEach(() => {
  ;({ world, server } = servedWorld())
  sent = []
  webhook = makeWebhook([])
  world.network.respond = (path, init) => {
    if (!path.startsWith('/api/notifications')) return server.respond(path, init)
    if (path === '/api/notifications') {
      return Response.json({ serverTime: new Date(world.now()).toISOString(), webhook })
    }
    sent.push(`${path} ${init?.body as string}`)
    return sent.length > 1 ? problem(429) : new Response('{}', { status: 202 })
  }
})
afterEach(cleanup)

const at = (ms: number) => new Date(world.now() + ms).toISOString()

function makeWebhook(deliveries: readonly Delivery[]): WebhookStatus {
  const address = { origin: 'https://hooks.example.com', format: 'slack', language: 'en' } as const
  return { ...address, isSigned: true, since: at(0), deliveries, example: '{}' }
}

function made(fields: Partial<Delivery>): Delivery {
  return {
    ...{ id: 'm1', event: 'machine.hour.15min', name: 'worker-7', count: 1, at: at(-1_000) },
    ...{ state: 'delivered', tries: 1, answer: 200, tookMs: 182, nextAt: null },
    ...fields,
  }
}

async function open(mayApprove = true): Promise<void> {
  letApprove(server, mayApprove)
  await renderLive(world, <NotificationsPage />, { path: '/notifications' })
}

const rows = () =>
  within(screen.getByRole('table', { name: 'Deliveries' }))
    .getAllByRole('row')
    .slice(1)
    .map(({ textContent }) => textContent)

it('the page shows the outcome of each message', async () => {
  webhook = makeWebhook([
    made({ id: 'a', event: 'test', name: 'kim', state: 'queued', tries: 0, answer: null }),
    made({ id: 'b', count: 4 }),
    made({ id: 'c', event: 'run.ended', name: 'ana', tries: 3 }),
    made({ id: 'd', state: 'tryingAgain', tries: 3, answer: 503, nextAt: at(40_000) }),
    made({ id: 'e', event: 'request.alarm', state: 'givenUp', tries: 8, answer: 'noAnswer' }),
    made({ id: 'f', event: 'approver.brake', name: null, state: 'givenUp', answer: 404 }),
  ])
  await open()
  expect(rows()).toEqual([
    expect.stringContaining('TestkimBeing sent'),
    expect.stringContaining('hourworker-7and 3 moreDelivered200 in 182 ms'),
    expect.stringContaining('A run is overanaDelivered at try 3200 in 182 ms'),
    expect.stringMatching(/Trying again503, try 4 of 8 in (40|39) sSend again$/),
    expect.stringContaining('Alarmworker-7Given upNo answer in 10 s, 8 triesSend again'),
    expect.stringContaining('A brake is onGiven up404, 1 trySend again'),
  ])
  const panel = screen.getByRole('region', { name: 'Webhook' }).textContent
  expect(panel).toContain('https://hooks.example.com/••••••Slack')
  expect(panel).toContain('1 is being tried again2 given up')
})

it('the messages can be filtered by state and event', async () => {
  webhook = makeWebhook([
    made({ id: 'a' }),
    made({ id: 'b', state: 'givenUp', answer: 404 }),
    made({ id: 'c', event: 'request.alarm', state: 'givenUp', answer: 404 }),
  ])
  await open()
  const states = within(screen.getByRole('group', { name: 'State' }))
  expect(states.getAllByRole('button').map(({ textContent }) => textContent)).toEqual([
    ...['All3', 'Trying again0', 'Given up2'],
  ])
  await press(world, /^Given up/)
  expect(rows()).toHaveLength(2)
  await press(world, 'Event: All')
  await act(async () => screen.getByRole('menuitem', { name: 'Alarm' }).click())
  expect(rows()).toEqual([expect.stringContaining('Alarmworker-7Given up')])
  await press(world, /^Trying again/)
  expect(screen.getByText('No message is of this state and event.')).toBeTruthy()
})

it('a press sends a test or a message again, and a refusal is shown', async () => {
  webhook = makeWebhook([made({ state: 'givenUp', answer: 404 })])
  await open()
  await press(world, 'Send a test')
  expect(screen.getAllByText('A test is on its way').length).toBeGreaterThan(0)
  await press(world, /^Send again: 15 minutes are left/)
  expect(screen.getAllByText('The message was not sent').length).toBeGreaterThan(0)
  expect(sent).toEqual(['/api/notifications/test {}', '/api/notifications/again {"id":"m1"}'])
})

it('a person who may not approve has no button to send', async () => {
  webhook = makeWebhook([made({ state: 'givenUp', answer: 404 })])
  await open(false)
  expect(screen.queryByRole('button', { name: /^Send/ })).toBeNull()
  expect(screen.getByText('Sending a test takes the right to approve requests.')).toBeTruthy()
})

it('without a webhook the page names the settings, and the events that it would be sent', async () => {
  webhook = null
  await open()
  expect(screen.getByText('No webhook is set')).toBeTruthy()
  expect(screen.getByRole('group', { name: 'Environment' }).textContent).toContain(
    'COUNTERSIGN_WEBHOOK_URL=',
  )
  expect(screen.getByRole('table', { name: /^Which events/ }).textContent).not.toContain('Yes')
})
