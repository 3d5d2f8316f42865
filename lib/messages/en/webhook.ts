/** Messages of the webhook. Times are UTC: a channel has readers in several time zones. */
export const webhook = {
  run: {
    approve: {
      finished: 'A bulk approval of {by} is over: {decided} of {total} approved',
      stopped: 'A bulk approval of {by} was stopped: {decided} of {total} approved',
      cutOff:
        'A bulk approval of {by} was cut off when Countersign ended: {decided} of {total} approved',
    },
    deny: {
      finished: 'A bulk denial of {by} is over: {decided} of {total} denied',
      stopped: 'A bulk denial of {by} was stopped: {decided} of {total} denied',
      cutOff:
        'A bulk denial of {by} was cut off when Countersign ended: {decided} of {total} denied',
    },
  },
  test: 'A test, sent by {by}: the webhook works',
  /** Follows the machine's name, which is a link. */
  waits: 'waits since {since}, its hour ends {until}',
  waitsSince: 'waits since {since}',
  needsYou: (count: number) =>
    count === 1 ? '1 machine needs a person' : `${count} machines need a person`,
  more: (count: number) => `and ${count} more`,
  onCluster: 'Cluster {cluster}',
  open: 'Open Countersign',
}
