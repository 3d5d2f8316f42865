import { machines, need, requests, type Whose } from '#lib/messages/en/counts.ts'
import { longSpan } from '#lib/messages/en/times.ts'

/** The page of runs. */
export const runs = {
  title: 'Runs',
  nav: { label: 'Activity', decisions: 'Record', runs: 'Runs' },
  lede: {
    region: 'About runs',
    title: 'A run decides many requests, one after the other.',
    text: 'Whoever may approve sees every run here, and can pause or stop it. Nothing of it is approved in another name than that of the person who started it, and it ends when that person signs out.',
    /** Said on a server without a record. */
    forgotten: 'No record is kept here, so a restart forgets which runs it cut off.',
  },
  table: 'Runs',
  columns: {
    what: 'Run',
    state: 'State',
    progress: 'Progress',
    by: 'By',
    action: 'Action',
  },
  what: {
    approve: (count: number) => `Approves ${machines(count)}`,
    deny: (count: number) => `Denies ${requests(count)}`,
    follows: 'Follows {name}',
  },
  states: {
    running: 'Under way',
    paused: 'Paused',
    stopped: 'Stopped',
    finished: 'Done',
    cutOff: 'Cut off by a restart',
  },
  /** Instead of `paused`, where a run waits and goes on by itself. */
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
  haltedBy: 'by {user}',
  needsYou: (count: number, whose: Whose) => `${count} ${need(count, whose)}`,
  progress: {
    approve: (done: number, all: number) => `${done} of ${requests(all)} approved`,
    deny: (done: number, all: number) => `${done} of ${requests(all)} denied`,
    bar: { approve: 'Approved', deny: 'Denied' },
    ready: (ready: number, count: number) => `${ready} of ${machines(count)} Ready`,
  },
  took: (seconds: number) => longSpan(Math.max(0, Math.round(seconds))),
  named: (action: string, user: string, started: string) => `${action}: run of ${user}, ${started}`,
  open: 'Open',
  report: 'Report',
  notDone: 'The run did not change',
  none: 'No run since Countersign was started',
  noneText:
    'A bulk approval, a denial of many requests or a machine that is followed appears here at once, whoever starts it.',
}
