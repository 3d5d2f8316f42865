import { cause } from '#lib/csr/cause.ts'
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'
import { startDeadline } from '#lib/kube/transport/deadline.ts'
import { createItemSplitter } from '#lib/kube/transport/item-splitter.ts'
import { asKubeError, parseJson, send, tooLarge } from '#lib/kube/transport/transport.ts'

export interface WholeListFacts {
  readonly path: string
  readonly signal: AbortSignal
  /** A longer silence ends it with a `timeout` error. */
  readonly silenceMs: number
  /** Longest item, and most bytes outside items. */
  readonly maxItemBytes: number
  /** Called with each parsed item; throws to end the list. */
  readonly onItem: (raw: unknown) => void
  /** Called after each network chunk. */
  readonly onPiece: () => void
}

/**
 * The collection in one answer, with at most one item buffered or parsed at a time. Resolves with
 * the list without its items. Rejects with a KubeError.
 */
export async function readWholeList(identity: Identity, facts: WholeListFacts): Promise<unknown> {
  const { path, signal, silenceMs, maxItemBytes } = facts
  const { server } = identity
  const late = (seconds: number) => cause('noAnswer', { server, seconds })
  const deadline = startDeadline(signal, systemClock, late)
  try {
    deadline.within(silenceMs)
    const outgoing = { method: 'GET', path, headers: {}, body: null, signal: deadline.signal }
    const { body } = await send(identity, outgoing)
    const splitter = createItemSplitter()
    for await (const chunk of body) {
      deadline.within(silenceMs)
      for (const item of splitter.push(chunk)) facts.onItem(parseJson(item))
      if (splitter.heldBytes > maxItemBytes) throw tooLarge(maxItemBytes)
      facts.onPiece()
    }
    return parseJson(splitter.rest())
  } catch (thrown) {
    throw deadline.reason() ?? asKubeError(thrown, identity)
  } finally {
    deadline.end()
    // Closes the connection in every case.
    deadline.giveUp()
  }
}

/** Whether the token can be sent back: Go reads 1 MiB of headers, a proxy 8 KiB of request line. */
export function isUsableToken(token: string): boolean {
  return token.length <= LONGEST_TOKEN
}

/**
 * A token contains the last object's name, up to 490 kB. A name of 253 characters makes a token of
 * 450.
 */
const LONGEST_TOKEN = 2 * 1024
