import { z } from 'zod'
import { cause } from '#lib/csr/cause.ts'
import { problemResponse } from '#lib/server/door/problem.ts'
import { readBody } from '#lib/server/door/read-body.ts'
import { json, noContent, unguarded } from '#lib/server/door/route-handler.ts'

const body = z.strictObject({ key: z.string().max(512) })

/** The launch key, read once out of the address's fragment, for a session's token. */
export const POST = unguarded(async ({ sessions }, request) => {
  const reading = await readBody(request, body)
  if ('refusal' in reading) return reading.refusal
  const exchange = sessions.exchange(reading.body.key)
  if (!('refused' in exchange)) return json(exchange, 201)
  return exchange.refused === 'slowDown'
    ? problemResponse('slowDown', cause('tooManyKeys'), { 'retry-after': '5' })
    : problemResponse('unauthorized', cause('wrongKey'))
})

/** `Clear-Site-Data`: a browser that has signed out keeps nothing of the cluster. */
const CLEAR = { 'clear-site-data': '"cache", "cookies", "storage"' }

/** Signs out. The same answer whether or not there was such a session. */
export const DELETE = unguarded(({ sessions }, request) => {
  sessions.end(request.headers.get('authorization') ?? undefined)
  return noContent(CLEAR)
})
