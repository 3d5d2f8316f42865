import { machines, need, requests, type Whose } from '#lib/messages/en/counts.ts'
import { longSpan } from '#lib/messages/en/times.ts'

/** The page of runs. */
export const runs = {
  title: 'Runs',
  /** The page of one run, for a ticket. */
  reportTitle: 'Report of a run',
  when: (started: string, ended: string | null) =>
    ended === null
      ? `On {cluster}, begun ${started}.`
      : `On {cluster}, from ${started} to ${ended}.`,
  print: 'Print',
  copyAddress: 'Copy address',
  addressCopied: 'Address copied',
  missing: {
    title: 'There is no report of this run',
    text: 'Countersign keeps the reports of the last 50 runs that have ended. A denial has none: Activity has each of its decisions.',
    back: 'All runs',
  },
  nav: { label: 'Activity', decisions: 'Record', runs: 'Runs' },
  lede: {
    region: 'About runs',
    title: 'A run decides many requests, one after the other.',
    text: {
      mine: 'You may approve, so you may pause and stop every run here.',
      others: 'You see every run here. Pausing and stopping one needs the right to approve.',
    },
    /** Said on a server without a record. */
    forgotten: 'No record is kept here, so a restart forgets the runs.',
  },
  table: 'Runs',
  columns: {
    result: 'Run',
    started: 'Started',
    by: 'By',
    took: 'Took',
    agreed: 'Agreed to',
    note: 'Note',
    action: 'Action',
  },
  what: {
    approve: (count: number) => `Approves ${machines(count)}`,
    deny: (count: number) => `Denies ${requests(count)}`,
    follows: 'Follows {name}',
    /** Title of a bulk approval that has ended. */
    joined: (ready: number, count: number) => `${ready} of ${count} joined`,
  },
  states: {
    running: 'Under way',
    paused: 'Paused',
    stopped: 'Stopped',
    finished: 'Done',
    cutOff: 'Cut off by a restart',
  },
  /** Replaces `paused` where a run goes on by itself. */
  waits: {
    person: 'Paused',
    throttled: 'Waits: the cluster is busy',
    disconnected: 'Waits for the cluster',
    notRecorded: 'Waits for the record',
    forbidden: 'Waits for the right to approve',
    notRead: 'Waits for the right to read',
    unauthorized: 'Waits for credentials',
    otherUser: 'Waits for its person',
    actorUnknown: 'Waits for the API server',
    withheld: 'Waits for what is checked against',
  },
  haltedBy: {
    paused: 'Paused by {user}',
    stopped: 'Stopped by {user}',
  },
  needsYou: (count: number, whose: Whose) => `${count} ${need(count, whose)}`,
  progress: {
    approve: (done: number, all: number) => `${done} of ${requests(all)} approved`,
    deny: (done: number, all: number) => `${done} of ${requests(all)} denied`,
    /** A run of one machine that is followed. */
    follows: 'serving request approved',
  },
  took: (seconds: number) => longSpan(Math.max(0, Math.round(seconds))),
  requests,
  yours: 'your run',
  /** A bulk approval under way. */
  panel: {
    label: (user: string, started: string) => `Run of ${user}, ${started}`,
    title: (count: number) => `{user} approves ${machines(count)}`,
    since: 'On the server since {time}. It goes on when the tab closes.',
  },
  agreed: {
    title: 'What was agreed',
    as: 'Approved as',
    included: 'Included',
    verified: (count: number) => `${count} verified`,
    plausible: (count: number) => `${count} plausible`,
    rebootstrapping: (count: number) =>
      count === 1 ? '1 is a node that exists' : `${count} are nodes that exist`,
    superseded: 'Duplicates',
    duplicates: (count: number | null) =>
      count === null ? 'not included' : count === 0 ? 'none' : `${count}, newest first`,
    heldBack: 'Held back',
    follow: 'Follow for',
    followed: (minutes: number | null, until: string) =>
      minutes === null ? 'not at all' : `${minutes} min, until ${until}`,
    note: 'Note',
    noNote: 'none',
    /** Second line of a row. */
    duplicatesToo: 'duplicates',
    minutes: (minutes: number) => `follows ${minutes} min`,
  },
  you: {
    title: 'You and this run',
    own: 'This is your run. Nothing of it is approved in another name. It ends when you sign out.',
    mayHalt:
      'This is not your run. You may approve, so you may pause and stop it. {user} sees that it was you, and so does the record.',
    name: 'Nothing in it is ever approved in your name. If {user} signs out, it stops.',
    mayNot:
      'You may see this run, not pause or stop it: that needs `update` on `certificatesigningrequests/approval`.',
    tell: 'Is something wrong with it? Tell {user}, or a person who may approve here.',
  },
  named: (action: string, user: string, started: string) => `${action}: run of ${user}, ${started}`,
  open: 'Open',
  report: 'Report',
  notDone: 'The run did not change',
  none: 'No run yet',
  noneText:
    'Each bulk approval, denial of many requests and followed machine appears here at once.',
}
