/** Phrases by which the scheduler and OpenShift's operators report missing Nodes. */
const MISSING_NODES: readonly RegExp[] = [
  /\b\d+\/\d+ nodes are available\b/,
  /\bawaiting \d+ nodes?\b/,
  /\bno (?:ready|available|schedulable) nodes?\b/i,
  /\bwait(?:s|ing)? for (?:\S+ ){0,2}nodes?\b/i,
  /\bnodes? \S+ (?:is|are) not ready\b/i,
]

/** Node names within an operator's message. */
const NAMES = /[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/g

/**
 * Whether an unavailable operator's message points to nodes that wait for a certificate: it names
 * one, or reports missing nodes while at least one waits.
 */
export function waitsForNodes(
  message: string,
  waiting: { readonly some: boolean; readonly has: (name: string) => boolean },
): boolean {
  if (!waiting.some) return false
  if (MISSING_NODES.some((words) => words.test(message))) return true
  return (message.match(NAMES) ?? []).some((name) => waiting.has(name))
}
