import { answered } from '#app/api/refusal.ts'
import { decisionBody } from '#lib/act/decision-body.ts'
import { callerRights, refusalNow } from '#lib/act/refused-call.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded } from '#lib/web/door/route-handler.ts'

/**
 * Least time between two packed lines: each one wakes the reader, and twenty a second are enough to
 * watch.
 */
const LINES_GAP_MS = 50

/**
 * Approves or denies. Answers one line for each item as it happens, then the counts. No further
 * item is begun once the session is over.
 */
export const POST = guarded(async ({ decisions, feed, runs }, request, caller) => {
  const { principal, session: ending } = caller
  const reading = await readBody(request, decisionBody)
  if ('refusal' in reading) return reading.refusal
  const signers = reading.body.items.flatMap(({ uid }) => feed.judged(uid)?.signerName ?? [])
  const refusal = refusalNow('click', { ...decisions.known(), ...callerRights(principal, signers) })
  if (refusal !== null) return answered(refusal)
  const following = runs.follow(reading.body, caller)
  if (following !== null && 'refused' in following) return answered(following)

  const encoder = new TextEncoder()
  const left = new AbortController()
  const gone = AbortSignal.any([request.signal, left.signal])
  const signal = ending === null ? gone : AbortSignal.any([gone, ending])
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let lines = ''
      let timer: NodeJS.Timeout | null = null
      const send = () => {
        if (timer !== null) clearTimeout(timer)
        timer = null
        if (lines !== '' && !gone.aborted) controller.enqueue(encoder.encode(lines))
        lines = ''
      }
      const work = decisions.run(reading.body, {
        principal,
        signal,
        tell(line) {
          if ('uid' in line) following?.(line)
          lines += `${JSON.stringify(line)}\n`
          timer ??= setTimeout(send, LINES_GAP_MS)
        },
      })
      // Not awaited: each line must leave as soon as it is written.
      void work.then(() => {
        send()
        if (!gone.aborted) controller.close()
      })
    },
    cancel: () => left.abort(),
  })
  return new Response(body, {
    headers: {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  })
})
