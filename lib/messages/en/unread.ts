/** Words of checks without an answer, because the request or another source cannot be read. */
export const unread = {
  request: {
    short: 'The request cannot be read',
    summary: 'The request cannot be read, so this cannot be told.',
  },
  nodes: {
    short: 'Nodes cannot be read',
    summary: 'Nodes cannot be read, so this cannot be told.',
    remedy: 'Give Countersign’s identity `list` and `watch` on `nodes`.',
  },
  machines: {
    short: 'Machine objects cannot be read',
    summary: 'Machine objects cannot be read, so this cannot be told.',
    remedy: 'Give Countersign’s identity `list` and `watch` on `machines`.',
  },
  machinesPartly: {
    short: 'Not all Machine objects can be read',
    summary: 'Not all Machine objects can be read, so this cannot be told.',
    remedy:
      'Give Countersign’s identity `list` and `watch` on `machines`, of each API that serves them.',
  },
}
