import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { NOW } from '#lib/csr/fixtures/make-rows.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { en } from '#lib/messages/en.ts'
import type { Notice } from '#lib/web/notify/due-notices.ts'
import {
  BRAKE_NOTICE,
  makeMachineNotice,
  makeRequestNotice,
  makeRunSummary,
} from '#lib/web/notify/fixtures/make-notices.ts'
import { type Receiver, startReceiver } from '#lib/web/notify/fixtures/receiver.ts'
import { noticeBody, subjectOf } from '#lib/web/notify/notice-body.ts'
import { createWebhook } from '#lib/web/notify/webhook.ts'
import type { WebhookFormat } from '#lib/wire/notification-answers.ts'

const ORIGIN = 'https://countersign.example.com'
const CONTEXT = { cluster: 'prod-1', origin: ORIGIN, at: NOW, messages: en }
const RUN_NOTICE: Notice = { event: 'run.ended', run: makeRunSummary() }
const TRIPS_NOTICE: Notice = {
  event: 'approver.brake',
  trips: [{ scope: 'requestor', name: 'system:node:<!here>', at: '2026-11-24T14:00:00Z' }],
}
const MANY = makeMachineNotice(Array.from({ length: 12 }, (_, n) => `worker-${n}`))
const HOSTILE_NAME = '<!channel>|*[x](https://evil.example)\u202e{name}'
const HOSTILE = makeMachineNotice([HOSTILE_NAME])
const ALL: readonly [string, Notice][] = [
  ['a machine', makeMachineNotice(['worker-1'])],
  ['many machines', MANY],
  ['an alarm', makeMachineNotice(['worker-1'], 'machine.alarm')],
  ['an approval against the checks', makeMachineNotice(['worker-1'], 'machine.approvedAgainst')],
  ['a hostile name', HOSTILE],
  ['a request without a machine', makeRequestNotice(['csr-9wq4x'])],
  ['many requests', makeRequestNotice(Array.from({ length: 12 }, (_, n) => `csr-${n}`))],
  [
    'a certificate of a request without a machine',
    { ...makeRequestNotice(['csr-9wq4x']), event: 'request.alarm' } as Notice,
  ],
  ['a hostile request', makeRequestNotice([HOSTILE_NAME])],
  ['the brake', BRAKE_NOTICE],
  ['the approver’s brake', TRIPS_NOTICE],
  ['a run', RUN_NOTICE],
  ['a test', { event: 'test', by: '<!here>' }],
]

let receiver: Receiver
afterEach(() => receiver?.close())

/** Sends the message to a receiver on this machine, and returns what it received. */
async function received(format: WebhookFormat, notice: Notice): Promise<unknown> {
  receiver = await startReceiver()
  const setting = { url: receiver.url, secretFile: null }
  const webhook = createWebhook({ setting, clock: manualClock(), onEnd() {}, onFailed() {} })
  webhook.send(noticeBody(format, notice, CONTEXT), subjectOf(notice))
  const { body } = await receiver.message(1)
  webhook.stop()
  return JSON.parse(body)
}

describe('json', () => {
  it('the JSON names the machines with their links', async () => {
    expect(await received('json', makeMachineNotice(['worker-1']))).toEqual({
      event: 'machine.hour.15min',
      at: '2026-11-24T14:00:00.000Z',
      cluster: 'prod-1',
      text: 'worker-1 has 15 minutes left',
      link: `${ORIGIN}/machines/worker-1`,
      count: 1,
      machines: [
        {
          machine: 'worker-1',
          stage: 'clientRequested',
          verdict: 'verified',
          waitingSince: '2026-11-24T13:10:00Z',
          hourEnds: '2026-11-24T14:10:00Z',
          link: `${ORIGIN}/machines/worker-1`,
        },
      ],
    })
  })

  it('the JSON names a request without a machine with its verdict and its page', async () => {
    expect(await received('json', makeRequestNotice(['csr-9wq4x']))).toEqual({
      event: 'request.approvedAgainst',
      at: '2026-11-24T14:00:00.000Z',
      cluster: 'prod-1',
      text: 'Request csr-9wq4x, which names no machine, was approved against its checks',
      link: `${ORIGIN}/requests/uid-csr-9wq4x`,
      count: 1,
      requests: [
        {
          request: 'csr-9wq4x',
          uid: 'uid-csr-9wq4x',
          verdict: 'refused',
          failing: ['usages'],
          decider: 'kubectl',
          decidedBy: null,
          link: `${ORIGIN}/requests/uid-csr-9wq4x`,
        },
      ],
    })
  })

  it('the JSON has the counts of a run', async () => {
    expect(await received('json', RUN_NOTICE)).toMatchObject({
      event: 'run.ended',
      text: 'A bulk approval of kim is over: 23 of 24 approved',
      link: `${ORIGIN}/runs/r1`,
      run: { id: 'r1', decision: 'approve', by: 'kim', status: 'finished', total: 24, decided: 23 },
    })
  })

  it('the JSON has the numbers of the brake', async () => {
    const body = await received('json', BRAKE_NOTICE)
    expect(body).toMatchObject({ event: 'machineApprover.brake', pending: 130, limit: 120 })
  })

  it('the JSON keeps a machine’s name unchanged, and encodes it in the link', async () => {
    const notice = makeMachineNotice(['a/../b?\ud800'])
    expect(await received('json', notice)).toMatchObject({
      machines: [{ machine: 'a/../b?\ud800', link: `${ORIGIN}/machines/a%2F..%2Fb%3F%EF%BF%BD` }],
    })
  })
})

