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
  return JSON.stringify(BODIES[format](notice, context))
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

const BODIES: Record<WebhookFormat, (notice: Notice, context: NoticeContext) => unknown> = {
  json: plainBody,
  slack: slackBody,
  teams: teamsBody,
  alertmanager: alertmanagerBody,
}

function plainBody(notice: Notice, context: NoticeContext) {
  const { cluster, origin, at, messages } = context
  const head = {
    event: notice.event,
    at: new Date(at).toISOString(),
    cluster,
    text: titleOf(notice, messages),
    link: linkOf(notice, origin),
  }
  switch (notice.event) {
    case 'machineApprover.brake':
      return { ...head, pending: notice.brake.pending, limit: notice.brake.limit }
    case 'approver.brake':
      return { ...head, trips: notice.trips }
    case 'test':
      return { ...head, by: notice.by }
    case 'run.ended': {
      const { id, decision, user, status, progress, needsYou } = notice.run
      const { total, decided, failed, heldBack } = progress
      return {
        ...head,
        run: { id, decision, by: user, status, total, decided, failed, heldBack, needsYou },
      }
    }
    case 'request.alarm':
    case 'request.approvedAgainst':
      return {
        ...head,
        count: notice.count,
        requests: notice.alarms.map((alarm) => ({
          request: alarm.request,
          uid: alarm.uid,
          ...alarmFacts(alarm),
          link: requestLink(alarm, origin),
        })),
      }
    default:
      return {
        ...head,
        count: notice.count,
        machines: notice.machines.map((machine) => ({
          machine: machine.name,
          stage: machine.stage,
          verdict: machine.verdict,
          waitingSince: machine.firstPendingAt,
          hourEnds: machine.deadline,
          link: machineLink(machine, origin),
        })),
      }
  }
}

function alarmFacts(alarm: AlarmDetail): object {
  if (alarm.kind === 'issuedOtherwise') return { differs: alarm.differs }
  const { verdict, failing, decider, decidedBy } = alarm
  return { verdict, failing, decider, decidedBy }
}

/**
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. A name is always a
 * link's label, in which Slack makes no link of its own.
 */
function slackBody(notice: Notice, { cluster, origin, messages }: NoticeContext) {
  const { webhook: texts } = messages
  const link = (to: string, label: string) => `<${to}|${slackText(label)}>`
  const linked = ({ name, to }: Subject) => link(to, visible(name))
  const only = onlySubject(notice, origin)
  const title = titleOf(notice, messages, (text, values) =>
    only === null
      ? slackText(filled(text, values))
      : slackText(text).replace('{name}', () => linked(only)),
  )
  const lines = linesOf(notice, origin, messages).map(({ subject, words }) =>
    subject === null ? slackText(words) : `• ${linked(subject)} ${words}`,
  )
  const foot = `${slackText(filled(texts.onCluster, { cluster }))} · ${link(linkOf(notice, origin), texts.open)}`
  return { text: [`*${title}*`, ...lines, foot].join('\n') }
}

/** Slack reads links and mentions between angle brackets. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A card for a Teams workflow. It consists of text runs, in which Teams reads no Markdown. */
function teamsBody(notice: Notice, { cluster, origin, messages }: NoticeContext) {
  const { webhook: texts } = messages
  const run = (text: string, more: object = {}) => ({ type: 'TextRun', text, ...more })
  const block = (...inlines: readonly object[]) => ({ type: 'RichTextBlock', inlines })
  const lines = linesOf(notice, origin, messages).map(({ subject, words }) => {
    if (subject === null) return block(run(words))
    const selectAction = { type: 'Action.OpenUrl', url: subject.to }
    return block(run(visible(subject.name), { selectAction }), run(` ${words}`))
  })
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      block(run(titleOf(notice, messages), { weight: 'Bolder' })),
      ...lines,
      block(run(filled(texts.onCluster, { cluster }), { isSubtle: true })),
    ],
    actions: [{ type: 'Action.OpenUrl', title: texts.open, url: linkOf(notice, origin) }],
  }
  const contentType = 'application/vnd.microsoft.card.adaptive'
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] }
}

const ALERTS: Record<Notice['event'], { readonly alertname: string; readonly severity: string }> = {
  'machine.waiting.15min': { alertname: 'CountersignMachineWaiting', severity: 'info' },
  'machine.hour.15min': { alertname: 'CountersignMachineWaiting', severity: 'warning' },
  'machine.overdue': { alertname: 'CountersignMachineOverdue', severity: 'critical' },
  'machine.alarm': { alertname: 'CountersignMachineAlarm', severity: 'critical' },
  'machine.approvedAgainst': {
    alertname: 'CountersignApprovedAgainstChecks',
    severity: 'critical',
  },
  'request.alarm': { alertname: 'CountersignRequestAlarm', severity: 'critical' },
  'request.approvedAgainst': {
    alertname: 'CountersignApprovedAgainstChecks',
    severity: 'critical',
  },
  'machineApprover.brake': { alertname: 'CountersignMachineApproverBrake', severity: 'critical' },
  'approver.brake': { alertname: 'CountersignApproverBrake', severity: 'critical' },
  'run.ended': { alertname: 'CountersignRunEnded', severity: 'info' },
  test: { alertname: 'CountersignTest', severity: 'info' },
}

