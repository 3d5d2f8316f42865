import { clusterChecks } from '#lib/messages/en/checks-cluster.ts'
import { identityChecks } from '#lib/messages/en/checks-identity.ts'
import { requestChecks } from '#lib/messages/en/checks-request.ts'
import type { CheckCatalogue } from '#lib/messages/grammar/check-words.ts'

/** The type stays precise, so that other languages have decisions in the same places. */
const table = {
  ...requestChecks,
  ...clusterChecks,
  ...identityChecks,
} satisfies CheckCatalogue

/** Names of value kinds that a language translates; `DNS`, `CN` and such need none. */
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
  /** Replaces the outcome of a check that warns of the next request. */
  warning: 'Warning',
  expected: 'Expected',
  observed: 'Observed',
  heldBy: 'held by {node}',
  /** Reason of a plausible machine where no check gives one. */
  nothingConfirms: 'Well-formed; nothing independent confirms it',
  /** Fallback for a finding that this build does not know. */
  unlisted: 'Another answer than this page knows: load it again',
}
