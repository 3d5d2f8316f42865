const machines = (count: number, one: string, many: string) =>
  count === 1 ? `{name} ${one}` : `${count} machines ${many}`

/** Texts of notifications, by the webhook and by the browser, and of their page. */
export const notifications = {
  title: 'Notifications',
  lede: 'A message never approves anything: it links to the machine or the request, and you decide there.',
  failed: 'The notifications cannot be read',

  webhook: {
    title: 'Webhook',
    aside: 'Sent by the server, for everybody',
    address: {
      name: 'Address',
      text: 'From `COUNTERSIGN_WEBHOOK_URL`, in the chart `dashboard.webhook`. It is changed there, not here. Its path never leaves the server.',
    },
    formats: { json: 'JSON', slack: 'Slack', teams: 'Teams', alertmanager: 'Alertmanager' },
    signed: {
      name: 'Signed',
      yes: 'A secret is set',
      yesText: 'The receiver can check that a message is ours.',
      no: 'No secret is set',
      noText: 'Set `COUNTERSIGN_WEBHOOK_SECRET_FILE` to have messages signed.',
    },
    health: {
      name: 'Health',
      none: 'Nothing sent since the start',
      good: 'All delivered',
      tryingAgain: (count: number) =>
        count === 1 ? '1 is being tried again' : `${count} are being tried again`,
      givenUp: (count: number) => `${count} given up`,
      last: (when: string) => `Last delivered ${when}.`,
    },
    test: {
      name: 'Test',
      send: 'Send a test',
      sent: 'A test is on its way',
      failed: 'The test was not sent',
      none: 'None since the start',
      mayNot: 'Sending a test takes the right to approve requests.',
    },
  },

  none: {
    title: 'No webhook is set',
    text: 'A webhook is one address, as of a chat or of Alertmanager. The server would send it the messages below, whether or not a browser has this page open.',
    env: 'Add these settings to the server’s environment, and start it again:',
    chart: 'In the values of the chart:',
    environment: 'Environment',
    values: 'Values of the chart',
  },

  events: {
    table: 'Which events are told where',
    columns: { event: 'Tell about', webhook: 'Webhook', browser: 'This browser' },
    yes: 'Yes',
    no: 'No',
    rows: {
      hour: {
        name: '15 minutes are left of a machine’s hour',
        text: 'Counted from its first request, at any step',
      },
      overdue: { name: 'A machine is past the hour', text: 'Once an hour of the machine' },
      waiting: {
        name: 'A machine has waited for 15 minutes',
        text: 'Once an hour of the machine',
      },
      alarm: {
        name: 'Alarm',
        text: 'Approved or issued against our checks, with or without a machine',
      },
      brake: {
        name: 'A brake is on',
        text: 'The approver or OpenShift’s machine-approver has stopped itself',
      },
      run: {
        name: 'A run is over',
        text: 'Bulk approvals; by the webhook bulk denials, too',
      },
      test: { name: 'Test', text: '' },
    },
  },

  deliveries: {
    title: 'Deliveries',
    aside: (most: number, since: string) => `The last ${most} since the start, ${since}`,
    table: 'Deliveries',
    columns: { when: 'When', what: 'What', state: 'State', action: 'Action' },
    none: 'Nothing has been sent since the start.',
    all: 'All',
    kind: 'Event',
    noneShown: 'No message is of this state and event.',
    more: (count: number) => `and ${count} more`,
    states: {
      queued: 'Being sent',
      tryingAgain: 'Trying again',
      delivered: 'Delivered',
      givenUp: 'Given up',
    },
    deliveredAt: (tries: number) => `Delivered at try ${tries}`,
    answers: {
      noAnswer: 'No answer in 10 s',
      queueFull: 'Too many messages waited',
      secretEmpty: 'The secret is empty',
      ENOENT: 'The secret’s file cannot be read',
      EACCES: 'The secret’s file cannot be read',
    } as Readonly<Record<string, string>>,
    took: (answer: string, ms: number) => `${answer} in ${ms} ms`,
    next: (answer: string, tries: number, most: number, wait: string) =>
      `${answer}, try ${tries} of ${most} in ${wait}`,
    after: (answer: string, tries: number) =>
      tries === 1 ? `${answer}, 1 try` : `${answer}, ${tries} tries`,
    again: 'Send again',
    againNamed: (what: string, when: string) => `Send again: ${what}, ${when}`,
    sent: 'The message is on its way again',
    failed: 'The message was not sent',
  },

  browser: {
    title: 'This browser',
    aside: 'Here only',
    switch: 'Notifications',
    on: 'While a page of Countersign is hidden. The browser allows them.',
    off: 'While a page of Countersign is hidden. The browser asks for your leave then.',
    blocked: 'This browser blocks notifications of this address: allow them in its settings.',
    unsupported: 'This browser offers no notifications here.',
  },

  example: {
    title: 'A message, as it is sent',
    copy: 'Copy the example',
  },

  titles: {
    'machine.waiting.15min': (count: number) =>
      machines(count, 'has waited for 15 minutes', 'have waited for 15 minutes'),
    'machine.hour.15min': (count: number) =>
      machines(count, 'has 15 minutes left', 'have 15 minutes left'),
    'machine.overdue': (count: number) => machines(count, 'is past the hour', 'are past the hour'),
    'machine.alarm': (count: number) =>
      machines(
        count,
        'has a certificate that is not what was approved',
        'have certificates that are not what was approved',
      ),
    'machine.approvedAgainst': (count: number) =>
      machines(
        count,
        'has a request that was approved against its checks',
        'have requests that were approved against their checks',
      ),
    'request.alarm': (count: number) =>
      count === 1
        ? 'The certificate of request {name}, which names no machine, is not what was approved'
        : `The certificates of ${count} requests that name no machine are not what was approved`,
    'request.approvedAgainst': (count: number) =>
      count === 1
        ? 'Request {name}, which names no machine, was approved against its checks'
        : `${count} requests that name no machine were approved against their checks`,
  },
  bulk: {
    finished: 'The bulk approval is done',
    stopped: 'The bulk approval is stopped',
  },
  decided: (decided: number, total: number) => `${decided} of ${total} requests approved.`,
  needsYou: (count: number) =>
    count === 1 ? '1 machine needs you.' : `${count} machines need you.`,
  named: (names: readonly string[], more: number) =>
    `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  onCluster: (cluster: string) => `Cluster ${cluster}`,
  session: {
    title: 'Your session has ended',
    text: 'Nothing more is notified until you sign in again.',
  },
}
