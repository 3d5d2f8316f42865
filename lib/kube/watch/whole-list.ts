import { cause } from '#lib/csr/cause.ts'
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'
import { startDeadline } from '#lib/kube/transport/deadline.ts'
import { tooLarge } from '#lib/kube/transport/exchange.ts'
import { createItemSplitter } from '#lib/kube/transport/item-splitter.ts'
import { asKubeError, parseJson, send } from '#lib/kube/transport/transport.ts'

export interface WholeListFacts {
  readonly path: string
  readonly signal: AbortSignal
  /** Silence longer than this ends it with a `timeout` error. */
  readonly silenceMs: number
  /** Of one item, and of all that is no item. */
  readonly maxItemBytes: number
  /** Each item, parsed; throws to end it. */
  readonly onItem: (raw: unknown) => void
  /** After each piece of the network. */
  readonly onPiece: () => void
}

/**
 * The whole collection in one answer, of which no more than one item is held or parsed at a time. Resolves
 * with the list without its items. Rejects with a KubeError.
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
    // However it is left, its connection is closed.
    deadline.giveUp()
  }
}

/** Whether it can be sent back: Go's server reads 1 MiB of headers, a proxy 8 KiB of the whole request line. */
export function isUsableToken(token: string): boolean {
  return token.length <= LONGEST_TOKEN
}

/** A token holds the name of the last object, which may have 490 kB. One of 253 characters makes it 450. */
const LONGEST_TOKEN = 2 * 1024
