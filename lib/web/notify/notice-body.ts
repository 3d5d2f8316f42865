import { visible } from '#lib/csr/escape.ts'
import type { AlarmDetail } from '#lib/csr/rows/rows.ts'
import { HOUR_MS } from '#lib/csr/units-of-time.ts'
import type { Messages } from '#lib/messages/catalogue.ts'
import { filled } from '#lib/messages/grammar/cause-words.ts'
import type { Notice, NoticedMachine } from '#lib/web/notify/due-notices.ts'
import type { MessageSubject } from '#lib/web/notify/webhook.ts'
import type { WebhookFormat } from '#lib/wire/notification-answers.ts'

export interface NoticeContext {
  readonly cluster: string
  /** Origin of the pages, without a trailing slash. */
  readonly origin: string
  /** Time of the message, milliseconds since the epoch. */
  readonly at: number
  /** The readers' language; keys and values for programs stay English. */
  readonly messages: Messages
}

/** A message as JSON, in the shape that its receiver documents. */
export function noticeBody(format: WebhookFormat, notice: Notice, context: NoticeContext): string {
  return JSON.stringify(BODIES[format](tell(notice, context), context))
}

/** The subject of a notice, for the list of deliveries. */
export function subjectOf(notice: Notice): MessageSubject {
  const { event } = notice
  if ('machines' in notice) {
    return { event, name: notice.machines[0]?.name ?? null, count: notice.count }
  }
  if ('alarms' in notice) {
    return { event, name: notice.alarms[0]?.request ?? null, count: notice.count }
  }
  const name = 'run' in notice ? notice.run.user : 'by' in notice ? notice.by : null
  return { event, name, count: 1 }
}

const BODIES: Record<WebhookFormat, (told: Told, context: NoticeContext) => unknown> = {
  json: plainBody,
  slack: slackBody,
  teams: teamsBody,
  alertmanager: alertmanagerBody,
}

/** A notice in words and links, from which every format is made. */
interface Told {
  readonly event: Notice['event']
  /** The title, and the values for its gaps. */
  readonly title: string
  readonly values: Parameters<typeof filled>[1]
  readonly link: string
  /** Fields of the message, for programs. */
  readonly facts: object
  readonly lines: readonly Line[]
  /** Number of lines, with those of machines or requests that it does not name. */
  readonly count: number
  /** Title of a notice about one of its machines or requests. */
  readonly titleOfOne?: string
  /** Labels of its alert, where it names no machine and no request. */
  readonly labels?: object
}

interface Line {
  /** Null for a line without a link. */
  readonly subject: Subject | null
  readonly words: string
}

/** A machine, or a request without one. */
interface Subject {
  readonly name: string
  /** Page of the machine or request. */
  readonly link: string
  /** Labels of its alert. */
  readonly labels: object
}

function tell(notice: Notice, { origin, messages }: NoticeContext): Told {
  const { hold, notifications, policy, webhook: texts } = messages
  const nothing = { event: notice.event, values: {}, lines: [], count: 0 }
  switch (notice.event) {
    case 'machineApprover.brake': {
      const { pending, limit } = notice.brake
      const title = hold.brake.tripped(pending, limit)
      return { ...nothing, title, link: `${origin}/`, facts: { pending, limit } }
    }
    case 'approver.brake': {
      const { trips } = notice
      const lines = trips.map(({ scope, name }) =>
        remark(filled(policy.approver.trips[scope], { name })),
      )
      const [title, link] = [policy.approver.brake, `${origin}/policy`]
      return { ...nothing, title, link, facts: { trips }, lines, count: lines.length }
    }
    case 'test': {
      const { by } = notice
      const [title, link] = [texts.test, `${origin}/notifications`]
      return { ...nothing, title, values: { by }, link, facts: { by } }
    }
    case 'run.ended': {
      const { id, decision, user: by, status, progress, needsYou } = notice.run
      const { total, decided, failed, heldBack } = progress
      const how = status === 'stopped' || status === 'cutOff' ? status : 'finished'
      const lines = needsYou === 0 ? [] : [remark(texts.needsYou(needsYou))]
      return {
        ...{ event: notice.event, lines, count: lines.length, labels: { run: id } },
        title: texts.run[decision][how],
        values: { by, decided, total },
        // A denial has no report to link to.
        link: decision === 'deny' ? `${origin}/runs` : `${origin}/runs/${id}`,
        facts: { run: { id, decision, by, status, total, decided, failed, heldBack, needsYou } },
      }
    }
    default: {
      const { event, count } = notice
      const lines =
        'machines' in notice
          ? notice.machines.map((machine) => machineLine(machine, origin, texts))
          : notice.alarms.map((alarm) => requestLine(alarm, origin))
      const [first] = lines
      return {
        ...{ event, lines, count },
        title: notifications.titles[event](count),
        titleOfOne: notifications.titles[event](1),
        values: { name: first?.subject.name ?? '' },
        link: count === 1 && first !== undefined ? first.subject.link : `${origin}/`,
        facts: {
          count,
          ['machines' in notice ? 'machines' : 'requests']: lines.map(({ facts }) => facts),
        },
      }
    }
  }
}

function remark(words: string): Line {
  return { subject: null, words }
}

function machineLine(machine: NoticedMachine, origin: string, texts: Messages['webhook']) {
  const { name, stage, verdict, firstPendingAt, deadline } = machine
  const link = `${origin}/machines/${encodeURIComponent(name.toWellFormed())}`
  const facts = { stage, verdict, waitingSince: firstPendingAt, hourEnds: deadline, link }
  return {
    subject: { name, link, labels: { machine: visible(name) } },
    words: waitingWords(machine, texts),
    facts: { machine: name, ...facts },
  }
}

