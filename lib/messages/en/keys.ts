import type { Language } from '#lib/messages/grammar/language-names.ts'

export const keys = {
  title: 'Keyboard',
  description: 'Single letters do nothing while a field has the focus.',
  singleLetters: 'Single-letter shortcuts',
  singleLettersHint: 'Off: only {search}, `esc` and the keys of your browser work.',
  kept: 'Kept in this browser.',
  groups: {
    list: 'In a list',
    decide: 'Decide',
    go: 'Go',
  },
  does: {
    next: 'Next row',
    previous: 'Previous row',
    select: 'Select row',
    selectRange: 'Select a range',
    approve: 'Next step for this row',
    bulk: 'Approve n machines…',
    deny: 'Deny…',
    open: 'Open machine',
    filter: 'Filter this list',
    bringIn: 'Bring in changes',
    palette: 'Search or run',
    help: 'This list of keys',
    machines: 'Machines',
    requests: 'Requests',
    nodes: 'Nodes',
    expected: 'Expected machines',
    policy: 'Policy',
    activity: 'Activity',
    escape: 'Close, then clear selection',
    primary: 'Main button of a dialog',
  },
  names: { enter: 'enter', escape: 'esc', return: '↵', shift: '⇧', command: '⌘', control: 'Ctrl' },
}

/** Languages other than this one. */
const languages: Readonly<Partial<Record<Language, string>>> = {
  ja: 'Switch to Japanese (日本語)',
}

export const palette = {
  title: 'Search or run a command',
  placeholder: 'A machine, a request, a node, or what to do',
  none: 'Nothing matches',
  results: (count: number) => (count === 1 ? '1 result' : `${count} results`),
  groups: { commands: 'Commands', machines: 'Machines', requests: 'Requests', nodes: 'Nodes' },
  commands: {
    bulk: 'Approve all that are verified…',
    theme: 'Switch between light and dark',
    languages,
    keys: 'Show the list of keys',
    machines: 'Go to machines',
    requests: 'Go to requests',
    nodes: 'Go to nodes',
    expected: 'Go to expected machines',
    policy: 'Go to the policy',
    activity: 'Go to activity',
    runs: 'Go to runs',
    notifications: 'Go to notifications',
    filterHeldBack: 'Show what is held back',
  },
  hint: '`↑` `↓` choose · `enter` open · `esc` close',
}
