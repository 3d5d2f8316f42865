const machines = (names: readonly string[], one: string, many: string) =>
  names.length === 1 ? `${names[0]} ${one}` : `${names.length} machines ${many}`

/** Notifications of the browser, and their switch. */
export const notifications = {
  switch: 'Notify me in this browser',
  about: 'While this page is hidden: a machine waits long, an alarm, a bulk is over.',
  off: {
    blocked: 'This browser blocks notifications of this address: allow them in its settings.',
    unsupported: 'This browser offers no notifications here.',
  },
  titles: {
    waited15: (names: readonly string[]) =>
      machines(names, 'has waited for 15 minutes', 'have waited for 15 minutes'),
    waited45: (names: readonly string[]) =>
      machines(names, 'has 15 minutes left', 'have 15 minutes left'),
    overdue: (names: readonly string[]) => machines(names, 'is past the hour', 'are past the hour'),
    alarm: (names: readonly string[]) =>
      machines(
        names,
        'has a certificate that is not what was approved',
        'have certificates that are not what was approved',
      ),
    approvedAgainst: (names: readonly string[]) =>
      machines(
        names,
        'has a request that was approved against its checks',
        'have requests that were approved against their checks',
      ),
    requestAlarm: (names: readonly string[]) =>
      names.length === 1
        ? `The certificate of request ${names[0]} is not what was approved`
        : `The certificates of ${names.length} requests are not what was approved`,
    requestApprovedAgainst: (names: readonly string[]) =>
      names.length === 1
        ? `Request ${names[0]} was approved against its checks`
        : `${names.length} requests were approved against their checks`,
    finished: 'The bulk approval is done',
    stopped: 'The bulk approval is stopped',
    ended: 'Your session has ended',
  },
  decided: (decided: number, total: number) => `${decided} of ${total} requests approved.`,
  needsYou: (count: number) =>
    count === 1 ? '1 machine needs you.' : `${count} machines need you.`,
  named: (names: readonly string[], more: number) =>
    `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  onCluster: (cluster: string) => `Cluster ${cluster}`,
  ended: 'Nothing more is notified until you sign in again.',
}