function requestLine(alarm: AlarmDetail, origin: string) {
  const { request, uid } = alarm
  const link = `${origin}/requests/${encodeURIComponent(uid.toWellFormed())}`
  // Without the uid, Alertmanager would merge the alarms of two requests with one name.
  const labels = { request: visible(request), uid: visible(uid) }
  return {
    subject: { name: request, link, labels },
    words: '',
    facts: { request, uid, ...alarmFacts(alarm), link },
  }
}

function alarmFacts(alarm: AlarmDetail): object {
  if (alarm.kind === 'issuedOtherwise') return { differs: alarm.differences }
  const { verdict, failing, decider, decidedBy } = alarm
  return { verdict, failing, decider, decidedBy }
}

function waitingWords(
  { waiting, firstPendingAt, deadline }: NoticedMachine,
  texts: Messages['webhook'],
): string {
  if (!waiting || firstPendingAt === null) return ''
  const since = clockTime(firstPendingAt)
  return deadline === null
    ? filled(texts.waitsSince, { since })
    : filled(texts.waits, { since, until: clockTime(deadline) })
}

/** `14:56 UTC`. */
function clockTime(time: string): string {
  return `${new Date(time).toISOString().slice(11, 16)} UTC`
}

/** Lines of a chat message; the rest is counted. */
function chatLines({ lines, count }: Told, { messages }: NoticeContext): readonly Line[] {
  const first = lines.slice(0, 10)
  const rest = count - first.length
  return rest > 0 ? [...first, remark(messages.webhook.more(rest))] : first
}

function plainBody({ event, title, values, link, facts }: Told, { cluster, at }: NoticeContext) {
  const time = new Date(at).toISOString()
  return { event, at: time, cluster, text: filled(title, values), link, ...facts }
}

/**
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. A name is always a
 * link's label, in which Slack makes no link of its own.
 */
function slackBody(told: Told, context: NoticeContext) {
  const { cluster, messages } = context
  const { webhook: texts } = messages
  const linkTo = (to: string, label: string) => `<${to}|${slackText(label)}>`
  const linked = ({ name, link }: Subject) => linkTo(link, visible(name))
  const only = told.count === 1 ? told.lines[0]?.subject : null
  const title = only
    ? slackText(told.title).replace('{name}', () => linked(only))
    : slackText(filled(told.title, told.values))
  const lines = chatLines(told, context).map(({ subject, words }) =>
    subject === null ? slackText(words) : `• ${linked(subject)} ${words}`,
  )
  const foot = `${slackText(filled(texts.onCluster, { cluster }))} · ${linkTo(told.link, texts.open)}`
  return { text: [`*${title}*`, ...lines, foot].join('\n') }
}

/** Slack reads links and mentions between angle brackets. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A card for a Teams workflow. It consists of text runs, in which Teams reads no Markdown. */
function teamsBody(told: Told, context: NoticeContext) {
  const { cluster, messages } = context
  const { webhook: texts } = messages
  const run = (text: string, more: object = {}) => ({ type: 'TextRun', text, ...more })
  const block = (...inlines: readonly object[]) => ({ type: 'RichTextBlock', inlines })
  const lines = chatLines(told, context).map(({ subject, words }) => {
    if (subject === null) return block(run(words))
    const selectAction = { type: 'Action.OpenUrl', url: subject.link }
    return block(run(visible(subject.name), { selectAction }), run(` ${words}`))
  })
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      block(run(filled(told.title, told.values), { weight: 'Bolder' })),
      ...lines,
      block(run(filled(texts.onCluster, { cluster }), { isSubtle: true })),
    ],
    actions: [{ type: 'Action.OpenUrl', title: texts.open, url: told.link }],
  }
  const contentType = 'application/vnd.microsoft.card.adaptive'
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] }
}

const ALERTS: Record<Notice['event'], readonly [alertname: string, severity: string]> = {
  'machine.waiting.15min': ['CountersignMachineWaiting', 'info'],
  'machine.hour.15min': ['CountersignMachineWaiting', 'warning'],
  'machine.overdue': ['CountersignMachineOverdue', 'critical'],
  'machine.alarm': ['CountersignMachineAlarm', 'critical'],
  'machine.approvedAgainst': ['CountersignApprovedAgainstChecks', 'critical'],
  'request.alarm': ['CountersignRequestAlarm', 'critical'],
  'request.approvedAgainst': ['CountersignApprovedAgainstChecks', 'critical'],
  'machineApprover.brake': ['CountersignMachineApproverBrake', 'critical'],
  'approver.brake': ['CountersignApproverBrake', 'critical'],
  'run.ended': ['CountersignRunEnded', 'info'],
  test: ['CountersignTest', 'info'],
}

/** Body of `POST /api/v2/alerts`: one alert for each machine or request. */
function alertmanagerBody(told: Told, { cluster, at }: NoticeContext) {
  const { event, title, values, link } = told
  const [alertname, severity] = ALERTS[event]
  const alert = (labels: object, summary: string, generatorURL: string) => ({
    labels: { alertname, severity, cluster, ...labels },
    annotations: { summary },
    startsAt: new Date(at).toISOString(),
    // Milliseconds until Alertmanager takes an alert for resolved: a message is sent once.
    endsAt: new Date(at + HOUR_MS).toISOString(),
    generatorURL,
  })
  const subjects = told.lines.flatMap(({ subject }) => subject ?? [])
  if (subjects.length === 0) return [alert(told.labels ?? {}, filled(title, values), link)]
  return subjects.map(({ name, link: page, labels }) =>
    alert(labels, filled(told.titleOfOne ?? title, { name }), page),
  )
}
