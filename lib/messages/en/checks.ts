import type { CheckCatalogue } from '#lib/messages/check-words.ts'
import { clusterChecks } from '#lib/messages/en/checks-cluster.ts'
import { identityChecks } from '#lib/messages/en/checks-identity.ts'
import { requestChecks } from '#lib/messages/en/checks-request.ts'

/** Of no wider type than it is: each other language then has its decisions in the same places. */
const table = {
  ...requestChecks,
  ...clusterChecks,
  ...identityChecks,
} satisfies CheckCatalogue

/** What a value is, where that has a name of its own in a language; `DNS`, `CN` and such have none. */
const kinds: Readonly<Record<string, string>> = {
  group: 'group',
  name: 'name',
  rule: 'rule',
  signer: 'signer',
  usage: 'usage',
  user: 'user',
}

export const checks = {
  table,
  kinds,
  outcomes: { pass: 'Pass', fail: 'Fail', unknown: 'Unknown' },
  expected: 'Expected',
  observed: 'Observed',
  remedy: 'What to do',
  heldBy: 'held by {node}',
  /** The reason of a plausible machine for which no check has one. */
  nothingConfirms: 'Well-formed; nothing independent confirms it',
  /** A finding that this version of the page does not know. */
  untold: 'Another answer than this page knows: load it again',
}
