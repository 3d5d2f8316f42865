import { explain } from '#app/api/check-texts.ts'
import { decisionBody } from '#lib/server/decision-body.ts'
import { problemResponse } from '#lib/server/problem.ts'
import { readBody } from '#lib/server/read-body.ts'
import { guarded } from '#lib/server/route-handler.ts'

/** Approves or denies: a line an item as it happens, then the counts. */
export const POST = guarded(async ({ decisions }, request) => {
  const reading = await readBody(request, decisionBody)
  if ('refusal' in reading) return reading.refusal
  const unable = decisions.unable()
  if (unable !== null) return problemResponse('notLive', unable)

  const encoder = new TextEncoder()
  const left = new AbortController()
  const signal = AbortSignal.any([request.signal, left.signal])
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const work = decisions.run(reading.body, {
        signal,
        explain,
        tell(line) {
          if (!signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`))
        },
      })
      // Not awaited: each line has to leave as it is told.
      void work.then(() => {
        if (!signal.aborted) controller.close()
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
