import type { Loosened } from '#approver/policy-comparer.ts'
import type { Automatic } from '#lib/csr/approval/automatic.ts'
import { visible } from '#lib/csr/escape.ts'
import type { BrakeScope, Trip } from '#lib/csr/policy/brake.ts'
import type { PolicyText } from '#lib/csr/policy/decision-message.ts'
import { policy } from '#lib/messages/en/policy.ts'

/** Texts of Events and of the log. Events contain no words of the claimant. */

const SCOPES: Record<BrakeScope, (name: string) => string> = {
  node: (name) => `node ${visible(name)}`,
  requestor: (name) => `requestor ${visible(name)}`,
  total: () => 'all requests',
}

export function policyWords({ name, generation }: PolicyText): string {
  return `policy ${visible(name)}@${generation}`
}

export function leftWords(answer: Extract<Automatic, { act: 'leave' }>, by: PolicyText): string {
  const check = answer.check === null ? '' : ` (first check in the way: ${answer.check})`
  return `Left to a person by ${policyWords(by)}. ${policy.shadow.because[answer.because]}${check}.`
}

/** Words for the changes that loosen a policy, or may. */
export function loosenedWords({ before, after, looser, unclear }: Loosened): string {
  const parts = [
    ...(looser.length === 0 ? [] : [`looser in ${looser.join(', ')}`]),
    ...(unclear.length === 0 ? [] : [`perhaps looser in ${unclear.join(', ')}`]),
  ]
  return `The ${policyWords(after)} is ${parts.join(', ')} than ${policyWords(before)} before it.`
}

export function brakeWords({ scope, name }: Trip): string {
  return (
    `Too many automatic approvals within an hour: stopped for ${SCOPES[scope](name)} ` +
    'until a person releases the brake.'
  )
}
