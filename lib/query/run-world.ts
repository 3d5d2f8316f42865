import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import type { Cluster } from '#lib/live/wire.ts'
import { canDecide, type Link, offWhile, shownFeed } from '#lib/query/feed.ts'
import { requestsByUid } from '#lib/query/lists.ts'
import type { Run } from '#lib/query/run.ts'
import type { Gate, RunWorld } from '#lib/query/run-reducer.ts'
import type { Session } from '#lib/query/session.ts'

/** What a run sees of this tab's snapshot. */
export function worldOf(snapshot: ListedSnapshot): RunWorld {
  const byUid = requestsByUid(snapshot)
  return {
    machine: (name) => snapshot.machines.get(name) ?? null,
    request: (uid) => byUid.get(uid) ?? null,
  }
}

/** Whether what the snapshot says is how it is now. */
export function isLive(link: Link, snapshot: ListedSnapshot): boolean {
  return shownFeed(link, snapshot.feed).state === 'live'
}

/** Whether the run may decide anything now. */
export function gateOf(run: Run, session: Session, link: Link, snapshot: ListedSnapshot): Gate {
  if (session.status !== 'signedIn') return 'signedOut'
  const off = offWhile(shownFeed(link, snapshot.feed))
  if (off !== null) return off === 'notLive' ? 'disconnected' : off
  // What it only follows takes neither a right yet, nor whoever has asked for it.
  const signers = signersOf(run)
  if (signers.size > 0 && snapshot.cluster.user !== run.user) return 'otherUser'
  return isPermitted(signers, snapshot.cluster) ? 'open' : 'forbidden'
}

/** Those that the run still has something for. */
export function signersOf({ items }: Run): ReadonlySet<string> {
  return new Set(
    items.filter(({ state }) => state === 'queued').map(({ signerName }) => signerName),
  )
}

function isPermitted(signers: ReadonlySet<string>, cluster: Cluster): boolean {
  return [...signers].every((signerName) => canDecide({ state: 'live' }, cluster, signerName).ok)
}
