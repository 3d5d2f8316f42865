import type { ZodType } from 'zod'
import { BODY_LIMIT } from '#lib/server/gate.ts'
import { problemResponse } from '#lib/server/problem.ts'

export type BodyReading<T> = { readonly body: T } | { readonly refusal: Response }

/**
 * The request's JSON body, checked whole before anything is done with it. The gate has looked at
 * type and length already; this does not rely on it.
 */
export async function readBody<T>(request: Request, schema: ZodType<T>): Promise<BodyReading<T>> {
  const bytes = await request.arrayBuffer()
  if (bytes.byteLength > BODY_LIMIT) {
    return { refusal: problemResponse('tooLarge', `The body is larger than ${BODY_LIMIT} bytes.`) }
  }
  const value = parse(bytes)
  if (value === undefined) {
    return { refusal: problemResponse('invalidBody', 'The body is not JSON in UTF-8.') }
  }
  const result = schema.safeParse(value)
  if (result.success) return { body: result.data }
  const issue = result.error.issues[0]
  const where = issue?.path.map(String).join('.') ?? ''
  return {
    refusal: problemResponse(
      'invalidBody',
      `${where === '' ? 'The body' : where}: ${issue?.message ?? 'invalid'}`,
    ),
  }
}

function parse(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
