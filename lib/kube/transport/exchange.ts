import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { cause } from '#lib/csr/cause.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

export interface WholeAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface ExchangeOptions {
  readonly signal: AbortSignal
  /** Longest 2xx body on the wire; a longer one rejects with `tooLarge`. */
  readonly maxBytes: number
}

/** An error's body is a Status of a few hundred bytes; a proxy's page needs no more. */
export const MAX_ERROR_BYTES = 64 * 1024
const NOTHING = Buffer.alloc(0)

/**
 * One HTTP request and its whole answer of any status, without a stream, which costs too much
 * processor. A too long error body counts as empty. Rejects with the signal's reason, a KubeError
 * or undici's error.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { signal, maxBytes }: ExchangeOptions,
): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    let under: Dispatcher.DispatchController | null = null
    let status = 0
    let headers: IncomingHttpHeaders = {}
    let length = 0
    const pieces: Buffer[] = []

    function fail(why: Error): void {
      signal.removeEventListener('abort', giveUp)
      reject(why)
      // Ends the connection too: the rest of the answer is not read.
      under?.abort(why)
    }
    const giveUp = () => fail(signal.reason)

    if (signal.aborted) {
      giveUp()
      return
    }
    signal.addEventListener('abort', giveUp)
    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        // Aborted while waiting for a free connection: nothing is sent.
        if (signal.aborted) controller.abort(signal.reason)
        else under = controller
      },
      onResponseStart(_, code, received) {
        // A 1xx only announces the answer.
        if (code < 200) return
        status = code
        headers = received
      },
      onResponseData(_, piece) {
        length += piece.length
        if (status < 300) {
          if (length > maxBytes) fail(tooLarge(maxBytes))
          else pieces.push(piece)
        } else if (length <= MAX_ERROR_BYTES) pieces.push(piece)
        else {
          resolve({ status, headers, body: NOTHING })
          fail(tooLarge(MAX_ERROR_BYTES))
        }
      },
      onResponseEnd() {
        signal.removeEventListener('abort', giveUp)
        const [first] = pieces
        const whole = pieces.length === 1 && first !== undefined
        resolve({ status, headers, body: whole ? first : Buffer.concat(pieces, length) })
      },
      onResponseError(_, error) {
        signal.removeEventListener('abort', giveUp)
        reject(error)
      },
    })
  })
}

export function tooLarge(maxBytes: number): KubeError {
  return new KubeError(cause('answerTooLarge', { bytes: maxBytes }), { kind: 'tooLarge' })
}
