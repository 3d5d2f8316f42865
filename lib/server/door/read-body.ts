import type { ZodType } from 'zod'
import { cause } from '#lib/csr/cause.ts'
import { BODY_LIMIT } from '#lib/server/door/gate.ts'
import { problemResponse } from '#lib/server/door/problem.ts'

export type BodyReading<T> = { readonly body: T } | { readonly refusal: Response }

/** The request's JSON body, validated whole. Repeats the gate's checks of type and length. */
export async function readBody<T>(request: Request, schema: ZodType<T>): Promise<BodyReading<T>> {
  const bytes = await request.arrayBuffer().catch(() => null)
  // The sender is gone and will not read this.
  if (bytes === null) return { refusal: problemResponse('invalidBody', cause('bodyBrokenOff')) }
  if (bytes.byteLength > BODY_LIMIT) {
    return { refusal: problemResponse('tooLarge', cause('bodyTooLarge', { bytes: BODY_LIMIT })) }
  }
  const value = parse(bytes)
  if (value === undefined) {
    return { refusal: problemResponse('invalidBody', cause('bodyNotJson')) }
  }
  const result = schema.safeParse(value)
  if (result.success) return { body: result.data }
  const issue = result.error.issues[0]
  const field = issue?.path.map(String).join('.') ?? ''
  const said = issue?.message ?? ''
  const why =
    field === '' ? cause('bodyInvalid', { said }) : cause('bodyFieldInvalid', { field, said })
  return { refusal: problemResponse('invalidBody', why) }
}

function parse(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