/** The fields that we use of an incoming webhook: docs.slack.dev. */
const slack = z.strictObject({ text: z.string().min(1).max(40_000) })

/** The message that a Teams workflow accepts, and the parts of Adaptive Cards 1.4 that we use. */
const openUrl = z.strictObject({
  type: z.literal('Action.OpenUrl'),
  title: z.string().optional(),
  url: z.url({ protocol: /^https$/ }),
})
const textRun = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string(),
  weight: z.enum(['Default', 'Lighter', 'Bolder']).optional(),
  isSubtle: z.boolean().optional(),
  selectAction: openUrl.optional(),
})
const teams = z.strictObject({
  type: z.literal('message'),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null(),
      content: z.strictObject({
        $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
        type: z.literal('AdaptiveCard'),
        version: z.literal('1.4'),
        body: z.array(
          z.strictObject({ type: z.literal('RichTextBlock'), inlines: z.array(textRun).min(1) }),
        ),
        actions: z.array(openUrl),
      }),
    }),
  ]),
})

/** `postableAlerts` of Alertmanager's api/v2/openapi.yaml. */
const labelSet = z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string())
const alertmanager = z
  .array(
    z.strictObject({
      labels: labelSet,
      annotations: labelSet,
      startsAt: z.iso.datetime(),
      endsAt: z.iso.datetime(),
      generatorURL: z.url(),
    }),
  )
  .min(1)

describe.each([
  ['slack', slack],
  ['teams', teams],
  ['alertmanager', alertmanager],
] as const)('%s', (format, shape) => {
  it.each(ALL)('the receiver’s schema accepts %s', async (_, notice) => {
    expect(shape.safeParse(await received(format, notice)).error).toBeUndefined()
  })
})

it.each([
  ['machine’s', HOSTILE, '> has 15 minutes'],
  ['request’s', makeRequestNotice([HOSTILE_NAME]), '>, which names no machine'],
] as const)('Slack reads no mention and no link in a %s name', async (_, notice, rest) => {
  const { text } = slack.parse(await received('slack', notice))
  expect(text).not.toContain('<!')
  expect(text).toContain(`|&lt;!channel&gt;|*[x](https://evil.example)\\u202e{name}${rest}`)
  const links = [...text.matchAll(/<([^|>]*)/g)].map(([, to]) => to)
  expect(links.every((to) => to?.startsWith(`${ORIGIN}/`))).toBe(true)
})

it('Slack reads no mention in a requestor’s name', async () => {
  const { text } = slack.parse(await received('slack', TRIPS_NOTICE))
  expect(text).toContain('system:node:&lt;!here&gt;')
  expect(text).toContain(`<${ORIGIN}/policy|`)
})

it('Slack lists ten machines and counts the others', async () => {
  const { text } = slack.parse(await received('slack', MANY))
  expect(text.split('\n')).toEqual([
    '*12 machines have 15 minutes left*',
    `• <${ORIGIN}/machines/worker-0|worker-0> waits since 13:10 UTC, its hour ends 14:10 UTC`,
    ...Array.from({ length: 9 }, () => expect.any(String)),
    'and 2 more',
    `Cluster prod-1 · <${ORIGIN}/|Open Countersign>`,
  ])
})

it.each(ALL)('docs/notifications.md names the alert of %s', async (_, notice) => {
  const [first] = alertmanager.parse(await received('alertmanager', notice))
  const docs = readFileSync(new URL('../../../docs/notifications.md', import.meta.url), 'utf8')
  expect(docs).toContain(`\`${first?.labels.alertname}\``)
})

it('Alertmanager gets one alert for each machine, which ends after an hour', async () => {
  const alerts = alertmanager.parse(await received('alertmanager', MANY))
  expect(alerts).toHaveLength(12)
  expect(alerts[3]).toEqual({
    labels: {
      alertname: 'CountersignMachineWaiting',
      severity: 'warning',
      cluster: 'prod-1',
      machine: 'worker-3',
    },
    annotations: { summary: 'worker-3 has 15 minutes left' },
    startsAt: '2026-11-24T14:00:00.000Z',
    endsAt: '2026-11-24T15:00:00.000Z',
    generatorURL: `${ORIGIN}/machines/worker-3`,
  })
})

it('Alertmanager gets an alert for each alarm, also where two requests have one name', async () => {
  const notice = makeRequestNotice(['csr-a', 'csr-a'])
  if (!('alarms' in notice)) throw new Error('no alarms')
  const alarms = notice.alarms.map((alarm, n) => ({ ...alarm, uid: `uid-${n}` }))
  const alerts = alertmanager.parse(await received('alertmanager', { ...notice, alarms }))
  expect(alerts.map(({ labels }) => [labels.request, labels.uid])).toEqual([
    ['csr-a', 'uid-0'],
    ['csr-a', 'uid-1'],
  ])
})
