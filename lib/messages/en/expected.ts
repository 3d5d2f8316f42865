import type { ExpectedProblemCode } from '#lib/csr/policy/expected-problem.ts'
import type { NoPlace } from '#lib/csr/policy/expected-text.ts'
import { machines } from '#lib/messages/en/counts.ts'

/** Reasons that a list is refused. The blanks are those of EXPECTED_PROBLEMS. */
const problems: Readonly<Record<ExpectedProblemCode, string>> = {
  tooLarge: 'The list is larger than {bytes} bytes.',
  tooSlow: 'It could not be read within {seconds} s. Nothing is known to be wrong with it.',
  empty: 'No machine is on it. A list of none would be more likely a file cut short.',
  malformed: 'It cannot be read. Its parser said: {detail}',
  tooDeep: 'This is nested too deeply for a list of machines.',
  fieldTwice: 'The field {value} is there twice.',
  unread: 'Its reader gave up: {detail}',
  superseded: 'Countersign stopped reading it: a newer draft has replaced it.',
  noHeader: 'The first row must name the columns: `name`, and if you like `addresses` and `role`.',
  unknownColumn: 'There is no column {value}: only `name`, `addresses` and `role`.',
  columnTwice: 'The column {value} is there twice.',
  tooManyFields: 'It has {fields} fields for {columns} columns. Addresses are separated by spaces.',
  wrongKind: 'It needs `{expected}`.',
  wrongShape: 'What stands for {what} has another shape than the list needs.',
  unknownField: 'There is no field {value}.',
  noName: 'It has no name.',
  badName: '{value} is no node name: lower-case letters, digits, `-` and `.` only.',
  badAddress: '{value} is neither an IP address nor a DNS name.',
  badRole: '{value} is no role: letters, digits and punctuation, at most 63.',
  nameTwice: '{value} is on line {line}, too.',
  addressTwice: '{value} belongs to {holder} on line {line}, too.',
  more: '… and {count} more.',
}

/** Reasons that a machine was not filled in, with its `name` or the `entry` to write. */
const notAdded: Readonly<Record<NoPlace, string>> = {
  inBrackets:
    'A machine is filled in on a line of its own, and this list stands in brackets. Write {entry} between them, with a comma next to it.',
  noNameColumn:
    'The first row names no column `name`. Add that column, then {name} on a line of its own.',
}

/** The list of expected machines matched with those that arrived, and its editor. */
export const expected = {
  title: 'Expected machines',
  filter: 'Name, address or role',
  clearFilter: 'Clear the filter',
  show: 'Show',
  table: 'Expected machines',
  counts: {
    label: 'Expected machines in short',
    expected: 'Expected',
    arrived: 'Arrived',
    missing: 'Still missing',
    unexpected: 'Not on the list',
    waiting: (count: number) =>
      count === 1 ? '1 waits for approval' : `${count} wait for approval`,
    allArrived: 'All are here',
  },
  filters: {
    all: 'All',
    missing: 'Still missing',
    arrived: 'Arrived',
    unexpected: 'Not on the list',
  },
  columns: {
    name: 'Name',
    state: 'List',
    stage: 'Stage',
    verdict: 'Verdict',
    addresses: 'Addresses',
    role: 'Role',
  },
  states: {
    arrived: 'Arrived',
    missing: 'Still missing',
    unexpected: 'Not on the list',
  },
  noAddresses: 'by name only',
  shown: (shown: number, all: number) =>
    `${shown} of ${all} machines shown, those that need a person first.`,
  noMatch: 'No machine matches the filter',

  place: {
    memory:
      'Kept in memory only: it is gone when Countersign stops. Start with `--expected` to keep it in a file or a ConfigMap.',
    file: 'In the file {where}.',
    configMap: 'In the ConfigMap {where}.',
  },
  complete:
    'The policy says that this list is complete: a machine that is not on it is suspicious.',
  open: 'The policy does not say that this list is complete: a machine that is not on it stays plausible.',
  edit: 'Edit the list',

  none: 'No list of expected machines',
  noneText:
    'Write down the machines you are about to add, and each one that asks is compared with the list: by name, and by addresses where you give them. A match counts as verified, so that on bare metal, too, something independent confirms a machine.',
  write: 'Write the list',

  trouble: 'The list cannot be read where it is kept',
  troubleText: 'The last good list stays in force.',
  troubleNone: 'No list is in force.',
  bad: 'The list that is kept there is refused',
  badText: 'The last good list stays in force.',
  badNone: 'No list is in force.',
  failed: 'The list cannot be read',

  editor: {
    title: 'Edit the list',
    text: 'The list',
    forms: 'CSV or YAML',
    hint: 'First the names of the columns, then one machine a line; addresses are separated by spaces. A list may be pasted without the names of its columns.',
    openFile: 'Open a file…',
    fileTooLarge: 'That file is larger than a list may be: 1 MiB.',
    example:
      '# For example\nname,addresses,role\nworker-12.rack2.example.com,10.20.2.32,worker\nworker-13.rack2.example.com,10.20.2.33 2001:db8:2::33,\n\n# or names alone\nworker-12.rack2.example.com\nworker-13.rack2.example.com\n',
    effect: 'What this would do',
    checking: 'Checking…',
    nothing: 'Paste a list, open a file, or add all that wait. Nothing is kept until you save.',
    unchanged: 'The same as the list in force.',
    added: 'Added',
    removed: 'Removed',
    changed: 'Changed',
    judgedAgain: 'Waiting, and judged again',
    judgedAgainHint:
      'At once when you save. Then a person approves them, or the automatic approver where the policy lets it.',
    more: (count: number) => `and ${count} more`,
    forgets: 'Saving an empty list forgets it: nothing is expected then.',
    save: (count: number) => (count === 0 ? 'Save' : `Save ${machines(count)}`),
    forget: 'Forget the list',
    saved: (count: number) => `${machines(count)} expected`,
    forgotten: 'The list is forgotten',
    notAdded: { title: '{name} was not filled in', text: notAdded },
    header: {
      title: 'The list came without a header',
      added: (columns: string) =>
        `Every row fits the columns ${columns}: that header is its first row now.`,
      fits: (columns: string) => `Every row fits the columns ${columns}.`,
      add: 'Add this header',
    },
    waiting: {
      add: 'Add all that wait',
      added: (count: number) =>
        count === 0
          ? 'No waiting machine was added'
          : count === 1
            ? '1 waiting machine is in the draft'
            : `${count} waiting machines are in the draft`,
      claim:
        'Each name is what a request says of itself. Keep only machines that are yours: once saved, the list confirms the client request of each, and the policy may let a program approve it.',
      heldBack: (count: number) =>
        count === 1
          ? '1 waiting machine is left out: its request is suspicious or refused.'
          : `${count} waiting machines are left out: their requests are suspicious or refused.`,
      none: 'No machine waits that is not in the draft',
      failed: 'The waiting machines could not be read',
    },
    outcomes: {
      changed: 'Another person or program saved a list meanwhile',
      forbidden: 'You may not write the list',
      unknown: 'It is not known whether the list was saved',
      error: 'The list was not saved',
      refused: 'The list was refused',
    },
  },

  problems,
}
