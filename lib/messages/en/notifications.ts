const machines = (count: number, one: string, many: string) =>
  count === 1 ? `{name} ${one}` : `${count} machines ${many}`

/** Texts of notifications, by the webhook and by the browser. */
export const notifications = {
  switch: 'Notify me in this browser',
  about: 'While this page is hidden: a machine waits long, an alarm, a bulk is over.',
  off: {
    blocked: 'This browser blocks notifications of this address: allow them in its settings.',
    unsupported: 'This browser offers no notifications here.',
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
