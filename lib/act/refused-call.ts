import {
  type FactsFor,
  type NotNow,
  rightsOf,
  type WhyNotFor,
  whyNotNow,
} from '#lib/csr/approval/may-act-now.ts'
import type { Refusal } from '#lib/people/people.ts'
import type { Principal } from '#lib/people/principal.ts'
import type { ProblemCode } from '#lib/refusals/problem.ts'

type Call = 'click' | 'run' | 'halt' | 'resume' | 'message'

const REFUSED: Readonly<Record<WhyNotFor<Call>, ProblemCode>> = {
  signedOut: 'unauthorized',
  server: 'notLive',
  cluster: 'notLive',
  actor: 'notAllowed',
  stranger: 'notAllowed',
  owner: 'notAllowed',
  rightsUnknown: 'rightsUnknown',
  approval: 'mayNotApprove',
  right: 'mayNotApprove',
  record: 'notLive',
}

/** The reason why a person's call is refused now; null if it is not. */
export function refusalNow<A extends Call>(asker: A, facts: FactsFor<A>): Refusal | null {
  const no: NotNow<Call> | null = whyNotNow(asker, facts)
  return no === null ? null : { refused: REFUSED[no.reason], why: no.causes }
}

/** Facts about a caller's rights, for requests of these signers. Without signers: for any. */
export function callerRights(
  { viewer, access }: Pick<Principal, 'viewer' | 'access'>,
  signers: readonly string[] = [],
): Pick<FactsFor<'run'>, 'rightsUnknown' | 'approval' | 'right'> {
  const rights = rightsOf(access, signers)
  // On a laptop the API server answers each write.
  return viewer.uid === undefined ? { ...rights, rightsUnknown: false, right: false } : rights
}
