import type { FollowedWorld } from '#lib/cluster/followed-world.ts'
import { whyStoreLost } from '#lib/cluster/why-not-known.ts'
import type { Cause } from '#lib/csr/cause.ts'
import type { ServerNames } from '#lib/kube/transport/server-names.ts'

/** An input of every judgement besides the cluster's objects: the feed goes live once it is known. */
export interface Prerequisite {
  /**
   * Whether the input is known. Stays true while a later read fails; the identity is unknown again
   * after it changes.
   */
  readonly isKnown: () => boolean
  /** Asks for the input now, where the answer does not come by itself. */
  readonly ask?: () => void
  /** The causes of the last failed try; empty before one. */
  readonly why: () => readonly Cause[]
}

/** Inputs that the admin's documents and the people of the site answer (`start-cluster-feed.ts`). */
export type GivenPrerequisites = Readonly<Record<'policy' | 'expected' | 'identity', Prerequisite>>

/** All inputs, by name. The answer of /readyz names the first that is missing. */
export function allPrerequisites(
  { policy, expected, identity }: GivenPrerequisites,
  { sources, reserved }: Pick<FollowedWorld, 'sources' | 'reserved'>,
  apiServerNames: Pick<ServerNames, 'current'>,
): Readonly<Record<string, Prerequisite>> {
  return {
    // Without the policy or the list, a forbidden or unlisted machine would look allowed.
    policy,
    expected,
    // A person's own request could not be recognized.
    identity,
    // A request for a Service's address could not be recognized.
    services: { isKnown: () => reserved.wasAsked, ask: reserved.now, why: () => [] },
    // A request for a name of the API server could not be recognized.
    apiServer: { isKnown: () => apiServerNames.current() !== null, why: () => [] },
    // An API server that has lost etcd answers from its memory: the feed would be live, and old.
    store: {
      isKnown: () => whyStoreLost(sources) === null,
      why: () => whyStoreLost(sources)?.causes ?? [],
    },
  }
}
