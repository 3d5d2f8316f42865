/** Messages of the webhook. Times are UTC: a channel has readers in several time zones. */
const machines = (count: number, one: string, many: string) =>
  count === 1 ? `{name} ${one}` : `${count} machines ${many}`

export const webhook = {
  titles: {
    'machine.waiting.15min': (count: number) =>
      machines(count, 'has waited for 15 minutes', 'have waited for 15 minutes'),
    'machine.waiting.45min': (count: number) =>
      machines(count, 'has waited for 45 minutes', 'have waited for 45 minutes'),
    'machine.overdue': (count: number) =>
      machines(count, 'has waited for longer than its hour', 'have waited for longer than an hour'),
    'machine.alarm': (count: number) =>
      machines(
        count,
        'has a certificate that is not what was approved',
        'have a certificate that is not what was approved',
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
    run: {
      approve: {
        finished: 'A bulk approval of {by} is over: {decided} of {total} approved',
        stopped: 'A bulk approval of {by} was stopped: {decided} of {total} approved',
      },
      deny: {
        finished: 'A bulk denial of {by} is over: {decided} of {total} denied',
        stopped: 'A bulk denial of {by} was stopped: {decided} of {total} denied',
      },
    },
  },
  /** Follows the machine's name, which is a link. */
  waits: 'waits since {since}, its hour ends {until}',
  waitsSince: 'waits since {since}',
  needsYou: (count: number) =>
    count === 1 ? '1 machine needs a person' : `${count} machines need a person`,
  more: (count: number) => `and ${count} more`,
  onCluster: 'Cluster {cluster}',
  open: 'Open Countersign',
}
