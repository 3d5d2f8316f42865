import { z } from 'zod'
import { PEER_HEADER, proofOf } from '#lib/people/people.ts'
import { NO_SESSION_COOKIE } from '#lib/people/session-cookie.ts'
import { problemResponse } from '#lib/refusals/problem.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { json, noContent, unguarded } from '#lib/web/door/route-handler.ts'

const body = z.union([
  z.strictObject({ key: z.string().max(512) }),
  z.strictObject({ token: z.string().max(12_000) }),
])

/** The ways to sign in here, and the signed-in person. */
export const GET = unguarded(async ({ people }, { headers }) =>
  json(await people.session(proofOf(headers))),
)

/**
 * Gives a session for a launch key, which the page read out of its address's fragment, or for a
 * token of the cluster.
 */
export const POST = unguarded(async ({ people }, request) => {
  const reading = await readBody(request, body)
  if ('refusal' in reading) return reading.refusal
  const from = request.headers.get(PEER_HEADER) ?? ''
  const signIn = await people.signIn(reading.body, from, proofOf(request.headers))
  if ('refused' in signIn) {
    const wait = signIn.refused === 'slowDown' ? { 'retry-after': '5' } : {}
    return problemResponse(signIn.refused, signIn.why, wait)
  }
  const { answer, cookie } = signIn
  return json(answer, 201, cookie === null ? {} : { 'set-cookie': cookie })
})

/** Makes a browser that has signed out drop everything of the cluster. */
const CLEAR = { 'clear-site-data': '"cache", "storage"' }
/**
 * For a proxy's cookie only: a browser then drops the cookies of a whole domain, other sites'
 * sign-ins among them.
 */
const CLEAR_COOKIES = { 'clear-site-data': '"cache", "cookies", "storage"' }

/** Signs out. The answer is the same whether or not there was such a session. */
export const DELETE = unguarded(async ({ people }, { headers }) => {
  const proof = proofOf(headers)
  const answer = await people.signOut(proof)
  if (answer === null) return noContent(CLEAR)
  // The proxy's cookie would sign the person in again, and this server does not know the cookie's
  // name.
  const isProxied = proof.authorization !== undefined
  return json(
    answer,
    200,
    isProxied ? CLEAR_COOKIES : { ...CLEAR, 'set-cookie': NO_SESSION_COOKIE },
  )
})