/** Body of `POST /api/v2/alerts`: one alert for each machine or request. */
function alertmanagerBody(notice: Notice, { cluster, origin, at, messages }: NoticeContext) {
  const { event } = notice
  const alert = (labels: object, summary: string, generatorURL: string) => ({
    labels: { ...ALERTS[event], cluster, ...labels },
    annotations: { summary },
    startsAt: new Date(at).toISOString(),
    // Milliseconds until Alertmanager takes an alert for resolved: a message is sent once.
    endsAt: new Date(at + HOUR_MS).toISOString(),
    generatorURL,
  })
  if ('machines' in notice) {
    return notice.machines.map((machine) => {
      const summary = titleOf({ ...notice, count: 1, machines: [machine] }, messages)
      return alert({ machine: visible(machine.name) }, summary, machineLink(machine, origin))
    })
  }
  if ('alarms' in notice) {
    return notice.alarms.map((alarm) => {
      const summary = titleOf({ ...notice, count: 1, alarms: [alarm] }, messages)
      // Without the uid, Alertmanager would merge the alarms of two requests with one name.
      const labels = { request: visible(alarm.request), uid: visible(alarm.uid) }
      return alert(labels, summary, requestLink(alarm, origin))
    })
  }
  const labels = notice.event === 'run.ended' ? { run: notice.run.id } : {}
  return [alert(labels, titleOf(notice, messages), linkOf(notice, origin))]
}

function titleOf(notice: Notice, messages: Messages, fill = filled): string {
  const { hold, notifications, policy, webhook: texts } = messages
  if (notice.event === 'machineApprover.brake') {
    const { pending, limit } = notice.brake
    return fill(hold.brake.tripped(pending, limit), {})
  }
  if (notice.event === 'approver.brake') return fill(policy.approver.brake, {})
  if (notice.event === 'test') return fill(texts.test, { by: notice.by })
  if (notice.event === 'run.ended') {
    const { decision, status, user, progress } = notice.run
    const { decided, total } = progress
    const how = status === 'stopped' || status === 'cutOff' ? status : 'finished'
    return fill(texts.run[decision][how], { by: user, decided, total })
  }
  const name = 'alarms' in notice ? notice.alarms[0]?.request : notice.machines[0]?.name
  return fill(notifications.titles[notice.event](notice.count), { name: name ?? '' })
}

/** A machine, or a request without one, and its page. */
interface Subject {
  readonly name: string
  readonly to: string
}

type Texts = Messages['webhook']

interface Line {
  /** Null for a line without a link. */
  readonly subject: Subject | null
  readonly words: string
}

function linesOf(notice: Notice, origin: string, messages: Messages): readonly Line[] {
  const { policy, webhook: texts } = messages
  if (notice.event === 'run.ended') {
    const { needsYou } = notice.run
    return needsYou === 0 ? [] : [{ subject: null, words: texts.needsYou(needsYou) }]
  }
  if (notice.event === 'approver.brake') {
    const lines = notice.trips.map(({ scope, name }) =>
      filled(policy.approver.trips[scope], { name }),
    )
    return listed(
      lines.map((words) => ({ subject: null, words })),
      lines.length,
      texts,
    )
  }
  if (!('count' in notice)) return []
  const lines = subjectsOf(notice, origin).map((subject, index) => {
    const machine = 'machines' in notice ? notice.machines[index] : undefined
    return { subject, words: machine === undefined ? '' : waitingWords(machine, texts) }
  })
  return listed(lines, notice.count, texts)
}

/** Machines or requests of a notice. */
function subjectsOf(notice: Notice, origin: string): readonly Subject[] {
  if ('machines' in notice) {
    return notice.machines.map((machine) => ({
      name: machine.name,
      to: machineLink(machine, origin),
    }))
  }
  if (!('alarms' in notice)) return []
  return notice.alarms.map((alarm) => ({ name: alarm.request, to: requestLink(alarm, origin) }))
}

function listed(lines: readonly Line[], count: number, texts: Texts): readonly Line[] {
  // Machines listed in a chat message; the rest is counted.
  const first = lines.slice(0, 10)
  const rest = count - first.length
  return rest > 0 ? [...first, { subject: null, words: texts.more(rest) }] : first
}

function waitingWords({ waiting, firstPendingAt, deadline }: NoticedMachine, texts: Texts): string {
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

function onlySubject(notice: Notice, origin: string): Subject | null {
  const [first] = subjectsOf(notice, origin)
  return first !== undefined && 'count' in notice && notice.count === 1 ? first : null
}

function linkOf(notice: Notice, origin: string): string {
  if (notice.event === 'run.ended') {
    // A denial has no report to link to.
    const { id, decision } = notice.run
    return decision === 'deny' ? `${origin}/runs` : `${origin}/runs/${id}`
  }
  if (notice.event === 'approver.brake') return `${origin}/policy`
  if (notice.event === 'test') return `${origin}/notifications`
  return onlySubject(notice, origin)?.to ?? `${origin}/`
}

function requestLink({ uid }: AlarmDetail, origin: string): string {
  return `${origin}/requests/${encodeURIComponent(uid.toWellFormed())}`
}

function machineLink({ name }: NoticedMachine, origin: string): string {
  return `${origin}/machines/${encodeURIComponent(name.toWellFormed())}`
}
